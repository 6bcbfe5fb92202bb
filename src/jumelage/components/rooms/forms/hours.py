"""Hours and days as people write them: `9:00-12:30, 14h-18h`, `2026-12-24 – 2027-01-02`."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jumelage.directory.calendars.records import MOST_CLOSURES, Closure
from jumelage.kit.i18n import Bilingual

HOUR = r"(\d{1,2})(?:\s*[:hH.]\s*(\d{2})?)?"
SPAN = re.compile(rf"\s*{HOUR}\s*(?:-|–|—|to|à)\s*{HOUR}\s*")
DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:-|–|—|to|au)\s*(\d{4}-\d{2}-\d{2}))?\s*(.*)")
LONGEST = timedelta(days=366)
WHOLE_DAY = 24 * 60

Span = tuple[str, str]
"""From and until, as `HH:MM` on the wall clock; the end of a day is `24:00`."""


class HoursField(forms.CharField):
    """The opening hours of one day of the week; none: the room is closed."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Keep it short."""
        super().__init__(required=False, max_length=120, **options)

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401  # Django's own
        """Write spans as people read them."""
        if value is None or isinstance(value, str):
            return value
        return ", ".join(f"{begin}–{end}" for begin, end in value)

    def clean(self, value: Any) -> list[Span]:  # noqa: ANN401  # Django's own
        """Return the spans in order.

        Raises:
            ValidationError: one cannot be read, ends before it begins, or meets another.
        """
        text = super().clean(value)
        spans = sorted(_span(part) for part in re.split(r"[,;]", text) if part.strip())
        for (_begin, end), (begin, _end) in pairwise(spans):
            if begin < end:
                raise ValidationError(_("Two of these hours overlap."))
        return [(_written(begin), _written(end)) for begin, end in spans]


def _span(text: str) -> tuple[int, int]:
    """Return minutes since midnight."""
    found = SPAN.fullmatch(text)
    if not found:
        raise ValidationError(
            _("“%(text)s” is not written like 9:00–12:30."), params={"text": text.strip()}
        )
    first, first_minutes, last, last_minutes = (int(part or 0) for part in found.groups())
    begin, end = first * 60 + first_minutes, last * 60 + last_minutes
    if not begin < end <= WHOLE_DAY or max(first_minutes, last_minutes) > 59:
        raise ValidationError(
            _("“%(text)s” does not end after it begins, on the same day."),
            params={"text": text.strip()},
        )
    if begin % 15 or end % 15:
        raise ValidationError(_("Rooms open and close at whole quarters of an hour."))
    return begin, end


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


class ClosuresField(forms.CharField):
    """Days on which a room stays closed: one, or the first and the last, on each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Keep it within a page."""
        super().__init__(required=False, max_length=10_000, **options)

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401  # Django's own
        """Write each run of days on a line."""
        if value is None or isinstance(value, str):
            return value
        return "\n".join(_line(closure) for closure in value)

    def clean(self, value: Any) -> list[Closure]:  # noqa: ANN401  # Django's own
        """Return the closures in the order of their days.

        Raises:
            ValidationError: a line cannot be read, or names more than a year.
        """
        lines = super().clean(value).splitlines()
        found = [_closure(line.strip()) for line in lines if line.strip()]
        if len(found) > MOST_CLOSURES:
            raise ValidationError(_("These are too many lines."))
        return sorted(found, key=lambda closure: closure.first)


def _closure(line: str) -> Closure:
    match = DAYS.fullmatch(line)
    written, until, reason = match.groups() if match else ("", None, "")
    try:
        first, last = date.fromisoformat(written), date.fromisoformat(until or written)
    except ValueError as error:
        raise ValidationError(
            _("“%(line)s” is not written like 2026-12-24 or 2026-12-24 – 2027-01-02."),
            params={"line": line[:60]},
        ) from error
    if not timedelta() <= last - first < LONGEST:
        raise ValidationError(
            _("“%(line)s” ends before it begins, or is longer than a year."),
            params={"line": line[:60]},
        )
    return Closure(first=first, last=last, reason=_reason(reason))


def _reason(text: str) -> Bilingual:
    """Read `French / English`, or a reason in the page's language alone."""
    french, between, english = text.partition(" / ")
    if between:
        return Bilingual(fr=french.strip()[:200], en=english.strip()[:200])
    return Bilingual(**{(get_language() or "en")[:2]: french[:200]})


def _line(closure: Mapping[str, Any]) -> str:
    """Write a closure as it is kept."""
    first, last, reason = closure["first"], closure["last"], Bilingual.of(closure.get("reason"))
    days = first if first == last else f"{first} – {last}"
    words = f"{reason.fr} / {reason.en}" if reason.fr and reason.en else str(reason)
    return f"{days} {words}".strip()
