"""The words of a node and of a production."""

from collections.abc import Mapping, Sequence

import msgspec

from jumelage.components.studio.models import Production, Word
from jumelage.components.studio.models.values import WordDefinition


def used_by(production: Production, family: str) -> Sequence[WordDefinition]:
    """Return the words of *family* that *production* uses, in their order."""
    found = [each for each in production.words if each["family"] == family]
    ordered = sorted(found, key=lambda each: (each["order"], each["name"]))
    return msgspec.convert(ordered, tuple[WordDefinition, ...])


def word_of(production: Production, family: str, slug: str) -> WordDefinition | None:
    """Return one word of *production*, or None when it does not use it."""
    return next((word for word in used_by(production, family) if word.slug == slug), None)


def all_words(family: str) -> Sequence[Word]:
    """Return the words of *family* that this node knows, in their order."""
    return list(Word.objects.filter(family=family).order_by("order", "name"))


def definitions(words: Sequence[Word]) -> tuple[WordDefinition, ...]:
    """Return what a production says of *words*."""
    return tuple(
        WordDefinition(
            family=word.family,  # type: ignore[arg-type]  # the column's choices
            slug=word.slug,
            name=word.name,
            colour=word.colour,
            order=word.order,
            facts=word.facts,
        )
        for word in words
    )


def decision_of(word: WordDefinition | None) -> str:
    """Return what giving the status *word* decides: `approved`, `retake` or nothing."""
    facts: Mapping[str, object] = word.facts if word else {}
    if facts.get("done"):
        return "approved"
    return "retake" if facts.get("retake") else ""
