"""Repetitions on the organiser's wall clock, each with what is unusual about it.

Source of the rules: RFC 5545 section 3.3.10; the computation is python-dateutil's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext as _

from jumelage.directory.calendars.errors import UnknownZoneError, WrongRuleError, WrongTimeError
from jumelage.directory.calendars.local_times import is_fold, is_gap
from jumelage.directory.calendars.times import Span, is_bookable, is_zone

MOST_OCCURRENCES = 260
"""Five years of a weekly meeting."""
ALLOWED = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When something takes place, as its organiser says it.

    `starts` is what the wall clocks of `zone` show, without a zone; `rule` is the repetition of
    RFC 5545 without its beginning (`FREQ=WEEKLY;COUNT=10`), empty: once.
    """

    zone: str
    starts: datetime
    minutes: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One time of a plan, with the wall clock's word for its beginning.

    `missing`: the wall clocks never show that hour on that day, it takes place as much later as
    they jump; `twice`: they show it twice, it takes place at the first.
    """

    number: int
    span: Span
    starts: datetime
    missing: bool
    twice: bool


def expand(plan: Plan) -> Sequence[Planned]:
    """Return every time of *plan*, in order, numbered from 1.

    Raises:
        UnknownZoneError: the time zone is not one.
        WrongRuleError: the rule is not one, has no end, or has too many times.
        WrongTimeError: a time is not made of whole quarters of an hour, or is too long.
    """
    if not is_zone(plan.zone):
        raise UnknownZoneError(zone=plan.zone)
    zone, starts = ZoneInfo(plan.zone), plan.starts.replace(tzinfo=None)
    found = [
        _planned(number, naive, plan.minutes, zone)
        for number, naive in enumerate(_beginnings(plan.rule, starts), 1)
    ]
    for one in found:
        if not is_bookable(one.span.start, one.span.end):
            raise WrongTimeError(reason=_("times begin and end on a quarter of an hour"))
    return found


def _planned(number: int, naive: datetime, minutes: int, zone: ZoneInfo) -> Planned:
    start = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    span = Span(start, start + timedelta(minutes=minutes))
    return Planned(number, span, naive, is_gap(naive, zone), is_fold(naive, zone))


def _beginnings(text: str, starts: datetime) -> Sequence[datetime]:
    """Return the naive beginnings; the first is *starts* even where the rule leaves it out."""
    if not text:
        return [starts]
    rule = _parsed(text, starts)
    found = list(islice(rule, MOST_OCCURRENCES + 1))
    if found[:1] != [starts]:
        found = [starts, *found]
    if len(found) > MOST_OCCURRENCES:
        reason = _("it has more than {count} times").format(count=MOST_OCCURRENCES)
        raise WrongRuleError(reason=reason)
    return found


def _parsed(text: str, starts: datetime) -> rrule:
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";"))
    if set(parts) - ALLOWED or parts.get("FREQ") not in FREQUENCIES:
        raise WrongRuleError(reason=text[:80])
    if not {"COUNT", "UNTIL"} & set(parts):
        raise WrongRuleError(reason=_("it has no end"))
    if not all(
        parts.get(n, "1").isdigit() and len(parts.get(n, "")) < 6 for n in ("COUNT", "INTERVAL")
    ):
        raise WrongRuleError(reason=text[:80])
    if parts.get("INTERVAL", "1").strip("0") == "":
        raise WrongRuleError(reason=text[:80])
    try:
        found = rrulestr(
            ";".join(f"{name}={value}" for name, value in parts.items()), dtstart=starts
        )
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        raise WrongRuleError(reason=text[:80]) from error
    assert isinstance(found, rrule)  # noqa: S101  # one rule was given
    return found
