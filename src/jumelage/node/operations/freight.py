"""What the command says of deliveries: their facts for scripts, their sentences for people."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from jumelage.bridge.api import Node, freight, me, met_nodes
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError

SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def facts(progress: freight.Progress) -> Mapping[str, object]:
    """Return what is known of a delivery, for a script; bytes and seconds are plain numbers."""
    delivery, receipt = progress.delivery, progress.receipt
    return {
        "id": delivery.slug,
        "uri": delivery.uri,
        "direction": delivery.direction,
        "city": delivery.peer.slug,
        "state": delivery.state,
        "title": delivery.title,
        "production": delivery.production,
        "priority": delivery.priority,
        "files": delivery.files,
        "files_verified": delivery.files_done,
        "bytes": delivery.bytes,
        "bytes_verified": delivery.done,
        "bytes_held": delivery.held,
        "bytes_moved": delivery.moved,
        "rate": delivery.rate,
        "line": delivery.line,
        "line_share": progress.line_share,
        "rtt_ms": delivery.rtt_ms,
        "loss": delivery.loss,
        "carrier": delivery.carrier,
        "seconds": round(progress.seconds, 1),
        "remaining": progress.remaining.total_seconds() if progress.remaining else None,
        "ends_at": progress.ends_at,
        "stuck": delivery.stuck,
        "why": progress.why,
        "created_at": delivery.created_at,
        "ended_at": delivery.ended_at,
        "received_at": receipt.received_at if receipt else None,
    }


def amount(size: float) -> str:
    """Write a number of bytes by thousands: `1.2 GB`."""
    unit = 0
    while abs(size) >= 999.5 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {UNITS[unit]}" if unit == 0 or size >= 99.5 else f"{size:.1f} {UNITS[unit]}"


def speed(rate: float) -> str:
    """Write a rate of bytes as the line is sold: `196 Mbit/s`."""
    bits = rate * 8 / 1_000_000
    return f"{bits:.0f} Mbit/s" if bits >= 9.95 else f"{bits:.1f} Mbit/s"


def both_clocks(at: datetime, other: Node) -> str:
    """Write an instant on the clocks of this city and of *other*, with the day if it is another."""
    here = me()
    told = [_clock(at, node) for node in (here, other)]
    return f"{told[0]} {here} · {told[1]} {other}"


def _clock(at: datetime, node: Node) -> str:
    zone = ZoneInfo(node.time_zone)
    local, today = at.astimezone(zone), clock.now().astimezone(zone).date()
    shift = (local.date() - today).days
    return f"{local:%H:%M}" + (f" ({shift:+d})" if shift else "")


def heading(delivery: freight.Delivery) -> str:
    """Write which delivery it is and between whom."""
    arrow = "→" if delivery.sends else "←"
    return f"{delivery.slug[:8]}  {arrow} {delivery.peer}  {delivery.title}"


def sentence(progress: freight.Progress) -> str:
    """Write how a delivery goes, in one line."""
    delivery = progress.delivery
    parts = [str(delivery.get_state_display())]
    if delivery.bytes:
        done = gettext("%(done)s of %(all)s verified")
        told = {"done": amount(delivery.done), "all": amount(delivery.bytes)}
        parts.append(done % told if progress.is_active else amount(delivery.bytes))
    if progress.remaining is not None and progress.ends_at is not None:
        share = f" ({progress.line_share:.0%})" if progress.line_share else ""
        parts += [speed(delivery.rate) + share, both_clocks(progress.ends_at, delivery.peer)]
    if progress.receipt is not None:
        parts.append(_receipt(progress))
    if progress.why:
        parts.append(progress.why)
    return ", ".join(parts)


def short(progress: freight.Progress) -> str:
    """Write how a delivery goes beside a bar: the rate and both clocks, else what it waits for."""
    if progress.remaining is None or progress.ends_at is None:
        return progress.why or str(progress.delivery.get_state_display())
    rate = speed(progress.delivery.rate)
    return f"{rate}, {both_clocks(progress.ends_at, progress.delivery.peer)}"


def _receipt(progress: freight.Progress) -> str:
    """Write what the receipt says: the evidence."""
    receipt = progress.receipt
    assert receipt is not None  # noqa: S101  # asked by who calls
    moved = gettext("%(moved)s crossed in %(time)s, %(held)s were there before")
    told = {
        "moved": amount(receipt.moved),
        "time": timedelta(seconds=receipt.seconds),
        "held": amount(receipt.held),
    }
    return moved % told


def limit_facts(limit: freight.FreightLimit) -> Mapping[str, object]:
    """Return a limit for a script."""
    return {
        "number": limit.pk,
        "peer": limit.peer,
        "production": limit.production,
        "hours": hours(limit),
        "rate": limit.rate,
        "set_at": limit.set_at,
    }


def hours(limit: freight.FreightLimit) -> str:
    """Write the hours of a limit: `22:00-06:00`; empty for the whole day."""
    if limit.begins == limit.ends:
        return ""
    return f"{_minute(limit.begins)}-{_minute(limit.ends)}"


def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def limit_sentence(limit: freight.FreightLimit, names: Mapping[str, str]) -> str:
    """Write a limit in one line."""
    to = names.get(limit.peer, limit.peer) if limit.peer else gettext("every city")
    rate = speed(limit.rate) if limit.rate else gettext("nothing leaves")
    parts = [f"{limit.pk}  {to}", limit.production, hours(limit), rate]
    return ", ".join(part for part in parts if part)


def limit_of(number: int) -> freight.FreightLimit:
    """Return the limit with *number*.

    Raises:
        InvalidInputError: there is none.
    """
    for limit in freight.standing_limits():
        if limit.pk == number:
            return limit
    reason = gettext("no limit has the number %(number)s")
    raise InvalidInputError(reason=reason % {"number": number})


def minutes(span: str) -> tuple[int, int]:
    """Read `22:00-06:00` as minutes of the day; empty is the whole day.

    Raises:
        InvalidInputError: it is no such span.
    """
    if not span:
        return 0, 0
    found = SPAN.fullmatch(span.strip())
    if found is None:
        reason = gettext("hours are written as 22:00-06:00, not “%(span)s”")
        raise InvalidInputError(reason=reason % {"span": span[:40]})
    begin_hour, begin, end_hour, end = map(int, found.groups())
    return begin_hour * 60 + begin, end_hour * 60 + end


def names() -> Mapping[str, str]:
    """Return the names of the met cities by origin."""
    return {node.origin: str(node) for node in met_nodes()}


def now(delivery: freight.Delivery) -> freight.Progress:
    """Return how *delivery* stands now."""
    fresh = freight.delivery(delivery.uri)
    return freight.all_progress([fresh])[0]


def report_facts(report: "freight.Report") -> Mapping[str, object]:
    """Return what `fsck` found, for a script."""
    return {
        "blobs": report.blobs,
        "bytes": report.bytes,
        "clean": report.clean,
        "findings": [
            {
                "fault": str(one.fault),
                "what": one.what,
                "repaired": one.repaired,
                "needed_by": list(one.needed_by),
            }
            for one in report.findings
        ],
    }


def report_lines(report: "freight.Report") -> list[str]:
    """Say what `fsck` found, for a person."""
    told = {"blobs": report.blobs, "size": amount(report.bytes)}
    lines = [gettext("%(blobs)s contents, %(size)s, were read and compared.") % told]
    for one in report.findings:
        done = gettext("put right") if one.repaired else gettext("NOT put right")
        needed = f" ({', '.join(one.needed_by)})" if one.needed_by else ""
        lines.append(f"{one.fault}: {one.what}{needed}, {done}")
    if report.clean:
        lines.append(gettext("Nothing is wrong."))
    return lines
