/** SMPTE timecode; pure functions.
 *
 * 29.97 and 59.94 frames a second drop numbers: 2 (or 4) of them at each minute but every tenth,
 * so that an hour of timecode lasts an hour. Source: SMPTE ST 12-1, section 5.2.2 and annex.
 */
import type { Rate } from "./frames.ts";

/** Timecode numbers in a second: the rate rounded up to a whole one. */
function base(rate: Rate): number {
  return Math.round(rate[0] / rate[1]);
}

/** Numbers dropped at a minute: 2 at 29.97, 4 at 59.94, none at whole rates and 23.976.
 *
 * None either where the file counts without dropping, which both rates may: `drops` is false.
 */
export function droppedNumbers(rate: Rate, drops = true): number {
  const whole = rate[0] % rate[1] === 0;
  return !drops || whole || base(rate) % 30 !== 0 ? 0 : base(rate) / 15;
}

/** Frames since midnight of `01:00:00:00` (`;` before the frames is read as well). */
export function framesOf(text: string, rate: Rate, drops = true): number | undefined {
  const found = /^(\d{1,2}):(\d{2}):(\d{2})[:;.](\d{2,3})$/.exec(text.trim());
  if (!found) return undefined;
  const [hours, minutes, seconds, frames] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (minutes > 59 || seconds > 59 || frames >= base(rate)) return undefined;
  const dropped = droppedNumbers(rate, drops);
  const total = hours * 60 + minutes;
  if (dropped && frames < dropped && seconds === 0 && minutes % 10 !== 0) return undefined;
  return (total * 60 + seconds) * base(rate) + frames - dropped * (total - Math.floor(total / 10));
}

/** The timecode of the frame *count* after midnight; begins anew after 24 hours. */
export function timecode(count: number, rate: Rate, drops = true): string {
  const dropped = droppedNumbers(rate, drops);
  const number = numbered(wrapped(count, rate, dropped), base(rate), dropped);
  const seconds = Math.floor(number / base(rate));
  const part = (value: number): string => String(value).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map(part).join(":")}${dropped ? ";" : ":"}${part(number % base(rate))}`;
}

function wrapped(count: number, rate: Rate, dropped: number): number {
  const day = base(rate) * 86_400 - dropped * 9 * 6 * 24;
  return ((count % day) + day) % day;
}

/** Adds the numbers that were skipped before the frame *count*. */
function numbered(count: number, nominal: number, dropped: number): number {
  if (!dropped) return count;
  const minute = nominal * 60 - dropped;
  const tenMinutes = minute * 10 + dropped;
  const [tens, rest] = [Math.floor(count / tenMinutes), count % tenMinutes];
  const minutes = rest < dropped ? 0 : Math.floor((rest - dropped) / minute);
  return count + dropped * (9 * tens + minutes);
}
