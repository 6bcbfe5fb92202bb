"""Frame rates and timecode (SMPTE ST 12-1), with dropped frame numbers where a rate has them."""

import re
from fractions import Fraction

DROPPING = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}
"""Frame numbers left out at each minute but every tenth, by rate."""
RATES = tuple(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;.](\d{2,3})")


def nominal(rate: Fraction) -> int:
    """Return the whole number of frames a second that timecode counts: 24 for 23.976."""
    return max(1, round(rate))


def exact(rate: float) -> Fraction:
    """Return the rate that a program wrote as *rate*: 30000/1001 for 29.97."""
    for known in RATES:
        if abs(float(known) - rate) < 0.005:
            return known
    return Fraction(rate).limit_denominator(1001)


def spoken(rate: Fraction) -> str:
    """Return *rate* as people say it: `23.976`, `25`."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")


def timecode(frame: int, rate: Fraction, *, drop: bool = False) -> str:
    """Return the timecode of *frame*, counted from zero; a semicolon says that numbers drop."""
    whole, mark = nominal(rate), ":"
    if drop and rate in DROPPING:
        frame, mark = _with_dropped(frame, whole, DROPPING[rate]), ";"
    seconds, frames = divmod(max(0, frame), whole)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours % 24:02d}:{minutes:02d}:{seconds:02d}{mark}{frames:02d}"


def _with_dropped(frame: int, whole: int, dropped: int) -> int:
    """Return *frame* plus the numbers left out before it."""
    minute, ten = whole * 60 - dropped, whole * 600 - dropped * 9
    tens, rest = divmod(frame, ten)
    return frame + dropped * 9 * tens + dropped * max(0, (rest - dropped) // minute)


def frames_of(text: str, rate: Fraction, *, drop: bool = False) -> int:
    """Return the frames since midnight of the timecode *text*; 0 when it is none."""
    found = _TIMECODE.fullmatch(text.strip())
    if found is None:
        return 0
    hours, minutes, seconds, frames = (int(part) for part in found.groups())
    total = hours * 60 + minutes
    dropped = DROPPING.get(rate, 0) * (total - total // 10) if drop else 0
    return (total * 60 + seconds) * nominal(rate) + frames - dropped


def drops(text: str, rate: Fraction) -> bool:
    """Tell whether the timecode that a file begins with, *text*, drops numbers at *rate*.

    A file says so by what it writes before the frames. Where it says no timecode at all, numbers
    drop: an hour of timecode lasts an hour.
    """
    return rate in DROPPING and text.count(":") < 3


def highest_frame(text: str) -> int:
    """Return the highest frame number any timecode in *text* has; 0 without one."""
    return max((int(found[4]) for found in _TIMECODE.finditer(text)), default=0)


def rate_for(highest: int) -> int:
    """Return the lowest usual rate whose timecode reaches the frame number *highest*."""
    return next((whole for whole in (24, 25, 30, 48, 50, 60) if highest < whole), highest + 1)
