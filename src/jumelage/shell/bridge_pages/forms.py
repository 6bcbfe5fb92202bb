"""Forms of the bridge's pages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jumelage.bridge import api as bridge

LARGEST = 16 * 1024
"""Bytes of an invitation or a reply."""


def _content(upload: "UploadedFile[Any]") -> bytes:
    """Return the content of *upload*, cut just over what may be accepted."""
    return bytes(upload.read(LARGEST + 1))


class InvitationForm(forms.Form):
    """Asks for an invitation: its address or its file."""

    address = forms.URLField(
        label=_("Address of the invitation"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("The other person reads it to you or sends it."),
    )
    file = forms.FileField(label=_("Or its file"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("address")) == bool(cleaned.get("file")):
            raise forms.ValidationError(_("Give the address or the file of the invitation."))
        return cleaned

    @property
    def source(self) -> str | bytes:
        """The address, or the content of the file."""
        file = self.cleaned_data["file"]
        return _content(file) if file else str(self.cleaned_data["address"])


class ReplyForm(forms.Form):
    """Asks for the reply file of somebody who cannot reach this node."""

    file = forms.FileField(label=_("Reply file"))

    @property
    def source(self) -> bytes:
        """The content of the file."""
        return _content(self.cleaned_data["file"])


class LeavingForm(forms.Form):
    """Asks what to erase, and whether to wait for the partner's receipts."""

    erase = forms.BooleanField(label=_("Erase what this city told that city alone"), required=False)
    now = forms.BooleanField(
        label=_("End without waiting until that city has confirmed"), required=False
    )


class RefusalForm(forms.Form):
    """Filters the refusals."""

    origin = forms.ChoiceField(label=_("Who sent it"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the cities this node has met and the reasons that occurred."""
        super().__init__(*args, **options)
        cities = [(node.origin, str(node)) for node in bridge.met_nodes()]
        reasons = bridge.refusal_reasons()
        self.fields["origin"] = forms.ChoiceField(
            label=_("Who sent it"),
            required=False,
            choices=[("", _("anybody")), ("stranger", _("a stranger")), *cities],
        )
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"),
            required=False,
            choices=[("", _("any reason")), *((reason, reason) for reason in reasons)],
        )
