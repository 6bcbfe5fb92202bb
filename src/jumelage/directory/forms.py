"""Cleaning of what people type in the directory."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jumelage.directory.models import (
    Account,
    Grant,
    Organisation,
    OrganisationChange,
    OrganisationQuerySet,
    Person,
)
from jumelage.directory.policy import may
from jumelage.directory.selectors import Question
from jumelage.directory.services.people import welcome
from jumelage.kit.dates import DateFormatError, FuzzyDate
from jumelage.kit.i18n import LANGUAGES, Bilingual

Choices = list[tuple[str, str]]
BY_HAND = ("member", "organisation-editor", "observer", "officer", "administrator")
"""Roles given on a person's page; the others are given on the page of a commitment."""


class FuzzyDateField(forms.CharField):
    """A day, a month or a year, as precisely as it is known."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Say how it is written."""
        options.setdefault(
            "help_text", _("A day (2013-03-20), a month (2006-04) or a year (2009).")
        )
        super().__init__(max_length=10, **options)

    def clean(self, value: Any) -> FuzzyDate | None:  # noqa: ANN401  # Django's own
        """Return the date, or None when nothing was typed and nothing had to be."""
        text = super().clean(value)
        try:
            return FuzzyDate(text) if text else None
        except DateFormatError as error:
            raise ValidationError(error.message) from error


class BilingualForm(forms.Form):
    """A form with one text in two languages; one language is enough."""

    def add_text(self, name: str, label: Any, rows: int) -> None:  # noqa: ANN401  # str or lazy
        """Ask for the text *name* in both languages."""
        self.text_name, self.text_label = name, label
        for language, words in (("fr", _("In French")), ("en", _("In English"))):
            widget = forms.Textarea(attrs={"rows": rows, "lang": language})
            self.fields[f"{name}_{language}"] = forms.CharField(
                label=words, required=False, max_length=2000, widget=widget
            )

    def pairs(self) -> Iterator[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Yield the label of the text with its French and its English input."""
        name = self.text_name
        yield self.text_label, self[f"{name}_fr"], self[f"{name}_en"]

    def others(self) -> Iterator[forms.BoundField]:
        """Yield the other inputs."""
        texts = {f"{self.text_name}_{language}" for language in LANGUAGES}
        return (field for field in self if field.name not in texts)

    def text(self) -> Bilingual:
        """Return the cleaned text."""
        return Bilingual(**{c: self.cleaned_data[f"{self.text_name}_{c}"] for c in LANGUAGES})


class QuestionForm(forms.Form):
    """What is asked of the list of organisations."""

    words = forms.CharField(label=_("Name or words"), required=False, max_length=100)
    city = forms.ChoiceField(label=_("City"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, cities: Choices, **options: Any) -> None:  # noqa: ANN401
        """Offer the *cities* organisations are in."""
        super().__init__(*args, **options)
        self.fields["city"].choices = [("", _("All cities")), *cities]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All kinds")), *Organisation.Kind.choices]  # type: ignore[attr-defined]

    def question(self) -> Question:
        """Return the question; what cannot be understood is not asked."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return Question(**asked, sort=self.data.get("sort", "name"))


class OrganisationForm(BilingualForm):
    """What an officer or an editor says of an organisation."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Choose")), *Organisation.Kind.choices]
    )
    city = forms.SlugField(
        label=_("City"), max_length=80, help_text=_("In short: san-francisco, paris.")
    )
    country = forms.RegexField(
        label=_("Country"), regex="^[A-Z]{2}$", help_text=_("Two capital letters: FR, US.")
    )
    website = forms.URLField(
        label=_("Web site"), required=False, max_length=200, assume_scheme="https"
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Ask what it is in both languages."""
        super().__init__(*args, **options)
        self.add_text("description", _("What it is"), rows=3)

    def facts(self) -> dict[str, Any]:
        """Return what the service wants to know."""
        plain = {name: self.cleaned_data[name] for name in ("kind", "city", "country", "website")}
        return {**plain, "description": self.text()}

    @staticmethod
    def showing(organisation: Organisation) -> dict[str, str]:
        """Return the first values for *organisation*."""
        names = ("kind", "city", "country", "website")
        texts = {f"description_{c}": getattr(organisation.text, c) for c in LANGUAGES}
        return {**{name: getattr(organisation, name) for name in names}, **texts}


class NewOrganisationForm(OrganisationForm):
    """What is asked of an organisation that is not listed yet."""

    name = forms.CharField(label=_("Name"), max_length=200)
    fictional = forms.BooleanField(
        label=_("Invented, for a demonstration"),
        required=False,
        help_text=_("Its page will say so. Never describe invented activity under a real name."),
    )
    field_order = ("name", "kind", "city", "country", "website", "fictional")

    def facts(self) -> dict[str, Any]:
        """Return what the service wants to know."""
        named = {name: self.cleaned_data[name] for name in ("name", "fictional")}
        return {**super().facts(), **named}


class ChangeForm(BilingualForm):
    """What happened to an organisation."""

    change = forms.ChoiceField(
        label=_("What happened"), choices=[("", _("Choose")), *OrganisationChange.Kind.choices]
    )
    date = FuzzyDateField(label=_("When"))
    name_after = forms.CharField(
        label=_("New name"),
        required=False,
        max_length=200,
        help_text=_("Only when it took a new name."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Ask for a note in both languages."""
        super().__init__(*args, **options)
        self.add_text("note", _("Note"), rows=2)

    def facts(self) -> dict[str, Any]:
        """Return what the service wants to know."""
        plain = {name: self.cleaned_data[name] for name in ("change", "date", "name_after")}
        return {**plain, "note": self.text()}


class DayForm(forms.Form):
    """The day somebody wants a name for."""

    on = FuzzyDateField(label=_("What was it called on this day?"), required=False)

    def day(self) -> FuzzyDate | None:
        """Return the day; None when none was asked or it is none."""
        return self.cleaned_data.get("on") if self.is_valid() else None


class GrantForm(forms.Form):
    """A role for somebody."""

    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="uri",
        required=False,
        empty_label=_("the whole node"),
        help_text=_("Only for an organisation editor."),
    )

    def __init__(self, *args: Any, by: Person, **options: Any) -> None:  # noqa: ANN401
        """Offer the roles *by* may give."""
        super().__init__(*args, **options)
        given = [
            r for r in BY_HAND if r != "administrator" or may(by, "directory.grant-administrator")
        ]
        self.fields["role"].choices = [(r, Grant.Role(r).label) for r in given]  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = living()  # type: ignore[attr-defined]

    def scope(self) -> str:
        """Return the URI of the organisation, or empty for the whole node."""
        chosen: Organisation | None = self.cleaned_data["organisation"]
        return chosen.uri if chosen else ""


class ProfileForm(forms.Form):
    """How somebody wants to be shown."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Shown to the people of this node. It never leaves it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("fr", _("French")), ("en", _("English"))],
        help_text=_("Of the messages this node sends you."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="uri",
        required=False,
        empty_label=_("none"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the organisations of the directory."""
        super().__init__(*args, **options)
        self.fields["organisation"].queryset = living()  # type: ignore[attr-defined]


def living() -> OrganisationQuerySet:
    """Return the organisations somebody can belong to."""
    open_ones = Organisation.objects.listed().exclude(status=Organisation.Status.CLOSED)
    return open_ones.order_by("sort_name", "uri")


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
