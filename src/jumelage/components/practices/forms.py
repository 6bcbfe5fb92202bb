"""Cleaning of what people type about practices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.practices.models import TEXTS, Draft, Outcome
from jumelage.components.practices.selectors import Question, voices_of
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import is_officer
from jumelage.kit.i18n import Bilingual
from jumelage.shell.bilingual import BilingualForm, Text

TITLE_LENGTH = 160
"""Characters."""


class VoiceForm(BilingualForm):
    """A bilingual form that says in whose name it speaks."""

    texts_last = True

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("In the name of"), queryset=None, required=False, empty_label=_("the city")
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the organisations *person* edits, and the city to officers."""
        super().__init__(*args, **options)
        voice = self.fields["organisation"]
        voice.queryset = voices_of(person)  # type: ignore[attr-defined]  # a model choice
        if not is_officer(person):
            voice.required, voice.empty_label = True, None  # type: ignore[attr-defined]  # as above


class SheetForm(VoiceForm):
    """A good-practice sheet, finished or not."""

    texts = {
        "title": Text(label=TEXTS["title"], length=TITLE_LENGTH, rows=1),
        "problem": Text(label=TEXTS["problem"]),
        "action": Text(label=TEXTS["action"]),
        "result": Text(label=TEXTS["result"]),
        "contact_role": Text(
            label=_("Contact: a role, never a person"), length=TITLE_LENGTH, rows=1
        ),
    }

    @classmethod
    def showing(cls, draft: Draft, person: Person) -> "SheetForm":
        """Return the form filled with *draft*."""
        initial = {"organisation": draft.organisation_id, **cls.spread(draft.texts)}
        return cls(initial=initial, person=person)

    def all_texts(self) -> dict[str, Bilingual]:
        """Return every cleaned text by name."""
        return {name: self.text(name) for name in self.texts}


class CommentForm(BilingualForm):
    """A comment."""

    texts = {"text": Text(label=_("Your comment"), rows=3, required=True)}


class AdoptionForm(VoiceForm):
    """What the adopting city means to do."""

    texts = {"plan": Text(label=_("What you will do, and what you will change"), required=True)}


class ResultForm(BilingualForm):
    """What became of an adoption."""

    texts = {"text": Text(label=_("What happened"), required=True)}
    texts_last = True
    outcome = forms.TypedChoiceField(
        label=_("Outcome"), choices=Outcome, coerce=Outcome, widget=forms.RadioSelect
    )


class QuestionForm(forms.Form):
    """What a reader of the list asks for; a word that is not on offer asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    city = forms.ChoiceField(label=_("City"), required=False)
    adopted = forms.ChoiceField(
        label=_("Adoption"),
        required=False,
        choices=[("", _("all")), ("yes", _("adopted")), ("no", _("not adopted yet"))],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("newest")), ("title", _("title")), ("adopted", _("most adopted"))],
    )

    def __init__(self, *args: Any, cities: list[tuple[str, str]], **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer *cities*, pairs of origin and name."""
        super().__init__(*args, **options)
        self.fields["city"].choices = [("", _("every city")), *cities]  # type: ignore[attr-defined]  # a choice

    def question(self) -> Question:
        """Return what was asked."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return Question(
            text=asked.get("q", "").strip(),
            origin=asked.get("city", ""),
            adopted=asked.get("adopted", ""),
            sort=asked.get("sort") or "newest",
        )
