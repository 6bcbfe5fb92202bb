"""The page of one text of the chain: both languages, signatures, annex, money, sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.bridge.api import Node
from jumelage.components.agreement.forms.renewals import OfficeForm
from jumelage.components.agreement.models import Commitment, Instrument, TextSignature
from jumelage.components.agreement.models.values import Article
from jumelage.components.agreement.selectors.partnerships import organisations, signatures
from jumelage.components.agreement.selectors.renewals import (
    Run,
    compare_instrument,
    word_diff,
)
from jumelage.components.agreement.services.renewals import sign_text, withdraw_signature
from jumelage.components.agreement.showing import crossing, facts
from jumelage.components.agreement.views import things
from jumelage.components.agreement.views.asking import Grave, are_you_sure
from jumelage.directory.access import public, requires
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.twin import json_twin


@dataclass(frozen=True, slots=True)
class Clause:
    """A commitment of the text, and how it differs from the one it renews."""

    commitment: Commitment
    before: Commitment | None
    fr: tuple[Run, ...]
    en: tuple[Run, ...]

    @property
    def is_reworded(self) -> bool:
        """Whether a word changed."""
        return self.before is not None and self.before.text != self.commitment.text


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article with its clauses."""

    article: Article
    clauses: Sequence[Clause]


def _articles(text: Instrument) -> list[ArticleText]:
    clauses = [_clause(row, before) for row, before in compare_instrument(text)]
    return [
        ArticleText(article, [c for c in clauses if c.commitment.article == article.slug])
        for article in text.articles
    ]


def _clause(row: Commitment, before: Commitment | None) -> Clause:
    if before is None:
        return Clause(row, None, (), ())
    french = word_diff(before.text.fr, row.text.fr)
    return Clause(row, before, french, word_diff(before.text.en, row.text.en))


def _signed(
    request: HttpRequest, text: Instrument
) -> list[tuple["Node | str", TextSignature | None]]:
    known = things.nodes(request)
    return [(known.get(origin, origin), held) for origin, held in signatures(text).items()]


def _show(
    request: HttpRequest, text: Instrument, form: OfficeForm | None = None, status: int = 200
) -> HttpResponse:
    known = organisations([*text.parties, *text.supporters])
    told = _told(text) | {
        "signatures": _signed(request, text),
        "parties": [known.get(name, name) for name in text.parties],
        "supporters": [known.get(name, name) for name in text.supporters],
        "form": form or OfficeForm(text=text, known=known),
    }
    return render(request, "agreement/text.html", told, status=status)


def _told(text: Instrument) -> dict[str, object]:
    return {
        "text": text,
        "partnership": text.partnership,
        "articles": _articles(text),
        "openings": crossing.openings(text.annex, text.articles),
        "json_url": reverse("agreement:text-data", args=[text.partnership.slug, text.slug]),
    }


@public
@require_safe
def text_page(request: HttpRequest, of: str, slug: str) -> HttpResponse:
    """Show one text, side by side in both languages."""
    return _show(request, things.found(things.instrument(of, slug)))


@public
@require_safe
def text_data(_request: HttpRequest, of: str, slug: str) -> JsonResponse:
    """Give one text as JSON."""
    text = things.found(things.instrument(of, slug))
    rows = [facts.words_of(row) for row, _before in compare_instrument(text)]
    return json_twin(facts.instrument(text) | {"commitments": rows})


@requires("agreement.sign-text", of=things.instrument)
def sign(request: HttpRequest, text: Instrument) -> HttpResponse:
    """Sign the text as it was read: its hash is in the form."""
    form = OfficeForm(request.POST or None, text=text, known=organisations(text.parties))
    if form.is_valid():
        with refusals_shown_in(form):
            sign_text(
                instrument=text,
                text_hash=form.cleaned_data["text_hash"],
                office=form.text("office"),
                party=form.cleaned_data["party"],
                by=things.by(request),
            )
            return redirect("agreement:text", text.partnership.slug, text.slug)
    return _show(request, text, form, status=422)


@requires("agreement.withdraw-signature", of=things.own_signature)
def unsign(request: HttpRequest, signature: TextSignature) -> HttpResponse:
    """Take this city's signature back, after asking once."""
    text = signature.instrument
    back = reverse("agreement:text", args=[text.partnership.slug, text.slug])
    if request.method == "POST":
        withdraw_signature(signature=signature, by=things.by(request))
        return redirect(back)
    effects = [
        _("The text is no longer agreed."),
        _("Its annex closes: the records it opens stop crossing."),
    ]
    question = _("Take the signature back")
    return are_you_sure(
        request,
        Grave(question=question, about=text.title, action=question, back=back, effects=effects),
    )
