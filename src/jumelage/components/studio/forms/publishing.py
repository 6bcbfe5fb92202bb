"""Cleaning of the files that people publish as a version."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.media.reading.sequences import IGNORED, grouped

Uploaded = list["UploadedFile[Any]"]
LINEAR = (
    ("ACEScg", "ACEScg"),
    ("ACES2065-1", "ACES2065-1"),
    ("Linear Rec.709 (sRGB)", "Linear Rec.709 (sRGB)"),
    ("Linear P3-D65", "Linear P3-D65"),
    ("Linear Rec.2020", "Linear Rec.2020"),
)
"""What renders come in, by the names of OpenColorIO's built-in configuration."""
LOGARITHMIC = (
    ("ACEScct", "ACEScct"),
    ("Apple Log", "Apple Log"),
    ("ARRI LogC3 (EI800)", "ARRI LogC3 (EI 800)"),
    ("ARRI LogC4", "ARRI LogC4"),
    ("S-Log3 S-Gamut3", "Sony S-Log3, S-Gamut3"),
    ("S-Log3 S-Gamut3.Cine", "Sony S-Log3, S-Gamut3.Cine"),
    ("CanonLog2 CinemaGamut D55", "Canon Log 2, Cinema Gamut"),
    ("CanonLog3 CinemaGamut D55", "Canon Log 3, Cinema Gamut"),
    ("V-Log V-Gamut", "Panasonic V-Log, V-Gamut"),
    ("Log3G10 REDWideGamutRGB", "RED Log3G10, REDWideGamutRGB"),
    ("DaVinci Intermediate WideGamut", "DaVinci Intermediate, Wide Gamut"),
)
"""What cameras and grading write, by the same names."""
BRIGHT = (
    ("Rec.2100-HLG - Display", "HLG, Rec. 2100"),
    ("Rec.2100-PQ - Display", "PQ, Rec. 2100"),
)
"""What telephones film in high dynamic range, where a file has lost its tags."""
SPACES = (
    ("", _("as the file says")),
    (_("Linear light"), LINEAR),
    (_("Camera and grading logs"), LOGARITHMIC),
    (_("High dynamic range"), BRIGHT),
)


class SeveralFiles(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ANN401, ARG002  # Django's own
        """Return all files that came."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """One file or several; each is cleaned as one."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Uploaded:  # noqa: ANN401  # Django's own
        """Return the files; at least one where they are required."""
        given = list(data) if isinstance(data, list | tuple) else [data]
        if empty := [one.name for one in given if one is not None and not one.size]:
            raise forms.ValidationError(_("Empty: %(names)s.") % {"names": ", ".join(empty[:5])})
        cleaned = [super(FilesField, self).clean(one, initial) for one in given or [None]]
        return [one for one in cleaned if one]


class FolderField(FilesField):
    """A whole folder; what an operating system hides in it is left out."""

    def clean(self, data: Any, initial: Any = None) -> Uploaded:  # noqa: ANN401  # Django's own
        """Return the files of the folder that somebody would see in it."""
        given = data if isinstance(data, list | tuple) else [data]
        return super().clean([one for one in given if one and not _is_hidden(one.name)], initial)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in IGNORED


class VersionForm(forms.Form):
    """A new version of a task: its file or frames, and what to know of it."""

    file = FilesField(label=_("File"), required=False)
    folder = FolderField(
        label=_("Or a whole folder"),
        required=False,
        help_text=_("A folder that holds the numbered frames of one shot."),
        widget=SeveralFiles(attrs={"webkitdirectory": True}),
    )
    text = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    space = forms.ChoiceField(label=_("Colour space"), choices=SPACES, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Say how many files this node takes at once."""
        super().__init__(*args, **options)
        self.fields["file"].help_text = _(
            "A movie, a picture, or the numbered frames of a sequence: up to %(most)s files at "
            "once. Longer sequences come from the programs that speak to the studio, or as a movie."
        ) % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FILES}

    def clean(self) -> dict[str, Any]:
        """Refuse nothing at all, and frames of which one would take the place of another."""
        said = self.cleaned_data
        if self.errors:
            return said
        names = Counter(file.name or "" for file in self.given)
        if not names:
            self.add_error("file", _("Choose a file, the frames of a sequence, or a folder."))
        twice = sorted(name for name, times in names.items() if times > 1)
        if twice:
            message = _("Two files are called “%(name)s”. Choose the frames of one sequence.")
            self.add_error("folder", message % {"name": twice[0]})
        return said

    @property
    def given(self) -> Sequence["UploadedFile[Any]"]:
        """The files that came in both ways, the frames of the longest sequence first."""
        came: Uploaded = [*self.cleaned_data["file"], *self.cleaned_data["folder"]]
        sequences = grouped(Path(file.name or "") for file in came)
        numbered = [path.name for one in sequences for _number, path in one.frames]
        places = {name: place for place, name in enumerate(numbered)}
        return sorted(came, key=lambda file: places.get(file.name or "", len(places)))
