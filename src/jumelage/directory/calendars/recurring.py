"""Repetitions on the organiser's wall clock, each with what is unusual about it.

Source of the rules: RFC 5545 section 3.3.10; the computation is python-dateutil's.
"""

import re
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
LONGEST_RULE = 200
NUMBER = re.compile(r"[1-9]\d{0,3}")
_ENDS = frozenset({"INTERVAL", "COUNT", "UNTIL", "WKST"})
ALLOWED = {
    "DAILY": _ENDS,
    "WEEKLY": _ENDS | {"BYDAY"},
    "MONTHLY": _ENDS | {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": _ENDS,
}
"""What a rule may say, by its frequency."""


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
    """Return the naive beginnings.

    Raises:
        WrongRuleError: see `expand`; or the first beginning is not one of the rule's.
    """
    if not text:
        return [starts]
    found = list(islice(parsed(text, starts), MOST_OCCURRENCES + 1))
    if len(found) > MOST_OCCURRENCES:
        reason = _("it has more than {count} times").format(count=MOST_OCCURRENCES)
        raise WrongRuleError(reason=reason)
    if found[:1] != [starts]:
        raise WrongRuleError(reason=_("the first day is not one of its days"))
    return found


def parsed(text: str, starts: datetime) -> rrule:
    """Return the rule of RFC 5545 that *text* says, from *starts* (naive) to its end.

    Only what people use, so that no rule can be searched for years without finding a day.

    Raises:
        WrongRuleError: it is not a rule, has no end, or is of another sort.
    """
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";"))
    allowed = ALLOWED.get(parts.get("FREQ", ""), frozenset())
    numbers = [parts.get(name, "1") for name in ("COUNT", "INTERVAL")]
    written = set(parts) <= {"FREQ", *allowed} and all(map(NUMBER.fullmatch, numbers))
    if not written or len(text) > LONGEST_RULE:
        raise WrongRuleError(reason=text[:80])
    if not {"COUNT", "UNTIL"} & set(parts):
        raise WrongRuleError(reason=_("it has no end"))
    told = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        found = rrulestr(told, dtstart=starts)
    except (ValueError, TypeError, OverflowError, KeyError, AttributeError) as error:
        raise WrongRuleError(reason=text[:80]) from error
    assert isinstance(found, rrule)  # noqa: S101  # one rule was given
    return found
