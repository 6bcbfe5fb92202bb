"""What may cross the bridge, in plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from inspect import cleandoc

from django.utils.translation import gettext

from jumelage.components.agreement.models.values import AnnexClause, Article
from jumelage.kit.component import record_types
from jumelage.kit.i18n import Bilingual


@dataclass(frozen=True, slots=True)
class Opening:
    """One clause of an annex, readable: what, to whom, by which article."""

    clause: AnnexClause
    words: str
    article: Bilingual


def in_words(kind: str) -> str:
    """Return what records of *kind* say, in the page's language; the kind when unknown here."""
    record = record_types().get(kind)
    first_line = cleandoc(record.__doc__ or "").partition("\n")[0] if record else ""
    return gettext(first_line) if first_line else kind


def openings(annex: Iterable[AnnexClause], articles: Sequence[Article]) -> list[Opening]:
    """Return the clauses of *annex*, readable."""
    titles = {article.slug: article.title for article in articles}
    return [
        Opening(each, in_words(each.kind), titles.get(each.article, Bilingual(en=each.article)))
        for each in annex
    ]
