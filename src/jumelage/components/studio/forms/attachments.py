"""Cleaning of the files that people put beside a comment."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.errors import FileTooLargeError
from jumelage.components.studio.forms.publishing import FilesField, SeveralFiles, Uploaded
from jumelage.components.studio.selectors.media import HEAD, kind_of
from jumelage.components.studio.services.review.attachments import LARGEST, weigh

TAKEN = "image/*,application/pdf,text/*,.txt,.md,.csv,.json,.log,.srt,.vtt,.edl"
"""What a browser offers to choose; what is in a file is looked at all the same."""


class BesideField(FilesField):
    """Pictures, PDF or texts; each is looked at, whatever its name says."""

    widget = SeveralFiles(attrs={"accept": TAKEN})  # type: ignore[assignment]  # Django takes one that is made

    def clean(self, data: Any, initial: Any = None) -> Uploaded:  # noqa: ANN401  # Django's own
        """Return the files; none of them too large, or of another kind."""
        given = super().clean(data, initial)
        for one in given:
            _look_at(one)
        return given


def _look_at(file: "UploadedFile[Any]") -> None:
    try:
        weigh([file])
    except FileTooLargeError as error:
        raise forms.ValidationError(error.message) from error
    file.seek(0)
    if not kind_of(file.read(HEAD)):
        message = _("“%(name)s” is neither a picture, nor a PDF, nor a text.")
        raise forms.ValidationError(message, params={"name": file.name})


class FilesBeside(forms.Form):
    """Files that go with what is said; a mixin for forms of comments."""

    AGAIN = _("Choose the files again: browsers forget them. What you wrote is still here.")

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Ask for files, and say how large one may be."""
        super().__init__(*args, **options)
        said = _("Pictures, PDF or text, up to %(most)s MB each. They stay in this city.")
        told = said % {"most": LARGEST // (1024 * 1024)}
        field = BesideField(label=_("Files"), required=False, help_text=told)
        over = FileTooLargeError(name="{name}", most=LARGEST // (1024 * 1024)).message
        field.widget.attrs |= {"data-most": LARGEST, "data-over": over}
        self.fields["files"] = field

    def add_error(self, field: str | None, error: Any) -> None:  # noqa: ANN401  # Django's own
        """Add *error*, and once that files are to be chosen again."""
        is_first = not self.errors
        super().add_error(field, error)
        if is_first and self.files:
            super().add_error("files", forms.ValidationError(self.AGAIN))
