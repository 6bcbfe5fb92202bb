"""Forms about windows: which room of the other city, when it is quiet, a screen's name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.rooms.forms.hours import HoursField
from jumelage.components.rooms.forms.rooms import WEEK, day_name
from jumelage.components.rooms.services.screens import LONGEST_NAME
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.records import Hours


class QuietForm(forms.Form):
    """When the own room neither shows nor hears, on its own clocks."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Ask for each day of the week."""
        super().__init__(*args, **options)
        for number in WEEK:
            self.fields[f"quiet_{number}"] = HoursField(label=day_name(number))

    def quiet(self) -> list[Hours]:
        """Return the hours of the week, in order."""
        return [
            Hours(day=number, opens=opens, closes=closes)
            for number in WEEK
            for opens, closes in self.cleaned_data[f"quiet_{number}"]
        ]

    @staticmethod
    def filled(quiet: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what the form shows for the *quiet* hours of a window."""
        return {
            f"quiet_{number}": [
                (hours["opens"], hours["closes"]) for hours in quiet if hours["day"] == number
            ]
            for number in WEEK
        }


class OpenForm(QuietForm):
    """A new window: the other room as well."""

    twin_room: "forms.ModelChoiceField[Resource]" = forms.ModelChoiceField(
        label=_("The room it looks into"), queryset=None, empty_label=None
    )

    def __init__(self, *args: Any, room: Resource, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the rooms of other cities."""
        super().__init__(*args, **options)
        elsewhere = Resource.objects.live().exclude(origin=room.origin).filter(what="room")
        self.fields["twin_room"].queryset = elsewhere.order_by("uri")  # type: ignore[attr-defined]  # a model choice


class ScreenForm(forms.Form):
    """A screen's name."""

    name = forms.CharField(
        label=_("Name of the screen"),
        max_length=LONGEST_NAME,
        help_text=_("Where it stands, such as “hall, ground floor”."),
    )
