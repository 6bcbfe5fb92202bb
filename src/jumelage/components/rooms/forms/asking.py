"""What a reader of the list of rooms asks for."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jumelage.components.rooms.showing.places import Place
from jumelage.components.rooms.showing.rooms import Question
from jumelage.components.rooms.words import ACCESSIBILITY, EQUIPMENT
from jumelage.directory.calendars.models import Resource
from jumelage.shell.forms import MomentInput

SORTS = (("name", _("name")), ("city", _("city")), ("people", _("most people")))


class QuestionForm(forms.Form):
    """A question to the list; a word that is not on offer asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    city = forms.ChoiceField(label=_("City"), required=False)
    what = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", pgettext_lazy("kinds of places", "all")), *Resource.Kind.choices],
    )
    people = forms.IntegerField(
        label=_("For how many people"), required=False, min_value=1, max_value=10_000
    )
    equipment = forms.ChoiceField(
        label=_("Equipment"), required=False, choices=[("", _("any")), *EQUIPMENT.items()]
    )
    accessibility = forms.ChoiceField(
        label=_("Accessibility"), required=False, choices=[("", _("any")), *ACCESSIBILITY.items()]
    )
    free_at = forms.DateTimeField(
        label=_("Free for an hour at"),
        required=False,
        widget=MomentInput(),
    )
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTS)

    def __init__(self, *args: Any, cities: Sequence[Place], **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer *cities*, this one first: its clock is the one “free at” is read on."""
        super().__init__(*args, **options)
        offered = [(node.origin, str(node)) for node in cities]
        self.fields["city"].choices = [("", _("every city")), *offered]  # type: ignore[attr-defined]  # a choice
        self.zone = ZoneInfo(cities[0].time_zone)
        self.fields["free_at"].label = _("Free for an hour at (%(city)s)") % {"city": cities[0]}

    def question(self) -> Question:
        """Return what was asked."""
        self.is_valid()
        asked = {n: v for n, v in getattr(self, "cleaned_data", {}).items() if v}
        free_at = asked.pop("free_at", None)
        return Question(
            text=asked.pop("q", "").strip(),
            origin=asked.pop("city", ""),
            free_at=free_at.replace(tzinfo=self.zone) if free_at else None,
            **asked,
        )
