"""The form with which somebody books a room in each city, or one of this city alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import me
from jumelage.components.rooms.models import Booking, Engine, Purpose
from jumelage.components.rooms.showing.bookings import Question
from jumelage.components.rooms.states import State
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.recurring import Plan
from jumelage.directory.models import Person
from jumelage.shell.forms import DayInput

LENGTHS = (
    (15, _("15 minutes")),
    (30, _("30 minutes")),
    (45, _("45 minutes")),
    (60, _("1 hour")),
    (90, _("1 hour and a half")),
    (120, _("2 hours")),
    (180, _("3 hours")),
    (240, _("4 hours")),
    (480, _("8 hours")),
)
RULES = {"once": 0, "weekly": 1, "fortnightly": 2}
MOST_INVITED = 50


class RoomChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is generic in stubs only
    """A room by its name and how many people it takes."""

    def label_from_instance(self, obj: Resource) -> str:
        """Return what the choice says."""
        words = {"room": obj, "city": obj.node, "people": obj.capacity}
        return gettext("%(room)s, %(city)s (%(people)s people)") % words


class PeopleField(forms.CharField):
    """People of this city by the e-mail addresses of their accounts."""

    def __init__(self) -> None:
        """Ask for a few lines."""
        super().__init__(
            label=_("Invite people of this city"),
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("E-mail addresses of their accounts. They never cross the bridge."),
        )

    def clean(self, value: Any) -> list[Person]:  # noqa: ANN401  # Django's own
        """Find the people.

        Raises:
            ValidationError: no account here has an address, or they are too many.
        """
        typed = super().clean(value).replace(",", " ").replace(";", " ").split()
        emails = list(dict.fromkeys(address.casefold() for address in typed))
        if len(emails) > MOST_INVITED:
            raise ValidationError(
                gettext("These are more than %(most)s people.") % {"most": MOST_INVITED}
            )
        for address in emails:
            validate_email(address)
        found = {person.user.email.casefold(): person for person in _accounts(emails)}
        unknown = [address for address in emails if address not in found]
        if unknown:
            words = {"addresses": ", ".join(unknown)}
            raise ValidationError(gettext("No account of this city has: %(addresses)s.") % words)
        return [found[address] for address in emails]


class PeopleForm(forms.Form):
    """What a booking is called, and who more is invited."""

    title = forms.CharField(label=_("What you call it"), required=False, max_length=160)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    invited = PeopleField()

    @classmethod
    def showing(cls, booking: Booking) -> "PeopleForm":
        """Return the form filled with *booking*."""
        return cls(initial={"title": booking.title, "note": booking.note})


class WhenForm(forms.Form):
    """Which of one's bookings; a word that is not on offer asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[("coming", _("to come")), ("past", _("past")), ("all", _("all"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("states", "all")), *State.choices],
    )

    def question(self) -> Question:
        """Return what was asked."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return Question(
            text=asked.get("q", "").strip(),
            when=asked.get("when") or "coming",
            state=asked.get("state", ""),
        )


class BookingForm(forms.Form):
    """One room or two, a time on somebody's wall clock, perhaps every week, and what it is for."""

    room = RoomChoice(label=_("Your room"), queryset=None, empty_label=None)
    twin_room = RoomChoice(
        label=_("Room in the other city"),
        queryset=None,
        required=False,
        empty_label=_("none: your room alone"),
    )
    day = forms.DateField(label=_("Day"), widget=DayInput())
    hour = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time", "step": 900})
    )
    zone = forms.ChoiceField(label=_("On the clock of"))
    minutes = forms.TypedChoiceField(label=_("Length"), choices=LENGTHS, coerce=int, initial=60)
    repeat = forms.ChoiceField(
        label=_("How often"),
        choices=[
            ("once", _("once")),
            ("weekly", _("every week")),
            ("fortnightly", _("every other week")),
        ],
        help_text=_("It keeps the clock chosen above all year; the other one moves."),
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Only when it is repeated."),
    )
    whole = forms.ChoiceField(
        label=_("When one of the times cannot be had"),
        choices=[("all", _("book none: all or nothing")), ("free", _("book the others"))],
        initial="all",
        widget=forms.RadioSelect,
    )
    purpose = forms.ChoiceField(label=_("What for"), choices=Purpose.choices)
    engine = forms.ChoiceField(label=_("Pictures and sound travel"), choices=Engine.choices)
    title = forms.CharField(
        label=_("What you call it"),
        required=False,
        max_length=160,
        help_text=_("Stays in this city unless you open it below."),
    )
    open_title = forms.BooleanField(label=_("Tell the other city what you call it"), required=False)
    invited = PeopleField()

    def __init__(self, *args: Any, rooms: Sequence[Resource], **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer *rooms*: those of this city, and those of the others."""
        super().__init__(*args, **options)
        # Those that answer at once first: the first one is chosen already.
        listed = Resource.objects.live().select_related("node")
        listed = listed.order_by("approval", "-capacity", "uri")
        own: Any = self.fields["room"]
        twin: Any = self.fields["twin_room"]
        own.queryset = listed.filter(origin=me().origin)
        twin.queryset = listed.exclude(origin=me().origin)
        twin.initial = twin.queryset.first()
        self._offer_clocks(rooms)

    def _offer_clocks(self, rooms: Sequence[Resource]) -> None:
        """Offer the clock of each city that has a room, this one first."""
        here = me()
        clocks = {here.time_zone: str(here)}
        clocks |= {r.time_zone: str(r.node) for r in rooms if r.time_zone not in clocks}
        self.fields["zone"].choices = list(clocks.items())  # type: ignore[attr-defined]  # a choice

    def clean_hour(self) -> Any:  # noqa: ANN401  # a time
        """Ask for a whole quarter of an hour."""
        hour = self.cleaned_data["hour"]
        if hour.minute % 15 or hour.second:
            raise ValidationError(gettext("Rooms are booked by whole quarters of an hour."))
        return hour

    def clean(self) -> dict[str, Any]:
        """Ask for an end of what is repeated."""
        cleaned = super().clean() or self.cleaned_data
        day, until = cleaned.get("day"), cleaned.get("until")
        if cleaned.get("repeat", "once") != "once" and not until and "until" not in self.errors:
            self.add_error("until", gettext("Say the last day of what is repeated."))
        if cleaned.get("repeat", "once") != "once" and day and until and until < day:
            self.add_error("until", gettext("The last day is before the first."))
        if cleaned.get("open_title") and not cleaned.get("title"):
            self.add_error("title", gettext("There is nothing to tell: write what you call it."))
        return cleaned

    def ask_only(self, *names: str) -> None:
        """Complain about *names* only; what else was typed stays in the form as it is."""
        for name in set(self.errors) - set(names):
            del self.errors[name]

    def asked(self) -> dict[str, Any]:
        """Return what the service wants to know; the other city has a say only over its room."""
        told = self.cleaned_data
        names = ["room", "title", "invited"]
        names += ["twin_room", "open_title"] if told["twin_room"] else []
        return {
            "plan": self.plan(),
            "all_or_nothing": told["whole"] == "all",
            "purpose": Purpose(told["purpose"]),
            "engine": Engine(told["engine"]),
            **{name: told[name] for name in names},
        }

    def rooms(self) -> list[Resource]:
        """Return the rooms that were chosen, this city's first."""
        told = self.cleaned_data
        return [room for room in (told["room"], told["twin_room"]) if room]

    def plan(self) -> Plan:
        """Return when it takes place, as the organiser says it."""
        told = self.cleaned_data
        return Plan(
            zone=told["zone"],
            starts=datetime.combine(told["day"], told["hour"]),
            minutes=told["minutes"],
            rule=rule(told["repeat"], told["until"]),
        )


def rule(repeat: str, until: date | None) -> str:
    """Return the repetition in the words of RFC 5545; empty: once. *until* is the last day."""
    interval = RULES[repeat]
    if not interval or until is None:
        return ""
    return f"FREQ=WEEKLY;INTERVAL={interval};UNTIL={until:%Y%m%d}T235959"


def _accounts(emails: Sequence[str]) -> Any:  # noqa: ANN401  # a query set
    people = Person.objects.select_related("user")
    return people.filter(user__email__in=emails) if emails else people.none()
