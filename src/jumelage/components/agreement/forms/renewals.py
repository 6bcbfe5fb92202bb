"""The next text: its frame, its commitments, what may cross, and the office that signs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models import (
    Commitment,
    Instrument,
    RenewalDraft,
    RenewalLine,
)
from jumelage.components.agreement.models.values import AnnexClause
from jumelage.directory.models import Organisation
from jumelage.kit.component import record_types
from jumelage.kit.dates import DateFormatError, FuzzyDate
from jumelage.shell.bilingual import BilingualForm, Text

TITLE_LENGTH = 200
"""Characters."""


class FuzzyDateField(forms.CharField):
    """A day, a month or a year."""

    default_error_messages = {
        "fuzzy": _("Write a day (2026-03-20), a month (2026-04) or a year (2026).")
    }

    def clean(self, value: Any) -> FuzzyDate | None:  # noqa: ANN401  # Django's own
        """Return the date with its precision."""
        typed = super().clean(value)
        try:
            return FuzzyDate(typed) if typed else None
        except DateFormatError as error:
            raise forms.ValidationError(self.error_messages["fuzzy"], code="fuzzy") from error


class RenewalForm(BilingualForm):
    """The frame of the next text."""

    texts = {"title": Text(label=_("Title"), length=TITLE_LENGTH, rows=1, required=True)}
    starts = FuzzyDateField(label=_("In force from"), max_length=10)
    ends = FuzzyDateField(
        label=_("In force until"),
        max_length=10,
        help_text=_("A day (2028-12-31), a month or a year; the last day counts."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a text that ends before it begins, or whose short name is taken."""
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends.last_day < starts.first_day:
            self.add_error("ends", _("The end is before the beginning."))
        elif starts and not self.errors and self._is_taken():
            self.add_error("title_en", _("There is a text with this title already."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return the frame, as `draft_renewal` takes it."""
        dates = {name: self.cleaned_data[name] for name in ("starts", "ends")}
        return {**dates, "slug": self.slug(), "title": self.text("title")}

    def slug(self) -> str:
        """Return the short name of the text: its title and the year it begins."""
        title = self.text("title")
        year = self.cleaned_data["starts"].first_day.year
        return slugify(f"{title.en or title.fr} {year}")[:50].strip("-")

    def _is_taken(self) -> bool:
        slug = self.slug()
        drafted = RenewalDraft.objects.filter(slug=slug).exists()
        return not slug or drafted or Instrument.objects.live().filter(slug=slug).exists()


class LineForm(BilingualForm):
    """What the next text does with one commitment."""

    texts = {"text": Text(label=_("New text, in both languages"), length=5_000, rows=5)}
    texts_last = True
    choice = forms.ChoiceField(label=_("What happens to it"), choices=[], widget=forms.RadioSelect)
    deadline = FuzzyDateField(label=_("Deadline"), required=False, max_length=10)

    def __init__(self, *args: Any, line: RenewalLine, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Show *line*; a new commitment can only be reworded or dropped."""
        initial = {
            "choice": line.choice,
            "deadline": str(line.deadline or ""),
            **self.spread({"text": line.text}),
        }
        super().__init__(*args, initial=initial, **options)
        choices = RenewalLine.Choice
        old = [choices.KEEP, choices.REWORD, choices.DROP]
        offered = old if line.renews else [choices.ADD, choices.DROP]
        self.fields["choice"].choices = [(c.value, c.label) for c in offered]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """Ask for both languages of a new text."""
        cleaned = super().clean()
        if cleaned.get("choice") in {"reword", "add"}:
            for name in ("text_fr", "text_en"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new text is written in both languages."))
        return cleaned


class AddLineForm(BilingualForm):
    """A commitment that no earlier text has."""

    texts = {"text": Text(label=_("Text, in both languages"), length=5_000, rows=4)}
    article = forms.ChoiceField(label=_("Article"))
    service = forms.ChoiceField(label=_("Service"), choices=Commitment.Service)

    def __init__(self, *args: Any, draft: RenewalDraft, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the articles of *draft*."""
        super().__init__(*args, **options)
        articles = [(article.slug, str(article.title)) for article in draft.articles]
        self.fields["article"].choices = articles  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """Ask for both languages."""
        cleaned = super().clean()
        for name in ("text_fr", "text_en"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("A new text is written in both languages."))
        return cleaned


class AnnexForm(forms.Form):
    """Which kinds of record may cross, to whom, and which article says so."""

    AUDIENCES = (
        ("", _("does not cross")),
        ("twin", _("the other city only")),
        ("network", _("every paired city")),
        ("public", _("everybody")),
    )

    def __init__(self, *args: Any, draft: RenewalDraft, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer every kind this node knows that an annex must open."""
        super().__init__(*args, **options)
        self.articles = [(article.slug, str(article.title)) for article in draft.articles]
        self.kinds = sorted(
            kind for kind, record in record_types().items() if not record.opened_by_pairing
        )
        held = {clause.kind: clause for clause in draft.annex}
        for number, kind in enumerate(self.kinds):
            self._add(number, kind, held.get(kind))

    def _add(self, number: int, kind: str, held: AnnexClause | None) -> None:
        open_to = record_types()[kind].audiences
        audiences = [each for each in self.AUDIENCES if not each[0] or each[0] in open_to]
        facts = {"kind": kind}
        self.fields[f"audience_{number}"] = forms.ChoiceField(
            label=gettext("To whom %(kind)s may cross") % facts,
            choices=audiences,
            required=False,
            initial=held.audience if held else "",
        )
        self.fields[f"article_{number}"] = forms.ChoiceField(
            label=gettext("Article that opens %(kind)s") % facts,
            choices=self.articles,
            initial=held.article if held else None,
        )
        for name in (f"audience_{number}", f"article_{number}"):
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return each kind with its two inputs."""
        return [
            (kind, self[f"audience_{number}"], self[f"article_{number}"])
            for number, kind in enumerate(self.kinds)
        ]

    def annex(self) -> Sequence[AnnexClause]:
        """Return the clauses that open something."""
        typed = self.cleaned_data
        return [
            AnnexClause(
                article=typed[f"article_{number}"], kind=kind, audience=typed[f"audience_{number}"]
            )
            for number, kind in enumerate(self.kinds)
            if typed[f"audience_{number}"]
        ]


class OfficeForm(BilingualForm):
    """Which office signs, for which party, under exactly which text."""

    texts = {"office": Text(label=_("Office that signs"), length=120, rows=1, required=True)}
    party = forms.ChoiceField(label=_("For"))
    text_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        text: Instrument,
        known: Mapping[str, Organisation],
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the parties of *text*; the form carries the hash of what is shown."""
        super().__init__(*args, initial={"text_hash": text.text_hash}, **options)
        parties = [(name, str(known.get(name, name))) for name in text.parties]
        self.fields["party"].choices = parties  # type: ignore[attr-defined]  # a choice
