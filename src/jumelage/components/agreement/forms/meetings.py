"""Calling a joint meeting, and recording what it decided."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models import Meeting, Partnership
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.directory.models import Organisation
from jumelage.kit.i18n import LANGUAGES, Bilingual
from jumelage.shell.bilingual import BilingualForm, Text
from jumelage.shell.forms import MomentInput

WALL = "%Y-%m-%dT%H:%M"
LONGEST = 24 * 60
"""Minutes."""


def _lines(text: Bilingual) -> list[Bilingual]:
    """Return one bilingual text for each line; the languages go side by side."""
    sides = {code: getattr(text, code).strip().splitlines() for code in LANGUAGES}
    count = max(len(lines) for lines in sides.values())
    return [
        Bilingual(**{c: (sides[c][n].strip() if n < len(sides[c]) else "") for c in LANGUAGES})
        for n in range(count)
    ]


def _joined(texts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual(fr="\n".join(t.fr for t in texts), en="\n".join(t.en for t in texts))


class CallForm(BilingualForm):
    """When and where a meeting is, and what it is about."""

    texts = {
        "title": Text(label=_("Title"), length=160, rows=1, required=True),
        "place": Text(label=_("Place, or how to take part"), length=200, rows=1),
        "agenda": Text(label=_("Agenda, one point a line"), length=5_000, rows=5),
    }
    starts = forms.CharField(
        label=_("Beginning, local time of your city"),
        widget=MomentInput(),
        max_length=25,
    )
    minutes_long = forms.IntegerField(
        label=_("Length in minutes"), min_value=5, max_value=LONGEST, initial=60
    )

    def clean_starts(self) -> datetime:
        """Return the wall time, without a zone: the meeting keeps the zone of its city."""
        typed = self.cleaned_data["starts"][:16].replace(" ", "T")
        try:
            return datetime.strptime(typed, WALL)  # noqa: DTZ007  # a wall time has no offset
        except ValueError as error:
            raise forms.ValidationError(_("Write a day and a time: 2026-03-20 17:30.")) from error

    @classmethod
    def showing(cls, meeting: Meeting) -> "CallForm":
        """Return the form filled with *meeting*."""
        texts = {
            "title": meeting.title,
            "place": meeting.place,
            "agenda": _joined(meeting.agenda),
        }
        initial = {
            "starts": meeting.starts_local,
            "minutes_long": meeting.minutes_long,
            **cls.spread(texts),
        }
        return cls(initial=initial)

    def facts(self) -> dict[str, Any]:
        """Return the call, as `call_meeting` takes it."""
        return {
            "starts_local": self.cleaned_data["starts"],
            "minutes_long": self.cleaned_data["minutes_long"],
            "title": self.text("title"),
            "place": self.text("place"),
            "agenda": self.agenda(),
        }

    def agenda(self) -> list[Bilingual]:
        """Return the points of the agenda."""
        return _lines(self.text("agenda"))


class RecordForm(BilingualForm):
    """Who came, what was decided, what has to be done, and the minutes."""

    texts = {
        "decisions": Text(label=_("Decisions, one a line"), length=10_000, rows=4),
        "minutes": Text(label=_("Minutes"), length=50_000, rows=8),
    }
    attendance = forms.CharField(
        label=_("Attendance"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One line for each city and role, never a name: "
            "paris: 3 × agents du numérique / digital officers"
        ),
    )
    work = forms.CharField(
        label=_("Work items"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One line each: what (fr) / what (en) | role (fr) / role (en) | organisation | "
            "2026-12-31"
        ),
    )

    def __init__(self, *args: Any, partnership: Partnership, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Know the cities of *partnership*."""
        super().__init__(*args, **options)
        self.cities = {city.slug for city in partnership.cities}

    @classmethod
    def showing(cls, meeting: Meeting) -> "RecordForm":
        """Return the form filled with what was recorded."""
        texts = {
            "decisions": _joined(meeting.decisions),
            "minutes": meeting.minutes or Bilingual(),
        }
        initial = {
            "attendance": "\n".join(_attendance_line(each) for each in meeting.attendance),
            "work": "\n".join(_work_line(each) for each in meeting.work),
            **cls.spread(texts),
        }
        return cls(initial=initial, partnership=meeting.partnership)

    def clean_attendance(self) -> list[Attendance]:
        """Read each line; say which one cannot be read."""
        return [self._attended(line) for line in _written(self.cleaned_data["attendance"])]

    def _attended(self, line: str) -> Attendance:
        match = re.fullmatch(r"([\w-]+)\s*:\s*(\d{1,4})\s*[×x]\s*(.+)", line)
        if match is None or match[1] not in self.cities:
            facts = {"line": line[:80], "cities": ", ".join(sorted(self.cities))}
            raise forms.ValidationError(
                _("“%(line)s” cannot be read. Begin with a city: %(cities)s."), params=facts
            )
        return Attendance(city=match[1], role=_sides(match[3]), count=int(match[2]))

    def clean_work(self) -> list[WorkItem]:
        """Read each line; say which one cannot be read."""
        return [_work_item(line) for line in _written(self.cleaned_data["work"])]

    def facts(self) -> dict[str, Any]:
        """Return the record, as `record_meeting` takes it."""
        return {
            "attendance": self.cleaned_data["attendance"],
            "work": self.cleaned_data["work"],
            "decisions": self.decisions(),
            "minutes": self.text("minutes") or None,
        }

    def decisions(self) -> list[Bilingual]:
        """Return the decisions."""
        return _lines(self.text("decisions"))


def _written(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sides(text: str) -> Bilingual:
    """Return `French / English`; without a stroke the same words in both."""
    first, stroke, second = text.partition(" / ")
    return Bilingual(fr=first.strip(), en=second.strip() if stroke else first.strip())


def _work_item(line: str) -> WorkItem:
    parts = [part.strip() for part in line.split("|")]
    what, role, organisation, due, done = (parts + [""] * 5)[:5]
    if not role:
        facts = {"line": line[:80]}
        raise forms.ValidationError(_("“%(line)s” does not say who does it."), params=facts)
    if organisation and not Organisation.objects.listed().filter(slug=organisation).exists():
        facts = {"name": organisation[:80]}
        raise forms.ValidationError(
            _("There is no organisation “%(name)s” in the directory."), params=facts
        )
    return WorkItem(
        text=_sides(what),
        role=_sides(role),
        organisation=organisation,
        due=_day(due),
        done=_day(done),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        facts = {"date": text[:40]}
        raise forms.ValidationError(
            _("“%(date)s” is not a day; write 2026-12-31."), params=facts
        ) from error


def _attendance_line(each: Attendance) -> str:
    return f"{each.city}: {each.count} × {_both(each.role)}"


def _work_line(each: WorkItem) -> str:
    days = [str(day or "") for day in (each.due, each.done)]
    return " | ".join([_both(each.text), _both(each.role), each.organisation, *days]).rstrip(" |")


def _both(text: Bilingual) -> str:
    return text.fr if text.fr == text.en else f"{text.fr} / {text.en}"
