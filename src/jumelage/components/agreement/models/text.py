"""The exact bytes of an instrument's text, hashed alike on every node.

Theory of operation: what two cities sign is the bilingual text of the articles and the
commitments, and the annex. It is written as JSON with sorted keys, no spaces, UTF-8, texts
in Unicode normal form C, under a first line that names the format. Only strings and lists
occur, so every implementation writes the same bytes.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence

from jumelage.components.agreement.models.values import AnnexClause, Article, CommitmentText
from jumelage.kit.i18n import Bilingual

FORMAT = b"jumelage agreement text 1\n"


def text_bytes(
    articles: Iterable[Article],
    commitments: Iterable[CommitmentText],
    annex: Iterable[AnnexClause],
) -> bytes:
    """Return the canonical bytes; articles and commitments in their order, annex sorted."""
    document: dict[str, Sequence[object]] = {
        "annex": sorted([clause.article, clause.kind, clause.audience] for clause in annex),
        "articles": [[article.slug, *_texts(article.title)] for article in articles],
        "commitments": [
            [line.slug, line.article, *_texts(line.title or Bilingual()), *_texts(line.text)]
            for line in commitments
        ],
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return FORMAT + unicodedata.normalize("NFC", text).encode()


def text_hash(
    articles: Iterable[Article],
    commitments: Iterable[CommitmentText],
    annex: Iterable[AnnexClause],
) -> str:
    """Return the SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(text_bytes(articles, commitments, annex)).hexdigest()


def _texts(text: Bilingual) -> tuple[str, str]:
    return text.fr, text.en
