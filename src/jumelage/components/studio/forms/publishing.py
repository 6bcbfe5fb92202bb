"""Cleaning of the files that people publish as a version."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

SPACES = (
    ("", _("as the file says")),
    ("ACEScg", "ACEScg"),
    ("ACES2065-1", "ACES2065-1"),
    ("Linear Rec.709 (sRGB)", "Linear Rec.709 (sRGB)"),
    ("Linear P3-D65", "Linear P3-D65"),
    ("Linear Rec.2020", "Linear Rec.2020"),
)
"""Colour spaces of OpenColorIO's built-in configuration that renders come in."""


class SeveralFiles(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ANN401, ARG002  # Django's own
        """Return all files that came."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """One file or several; each is cleaned as one."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:  # noqa: ANN401  # Django's own
        """Return the files; at least one where they are required."""
        given = list(data) if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given or [None]]
        return [one for one in cleaned if one]


class VersionForm(forms.Form):
    """A new version of a task: its file or frames, and what to know of it."""

    file = FilesField(
        label=_("File"),
        help_text=_(
            "A movie, a picture, or up to 20 numbered frames at once. Longer sequences come from "
            "the programs that speak to the studio, or as a movie."
        ),
    )
    text = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    space = forms.ChoiceField(label=_("Colour space"), choices=SPACES, required=False)

    @property
    def given(self) -> Sequence["UploadedFile[Any]"]:
        """The files that came."""
        found: list[UploadedFile[Any]] = self.cleaned_data["file"]
        return found
