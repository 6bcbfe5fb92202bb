"""What the command says of deliveries: their facts for scripts, their sentences for people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from jumelage.bridge.api import Node, freight, me, met_nodes
from jumelage.kit import clock
from jumelage.kit.errors import InvalidInputError
from jumelage.kit.uris import Uri
from jumelage.shell.templatetags.bridge_words import carrier, duration, percent, speed
from jumelage.shell.templatetags.bridge_words import size as amount

SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


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
        "whole": Uri.parse(delivery.whole).id if delivery.whole else "",
        "part": delivery.part,
        "parts": delivery.parts,
        "production": delivery.production,
        "priority": delivery.priority,
        "files": delivery.files,
        "files_verified": delivery.files_done,
        "bytes": delivery.bytes,
        "list_share": progress.listed,
        "bytes_verified": delivery.done,
        "bytes_held": delivery.held,
        "bytes_moved": delivery.moved,
        **_line(progress),
        "seconds": round(progress.seconds, 1),
        "remaining": progress.remaining.total_seconds() if progress.remaining else None,
        "ends_at": progress.ends_at,
        "stuck": delivery.stuck,
        "stuck_since": delivery.stuck_since,
        "why": progress.why,
        "created_at": delivery.created_at,
        "ended_at": delivery.ended_at,
        "received_at": receipt.received_at if receipt else None,
        "released_at": delivery.released_at,
    }


def _line(progress: freight.Progress) -> Mapping[str, object]:
    """Return what is known of the line and of how it is used; rates in bytes a second."""
    delivery = progress.delivery
    return {
        "rate": delivery.rate,
        "line": progress.line,
        "line_share": progress.line_share,
        "rtt_ms": delivery.rtt_ms,
        "loss": delivery.loss,
        "carrier": delivery.carrier,
        "carrier_why": delivery.carrier_why,
        "limit": progress.limit,
        "limited_there": progress.limited_there,
    }


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
        parts += [speed(delivery.rate) + _of_line(progress), _until(progress)]
    if progress.receipt is not None:
        parts.append(_receipt(progress))
    if progress.why:
        parts.append(progress.why)
    return ", ".join(parts)


def _of_line(progress: freight.Progress) -> str:
    """Write which share of the line that is, in brackets; nothing when it is not known."""
    if progress.line_share is None or progress.line is None:
        return ""
    if progress.receipt is not None:  # all that the receiver saw of the line
        told = gettext(" (%(share)s of its best five seconds, %(line)s)")
    else:
        told = gettext(" (%(share)s of a line of about %(line)s)")
    return told % {"share": percent(progress.line_share), "line": speed(progress.line)}


def _until(progress: freight.Progress) -> str:
    """Write how long the rest takes and when it is there, on both clocks."""
    assert progress.remaining is not None  # noqa: S101  # asked by who calls
    assert progress.ends_at is not None  # noqa: S101  # asked by who calls
    told = gettext("%(time)s left, there at %(clocks)s")
    clocks = both_clocks(progress.ends_at, progress.delivery.peer)
    return told % {"time": duration(progress.remaining.total_seconds()), "clocks": clocks}


def details(progress: freight.Progress) -> Sequence[str]:
    """Write what else is known of one delivery: the carrier and why, limit, what is stuck."""
    delivery, lines = progress.delivery, []
    if delivery.whole:
        lines.append(_parts(delivery))
    if delivery.carrier:
        told = [carrier(delivery.carrier), progress.carrier_reason]
        lines.append(": ".join(part for part in told if part))
    if progress.limit is not None:
        said = {"limit": speed(progress.limit), "city": delivery.peer}
        there, here = (
            gettext("limited to %(limit)s by %(city)s"),
            gettext("a limit of %(limit)s holds now"),
        )
        lines.append((there if progress.limited_there else here) % said)
    if progress.began and progress.line is None:
        lines.append(gettext("what the line can carry is not known"))
    if delivery.released_at:
        given_up = gettext("its contents were given up here at %(clocks)s")
        lines.append(given_up % {"clocks": both_clocks(delivery.released_at, delivery.peer)})
    if delivery.stuck and delivery.stuck_since:
        since = gettext("like this since %(clocks)s")
        lines.append(since % {"clocks": both_clocks(delivery.stuck_since, delivery.peer)})
    if delivery.stuck and delivery.retry_at:
        again = gettext("tried again by itself at %(clocks)s")
        lines.append(again % {"clocks": both_clocks(delivery.retry_at, delivery.peer)})
    return lines


def _parts(delivery: freight.Delivery) -> str:
    """Write which part of a delivery it is, and which are the others."""
    told = gettext("part %(part)s of %(parts)s of one delivery: %(names)s")
    names = " ".join(one.slug[:8] for one in freight.parts_of([delivery.whole]))
    return told % {"part": delivery.part, "parts": delivery.parts, "names": names}


def file_facts(file: freight.DeliveryFile) -> Mapping[str, object]:
    """Return a file of a delivery for a script."""
    return {
        "path": file.path,
        "bytes": file.size,
        "root": file.root,
        "verified_at": file.verified_at,
        "held": file.held,
    }


def file_sentence(file: freight.DeliveryFile) -> str:
    """Write a file of a delivery in one line."""
    if file.verified_at is None:
        state = gettext("not there yet")
    else:
        state = gettext("was there before") if file.held else gettext("verified")
    return f"{state}  {amount(file.size)}  {file.path}"


def short(progress: freight.Progress) -> str:
    """Write how a delivery goes beside a bar: the rate and both clocks, else what it waits for."""
    if progress.remaining is None or progress.ends_at is None:
        return progress.why or str(progress.delivery.get_state_display())
    return f"{speed(progress.delivery.rate)}{_of_line(progress)}, {_until(progress)}"


def bar(progress: freight.Progress) -> tuple[int, int]:
    """Return what is done and all there is to do: of the packing list first, then of the bytes."""
    if progress.listed is not None:
        return int(progress.listed * 1000), 1000
    return progress.delivery.done, progress.delivery.bytes


def _receipt(progress: freight.Progress) -> str:
    """Write what the receipt says: the evidence."""
    receipt = progress.receipt
    assert receipt is not None  # noqa: S101  # asked by who calls
    moved = gettext("%(moved)s crossed in %(time)s, %(held)s were there before")
    told = {
        "moved": amount(receipt.moved),
        "time": duration(receipt.seconds),
        "held": amount(receipt.held),
    }
    return moved % told + _of_line(progress)


def limit_facts(limit: freight.FreightLimit) -> Mapping[str, object]:
    """Return a limit for a script."""
    return {
        "number": limit.pk,
        "direction": limit.direction,
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
    city = names.get(limit.peer, limit.peer) if limit.peer else gettext("every city")
    comes = limit.direction == limit.Direction.IN
    way = (gettext("from %(city)s") if comes else gettext("to %(city)s")) % {"city": city}
    nothing = gettext("nothing comes in") if comes else gettext("nothing leaves")
    rate = speed(limit.rate) if limit.rate else nothing
    parts = [f"{limit.pk}  {way}", limit.production, hours(limit), rate]
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


def store_facts(held: freight.Totals | None) -> Mapping[str, object]:
    """Return what the store holds for a script, in bytes; nothing when it cannot be read."""
    return {**asdict(held), "share": held.share} if held else {}


def store_lines(held: freight.Totals | None) -> Sequence[str]:
    """Say what the store holds and may hold, for a person."""
    if held is None:
        return [gettext("The store cannot be read now; jumelage freight fsck examines it.")]
    told = {"blobs": held.blobs, "size": amount(held.bytes), "reserved": amount(held.reserved)}
    lines = [
        gettext("%(blobs)s contents are held, %(size)s.") % told,
        gettext("%(reserved)s more are promised to deliveries on their way.") % told,
    ]
    if held.share is not None:
        quota = {"share": percent(held.share), "quota": amount(held.quota)}
        lines.append(gettext("That is %(share)s of the quota of %(quota)s.") % quota)
    else:
        lines.append(gettext("No quota is set."))
    if held.free is not None:
        lines.append(gettext("%(free)s are free on the disk.") % {"free": amount(held.free)})
    return lines


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
