"""Forms whose texts exist in French, in English, or in both; and refusals shown in forms."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import LANGUAGES, Bilingual

Pair = tuple["str | Promise", forms.BoundField, forms.BoundField]
NAMES = {"fr": _("In French"), "en": _("In English")}


@contextmanager
def refusals_shown_in(form: forms.Form) -> Iterator[None]:
    """Show a refusal of the block above *form*, which keeps what was typed."""
    try:
        yield
    except JumelageError as error:
        form.add_error(None, error.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text a form asks for in both languages; *length* in characters, one row is a line."""

    label: "str | Promise"
    length: int = 10_000
    rows: int = 4
    required: bool = False

    def field(self, language: str) -> forms.CharField:
        """Return the input for *language*; the other language may be enough."""
        attributes = {"lang": language}
        widget: forms.Widget = forms.TextInput(attrs=attributes)
        if self.rows > 1:
            widget = forms.Textarea(attrs={**attributes, "rows": self.rows})
        return forms.CharField(
            label=NAMES[language], required=False, max_length=self.length, widget=widget
        )


class BilingualForm(forms.Form):
    """A form that asks for each of its `texts` in both languages; one of them is enough.

    `{{ form }}` shows each text with its languages side by side, then the other fields; with
    `texts_last` the other way round.
    """

    texts_last: ClassVar[bool] = False
    template_name = "shell/forms/bilingual.html"
    texts: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Add an input per text and language."""
        super().__init__(*args, **options)
        for name, text in self.texts.items():
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"] = text.field(language)

    def clean(self) -> dict[str, Any]:
        """Ask for a required text in at least one language."""
        cleaned = super().clean() or self.cleaned_data
        for name, text in self.texts.items():
            asked = [f"{name}_{language}" for language in LANGUAGES]
            given = any(cleaned.get(field) or field in self.errors for field in asked)
            if text.required and not given:
                self.add_error(asked[0], _("Write this in French or in English."))
        return cleaned

    def pairs(self) -> Iterator[Pair]:
        """Yield the label of each text with its French and its English input."""
        for name, text in self.texts.items():
            yield text.label, self[f"{name}_fr"], self[f"{name}_en"]

    def others(self) -> Iterator[forms.BoundField]:
        """Yield the inputs that are not texts."""
        texts = {f"{name}_{language}" for name in self.texts for language in LANGUAGES}
        return (field for field in self if field.name not in texts)

    def text(self, name: str) -> Bilingual:
        """Return the cleaned text *name*."""
        return Bilingual(**{code: self.cleaned_data[f"{name}_{code}"] for code in LANGUAGES})

    @classmethod
    def spread(cls, texts: Mapping[str, Bilingual]) -> dict[str, str]:
        """Return *texts* as initial values of the inputs."""
        return {
            f"{name}_{code}": getattr(text, code)
            for name, text in texts.items()
            for code in LANGUAGES
        }
