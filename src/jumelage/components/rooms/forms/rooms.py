"""Forms about rooms: registering one, and asking the list."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import me
from jumelage.components.rooms.forms.hours import ClosuresField, HoursField
from jumelage.components.rooms.photos import keeping
from jumelage.components.rooms.services.rooms import Room
from jumelage.components.rooms.words import ACCESSIBILITY, EQUIPMENT
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.opening import known_holidays
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import Role, is_officer
from jumelage.kit.errors import JumelageError
from jumelage.shell.bilingual import BilingualForm, Text
from jumelage.shell.look import times

MONDAY = date(2024, 1, 1)
"""Any Monday, for the names of the days."""
WEEK = range(7)
LINE, SHORT = 160, 2000
"""Characters."""


def day_name(number: int) -> str:
    """Return the name of a day of the week; Monday is 0."""
    return times.day(MONDAY + timedelta(days=number), "EEEE").capitalize()


class RoomForm(BilingualForm):
    """What a city says of a room that people may book."""

    texts = {
        "name": Text(label=_("Name of the room"), length=LINE, rows=1, required=True),
        "place": Text(label=_("Where it is"), length=LINE, rows=1),
        "access": Text(label=_("Access rules"), length=SHORT, rows=3),
    }
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Space it belongs to"), queryset=None, required=False, empty_label=_("the city")
    )
    what = forms.ChoiceField(label=_("What it is"), choices=Resource.Kind.choices)
    capacity = forms.IntegerField(label=_("People"), min_value=1, max_value=10_000)
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"), required=False, widget=forms.CheckboxSelectMultiple
    )
    accessibility = forms.MultipleChoiceField(
        label=_("Accessibility"), required=False, widget=forms.CheckboxSelectMultiple
    )
    approval = forms.ChoiceField(
        label=_("Who decides over a booking"), choices=Resource.Approval.choices
    )
    holidays = forms.ChoiceField(
        label=_("Closed on the public holidays of"),
        required=False,
        help_text=_("A country, or one of its regions."),
    )
    closures = ClosuresField(
        label=_("Closed on"),
        help_text=_(
            "One day or one run of days on each line, then why in French / in English: "
            "2026-12-24 – 2027-01-02 congés / holidays"
        ),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP. It is written anew, without place and camera."),
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Ask for the hours of each day; offer what *person* may speak for."""
        super().__init__(*args, **options)
        for number in WEEK:
            self.fields[f"hours_{number}"] = HoursField(label=day_name(number))
        voice: Any = self.fields["organisation"]
        voice.queryset = _voices(person)
        if not is_officer(person):
            voice.required, voice.empty_label = True, None
        for name, words in (("equipment", EQUIPMENT), ("accessibility", ACCESSIBILITY)):
            self._offer(name, [*words.items(), *self._others(name, words)])
        self._offer("holidays", _calendars())

    def _offer(self, name: str, choices: Any) -> None:  # noqa: ANN401  # Django's choices
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice

    def _others(self, name: str, words: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # lazy words
        """Return words the room has that are not on offer: they stay."""
        return [(word, word) for word in self.initial.get(name, ()) if word not in words]

    def hour_fields(self) -> list[forms.BoundField]:
        """Return the inputs of the opening hours, Monday first."""
        return [self[f"hours_{number}"] for number in WEEK]

    def plain(self) -> list[forms.BoundField]:
        """Return the inputs before the hours."""
        names = ("organisation", "what", "capacity", "equipment", "accessibility", "approval")
        return [self[name] for name in names]

    def clean_photo(self) -> str:
        """Keep the photo, written anew; return its hash, empty when none was given."""
        given: UploadedFile[Any] | None = self.cleaned_data["photo"]
        if not given:
            return ""
        try:
            return keeping.keep(given.chunks())
        except JumelageError as error:
            raise forms.ValidationError(error.message) from error

    def clean(self) -> dict[str, Any]:
        """Ask for at least one opening hour."""
        cleaned = super().clean()
        days = [f"hours_{number}" for number in WEEK]
        if not any(cleaned.get(day) or day in self.errors for day in days):
            self.add_error("hours_0", gettext("Say when the room is open, on one day at least."))
        return cleaned

    def room(self, shown: Resource | None = None) -> Room:
        """Return what is said of the room; without a new photo it keeps that of *shown*."""
        told = self.cleaned_data
        return Room(
            name=self.text("name"),
            place=self.text("place"),
            access=self.text("access"),
            what=told["what"],
            capacity=told["capacity"],
            approval=told["approval"],
            holidays=told["holidays"],
            hours=self._hours(),
            time_zone=shown.time_zone if shown else "",
            closures=tuple(told["closures"]),
            equipment=tuple(told["equipment"]),
            accessibility=tuple(told["accessibility"]),
            photo=told["photo"] or (shown.photo if shown else ""),
            organisation=told["organisation"],
        )

    def _hours(self) -> tuple[Hours, ...]:
        return tuple(
            Hours(day=number, opens=opens, closes=closes)
            for number in WEEK
            for opens, closes in self.cleaned_data[f"hours_{number}"]
        )

    @classmethod
    def showing(cls, room: Resource) -> dict[str, Any]:
        """Return what is known of *room* as initial values."""
        names = ("what", "capacity", "approval", "holidays", "equipment", "accessibility")
        texts = {"name": room.title, "place": room.address, "access": room.rules}
        return {
            **{name: getattr(room, name) for name in names},
            **cls.spread(texts),
            **{f"hours_{number}": _spans(room, number) for number in WEEK},
            "organisation": room.organisation_id,
            "closures": room.closures,
        }


def _spans(room: Resource, day: int) -> list[tuple[str, str]]:
    return [(each["opens"], each["closes"]) for each in room.hours if each["day"] == day]


def _voices(person: Person) -> Any:  # noqa: ANN401  # a query set
    """Return the organisations in whose name *person* may list a room."""
    listed = Organisation.objects.listed().filter(origin=me().origin)
    if is_officer(person):
        return listed.order_by("slug")
    edited = [on for role, on in person.roles if role == Role.EDITOR]
    return listed.filter(uri__in=edited).order_by("slug")


def _calendars() -> list[tuple[str, str]]:
    """Return the calendars of public holidays of this country, the whole of it first."""
    country = me().country
    known = sorted(code for code in known_holidays() if code.partition("-")[0] == country)
    return [("", gettext("no public holidays")), *((code, code) for code in known)]
