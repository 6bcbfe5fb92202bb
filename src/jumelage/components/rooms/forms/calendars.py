"""The form with which somebody gives a calendar file of a room."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jumelage.components.rooms.services.imports import LARGEST


class CalendarForm(forms.Form):
    """An iCalendar file that says when the room is taken elsewhere."""

    calendar = forms.FileField(
        label=_("Calendar file (.ics)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("2 MiB at most. Only the hours are kept: no titles, no people."),
    )

    def clean_calendar(self) -> bytes:
        """Return what the file holds.

        Raises:
            ValidationError: it is too large to be read at all.
        """
        given = self.cleaned_data["calendar"]
        if given.size > LARGEST:
            raise forms.ValidationError(gettext("This file is larger than 2 MiB."))
        content: bytes = given.read()
        return content
