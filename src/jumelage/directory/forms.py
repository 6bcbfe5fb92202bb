"""Cleaning of what people type in the directory."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jumelage.directory.models import Account
from jumelage.directory.services.people import welcome


class SignUpForm(forms.Form):
    """The one question sign-up adds to address and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Shown to the people of this node. It never leaves it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, _request: HttpRequest, user: Account) -> None:
        """Make the person behind the new account; allauth calls this."""
        welcome(account=user, name=self.cleaned_data["name"], language=get_language() or "en")
