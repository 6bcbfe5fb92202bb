"""Cleaning of what people give the house: cuts, applications, guests."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.editorial.reading import FORMATS
from jumelage.components.studio.models import (
    Category,
    Entity,
    Playlist,
    Production,
    Seat,
)
from jumelage.directory.models import Organisation
from jumelage.kit import clock
from jumelage.shell.forms import DayInput

APPLYING = [choice for choice in Category.choices if choice[0] != Category.GUEST]
DAYS = [(1, _("a day")), (7, _("a week")), (30, _("30 days")), (90, _("90 days"))]


class CutForm(forms.Form):
    """A file of the editor."""

    file: forms.FileField = forms.FileField(
        label=_("Cut"),
        help_text=_("EDL, FCP 7 XML, AAF, ALE, OTIO or OTIOZ."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in FORMATS)}),
    )
    sequence = forms.CharField(
        label=_("Sequence in the file"),
        help_text=_("Only if the file holds several."),
        required=False,
        max_length=200,
    )
    trust_sources = forms.BooleanField(
        label=_("Take lengths from the sources where the record times of an EDL do not fit"),
        required=False,
    )

    @property
    def upload(self) -> "UploadedFile[bytes]":
        """The file that was given."""
        return self.cleaned_data["file"]  # type: ignore[no-any-return]  # a file field cleans to one


class ApplyCutForm(forms.Form):
    """How the shots should follow a cut."""

    parent: "forms.ModelChoiceField[Entity]" = forms.ModelChoiceField(
        label=_("New shots go into"), queryset=None, required=False
    )
    cancels = forms.BooleanField(
        label=_("Cancel the shots that left the cut"), required=False, initial=True
    )

    def __init__(self, *args: Any, production: Production, name: str, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the sequences of *production*, and one called *name*."""
        super().__init__(*args, **options)
        sequences = Entity.objects.live().filter(production=production, type=Entity.Type.SEQUENCE)
        parent: Any = self.fields["parent"]
        parent.queryset = sequences.order_by("name")
        parent.empty_label = _("a sequence called “%(name)s”") % {"name": name}


class ApplicationForm(forms.Form):
    """What somebody says who wants to work in the studio."""

    category = forms.ChoiceField(label=_("You use it as a"), choices=APPLYING)
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, required=False, empty_label=_("none")
    )
    new_organisation = forms.CharField(
        label=_("Or one that is not in the directory yet"), required=False, max_length=200
    )
    new_kind = forms.ChoiceField(
        label=_("What sort of organisation it is"),
        required=False,
        choices=[("", _("not said")), *Organisation.Kind.choices],
    )
    new_website = forms.URLField(label=_("Its web site"), required=False, assume_scheme="https")
    purpose = forms.CharField(
        label=_("What you want to make, and with whom"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the organisations of the directory."""
        super().__init__(*args, **options)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.listed().order_by("sort_name", "uri")

    def clean(self) -> dict[str, Any]:
        """Ask for one organisation, not two."""
        cleaned = super().clean() or {}
        if cleaned.get("organisation") and cleaned.get("new_organisation"):
            self.add_error("new_organisation", _("Choose one above, or name a new one, not both."))
        return cleaned


class AnswerForm(forms.Form):
    """What the coordinator answers."""

    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("The person reads it. A refusal needs a reason."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lists = forms.BooleanField(
        label=_("Add the organisation to the directory"), required=False, initial=True
    )
    production: "forms.ModelChoiceField[Production]" = forms.ModelChoiceField(
        label=_("Seat in a production you coordinate"),
        queryset=None,
        required=False,
        empty_label=_("none for now"),
    )
    role = forms.ChoiceField(
        label=_("Role there"), choices=Seat.Role, required=False, initial=Seat.Role.ARTIST
    )

    def __init__(self, *args: Any, productions: Any, new: str = "", **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer *productions*; *new* is the organisation that could be listed."""
        super().__init__(*args, **options)
        chosen: Any = self.fields["production"]
        chosen.queryset = productions
        if not new:
            del self.fields["lists"]


class GuestForm(forms.Form):
    """A link for somebody without an account."""

    name = forms.CharField(
        label=_("For whom"),
        help_text=_("Stands in the watermark and in the log; it never leaves this city."),
        max_length=120,
    )
    playlist: "forms.ModelChoiceField[Playlist]" = forms.ModelChoiceField(
        label=_("What they see"),
        queryset=None,
        required=False,
        empty_label=_("every version of the production"),
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=7)
    watermark = forms.BooleanField(
        label=_("Their name over the picture"), required=False, initial=True
    )

    def __init__(self, *args: Any, production: Production, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the playlists of *production*."""
        super().__init__(*args, **options)
        playlist: Any = self.fields["playlist"]
        playlist.queryset = Playlist.objects.live().filter(production=production).order_by("name")

    def lasts(self) -> timedelta:
        """Return how long the link is valid."""
        return timedelta(days=self.cleaned_data["days"])


class PeriodForm(forms.Form):
    """Which days are asked for; a day that is none asks for nothing."""

    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())

    def asked(self) -> dict[str, Any]:
        """Return what was asked for; the last 30 days when nothing was."""
        self.is_valid()
        cleaned = getattr(self, "cleaned_data", {})
        since = cleaned.get("since") or clock.today() - timedelta(days=30)
        return {**cleaned, "since": since, "until": cleaned.get("until") or clock.today()}


class ViewsForm(PeriodForm):
    """Which views of the log are asked for; a word that is not on offer asks for nothing."""

    category = forms.ChoiceField(
        label=_("Viewer"), required=False, choices=[("", _("everybody")), *Category.choices]
    )


class PartnerForm(forms.Form):
    """Which organisation sees its own tasks only from now on, or everything again."""

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, empty_label=_("choose one")
    )
    apart = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, production: Production, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the organisations of the directory; take those a wall of *production* stands before."""
        super().__init__(*args, **{"initial": {"apart": True}, **options})
        listed = Organisation.objects.listed().order_by("sort_name", "uri")
        held = Organisation.objects.filter(uri__in=production.vendors)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = (
            listed | held.order_by("sort_name", "uri") if self.is_bound else listed
        )
