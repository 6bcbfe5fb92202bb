"""Cleaning of notes and decisions about a version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.forms.attachments import FilesBeside
from jumelage.components.studio.models import Version
from jumelage.components.studio.review.deciding import Span, decisions
from jumelage.components.studio.review.numbering import numbering
from jumelage.components.studio.selectors.walls.seeing import wall_of
from jumelage.directory.models import Person


class NoteForm(FilesBeside):
    """A note about frames of a version, and perhaps the decision."""

    text = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    first_frame = forms.IntegerField(label=_("Frames"), required=False)
    last_frame = forms.IntegerField(label=_("to"), required=False)
    decision = forms.CharField(required=False, widget=forms.HiddenInput)
    for_client = forms.BooleanField(label=_("The client may read it"), required=False)

    def __init__(self, *args: Any, version: Version, person: Person, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the decisions *person* may take about *version*."""
        super().__init__(*args, **options)
        self.version, self.person = version, person
        self.decisions = decisions(version, person)
        if wall_of(person, version):
            del self.fields["for_client"]
        media, self.numbering = version.facts, numbering(version)
        self.last = self.numbering.first + max(1, media.frames if media else 1) - 1

    def clean_decision(self) -> str:
        """Take only decisions that are offered."""
        decision = str(self.cleaned_data["decision"])
        if decision and decision not in self.decisions:
            raise forms.ValidationError(_("Your role does not decide this."))
        return decision

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a retake, and for frames that exist."""
        said = super().clean() or {}
        if said.get("decision") == "retake" and not said.get("text", "").strip():
            self.add_error("text", _("Say what is to be done again."))
        elif not said.get("decision") and not said.get("text", "").strip():
            self.add_error("text", _("Write something, or decide."))
        first, last = said.get("first_frame"), said.get("last_frame")
        if first is None or self.errors:
            return said
        self._place(said, first, first if last is None else last)
        return said

    def _place(self, said: dict[str, Any], first: int, last: int) -> None:
        """Put the positions of the frames that are there between the numbers *first* and *last*."""
        numbers = self.numbering
        ends = {"first": numbers.number_of(numbers.first), "last": numbers.number_of(self.last)}
        if not ends["first"] <= first <= last <= ends["last"]:
            message = _("The frames are numbered from %(first)d to %(last)d.") % ends
            self.add_error("first_frame", message)
            return
        begins = said["first_frame"] = numbers.position_of(first)
        said["last_frame"] = max(begins, numbers.position_of(last + 1) - 1)

    @property
    def words(self) -> dict[str, Any]:
        """What is said, decided, put beside it, and whether clients read it, for `deciding.say`."""
        names = ("text", "decision", "for_client", "files")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @property
    def span(self) -> Span | None:
        """The frames the note is about; None: all of the version."""
        first, last = (self.cleaned_data[name] for name in ("first_frame", "last_frame"))
        return None if first is None or self.is_whole else (first, last)

    @property
    def is_whole(self) -> bool:
        """Tell whether a decision without words is about the version, not the frame on show."""
        return bool(self.cleaned_data["decision"]) and not self.cleaned_data["text"].strip()
