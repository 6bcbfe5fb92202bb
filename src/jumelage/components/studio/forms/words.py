"""Forms about the words of a production: statuses, kinds of work, types of asset, departments."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from jumelage.components.studio.models import Production, Word
from jumelage.components.studio.models.values import Plain, WordDefinition
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.records.productions import COLOUR
from jumelage.components.studio.selectors.words import spoken, used_by
from jumelage.kit.i18n import LANGUAGES
from jumelage.shell.bilingual import BilingualForm, Text

FACTS = {
    Family.STATUS: ("means", "short", "by_artist", "by_client"),
    Family.TASK_TYPE: ("on", "department"),
}
"""What a word of each family says besides its name; other families say nothing."""
MEANINGS = (
    ("", _("nothing more")),
    ("wip", _("it is being worked on")),
    ("feedback", _("it waits for an answer")),
    ("retake", _("it is to be done again")),
    ("done", _("it is done")),
)
PLACES = (("shot", _("shots")), ("asset", _("assets")))
GIVERS = {"by_artist": _("Artists may give it"), "by_client": _("Clients may give it")}


def _colour(**more: Any) -> forms.RegexField:  # noqa: ANN401  # options of Django's own
    """Return a field for the colour of a word."""
    return forms.RegexField(
        COLOUR,
        label=_("Colour"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": _("A colour is written #rrggbb.")},
        **more,
    )


def _order(**more: Any) -> forms.IntegerField:  # noqa: ANN401  # options of Django's own
    """Return a field for the place of a word in lists."""
    return forms.IntegerField(
        label=_("Place in lists"),
        min_value=0,
        max_value=9999,
        help_text=_("Words stand in this order, the smallest number first."),
        **more,
    )


class WordForm(forms.Form):
    """A new word of a family."""

    name = forms.CharField(label=_("Name"), max_length=80)
    colour = _colour(initial="#666666")
    order = _order(initial=50)
    means = forms.ChoiceField(label=_("What it means"), choices=MEANINGS, required=False)
    short = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=20,
        help_text=_("As tools of the crew show it."),
    )
    by_artist = forms.BooleanField(label=GIVERS["by_artist"], required=False)
    by_client = forms.BooleanField(label=GIVERS["by_client"], required=False)
    on = forms.ChoiceField(label=_("Done on"), choices=PLACES)
    department = forms.ChoiceField(label=_("Department"), required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        production: Production,
        family: Family,
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Ask for what fits *family*."""
        super().__init__(*args, **options)
        self.family = family
        crews = [(word.slug, spoken(word)) for word in used_by(production, Family.DEPARTMENT)]
        chosen: Any = self.fields["department"]
        chosen.choices = [("", _("none")), *crews]
        every = {name for names in FACTS.values() for name in names}
        for name in every - set(FACTS.get(family, ())):
            del self.fields[name]

    def word(self) -> dict[str, Any]:
        """Return the word as `services.words.add_word` takes it."""
        said = {name: self.cleaned_data[name] for name in ("name", "colour", "order")}
        return {**said, "facts": self._facts()}

    def _facts(self) -> dict[str, Plain]:
        """Return what the word says besides its name, as `WordDefinition` has it."""
        asked = FACTS.get(self.family, ())
        said = {name: self.cleaned_data[name] for name in asked if self.cleaned_data[name]}
        if means := said.pop("means", ""):
            said[means] = True
        return said


class OwnWordForm(BilingualForm):
    """What a production calls a word it uses: in both languages, its colour, its place."""

    texts: ClassVar[Mapping[str, Text]] = {
        "name": Text(label=_("Name"), length=80, rows=1, required=True)
    }
    colour = _colour()
    order = _order()

    def __init__(self, *args: Any, word: WordDefinition, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Show how *word* is called now in each language."""
        named = {f"name_{language}": _called(word, language) for language in LANGUAGES}
        initial = {"colour": word.colour, "order": word.order, **named}
        super().__init__(*args, initial=initial, **options)

    def said(self) -> dict[str, Any]:
        """Return it as `services.words.change_word` takes it."""
        names = {code: self.cleaned_data[f"name_{code}"].strip() for code in LANGUAGES}
        told = {name: self.cleaned_data[name] for name in ("colour", "order")}
        return {"names": names, **told}


def _called(word: WordDefinition, language: str) -> str:
    with override(language):
        return spoken(word)


class KnownWordForm(forms.Form):
    """One of the words that are on offer."""

    word: "forms.ModelChoiceField[Word]" = forms.ModelChoiceField(
        queryset=None, to_field_name="uuid"
    )

    def __init__(self, *args: Any, words: QuerySet[Word], **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer *words*."""
        super().__init__(*args, **options)
        chosen: Any = self.fields["word"]
        chosen.queryset = words
