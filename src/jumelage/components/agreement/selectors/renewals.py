"""Questions about ends and renewals: warnings, and texts side by side."""

import calendar
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jumelage.components.agreement.models import Commitment, Instrument, RenewalDraft, RenewalLine
from jumelage.kit import clock
from jumelage.kit.i18n import LANGUAGES, Bilingual

STEPS = (12, 6, 3)
"""Months before the end at which a warning is due, first step first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalWarning:
    """An instrument ends soon, or ended, and no agreed text continues it."""

    instrument: Instrument
    last_day: date
    step: int
    """12, 6 or 3: the latest step reached; 0 once the last day is past."""
    days_left: int
    """Whole days to the last day; negative when it is past."""


def warnings(on: date | None = None) -> list[RenewalWarning]:
    """Return the renewal warnings due on *on* (default today), most urgent first.

    An ended instrument is warned about for as long as nothing renews it, but only when the
    software co-signed it: recorded history is not an alarm.
    """
    today = on or clock.today()
    ending = Instrument.objects.valid().exclude(last_day=None).select_related("partnership")
    continued = set(
        Instrument.objects.valid().exclude(renews=None).values_list("renews_id", flat=True)
    )
    found = [
        RenewalWarning(
            instrument=text,
            last_day=text.last_day,
            step=step,
            days_left=(text.last_day - today).days,
        )
        for text in ending
        if text.last_day
        and text.uri not in continued
        and (step := warning_step(text.last_day, today)) is not None
        and (step or text.standing == Instrument.Standing.PROPOSED)
    ]
    return sorted(found, key=lambda warning: warning.last_day)


def warning_step(last_day: date, today: date) -> int | None:
    """Return the latest step reached (12, 6, 3), 0 when the end is past, None before all."""
    if last_day < today:
        return 0
    reached = [step for step in STEPS if months_before(last_day, step) <= today]
    return min(reached, default=None)


def months_before(day: date, months: int) -> date:
    """Return the day *months* calendar months earlier, at most the last of its month."""
    month = day.year * 12 + day.month - 1 - months
    year, at = divmod(month, 12)
    return date(year, at + 1, min(day.day, calendar.monthrange(year, at + 1)[1]))


class Change(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of words and what happened to it; `text` keeps the spaces of its side."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """One commitment before and after, in both languages, with the word diff."""

    line: RenewalLine
    before: Commitment | None
    after: Bilingual
    """Empty when dropped."""
    fr: tuple[Run, ...]
    en: tuple[Run, ...]


def word_diff(before: str, after: str) -> tuple[Run, ...]:
    """Return the runs that turn *before* into *after*, word by word.

    The `same` and `removed` runs joined are *before*, the `same` and `added` ones *after*.
    """
    old, new = _words(before), _words(after)
    runs: list[Run] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            runs.append(Run(change=Change.SAME, text="".join(old[a:b])))
            continue
        if a < b:
            runs.append(Run(change=Change.REMOVED, text="".join(old[a:b])))
        if c < d:
            runs.append(Run(change=Change.ADDED, text="".join(new[c:d])))
    return tuple(runs)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def side_by_side(draft: RenewalDraft) -> Sequence[SideBySide]:
    """Return every line of *draft* against the commitment it renews; two queries."""
    lines = list(draft.lines.all())
    older = {
        row.uri: row for row in Commitment.objects.filter(uri__in=[line.renews for line in lines])
    }
    return [_compare(line, older.get(line.renews)) for line in lines]


def _compare(line: RenewalLine, before: Commitment | None) -> SideBySide:
    after = Bilingual() if line.choice == RenewalLine.Choice.DROP else line.text
    old = before.text if before else Bilingual()
    runs = {code: word_diff(getattr(old, code), getattr(after, code)) for code in LANGUAGES}
    return SideBySide(line=line, before=before, after=after, fr=runs["fr"], en=runs["en"])


def compare_instrument(text: Instrument) -> Sequence[tuple[Commitment, Commitment | None]]:
    """Return each commitment of a proposed *text* with the older one it renews."""
    rows = Commitment.objects.live().filter(instrument=text.uri).order_by("position")
    return [(row, row.renews) for row in rows.select_related("renews__instrument")]
