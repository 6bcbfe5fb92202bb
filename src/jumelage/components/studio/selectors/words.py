"""The words of a node and of a production."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

from jumelage.components.studio.models import Comment, Entity, Production, Task, Word, word_uuid
from jumelage.components.studio.models.values import WordDefinition

LONGEST_NAME = 80
"""Letters; what the other city says is not measured before."""
BEGINS: str = Task._meta.get_field("status").get_default()
"""The status a task begins with."""


def spoken(word: WordDefinition | Word) -> str:
    """Return the name of *word* in the language of the page.

    A production may give its words a name for each language (`name_fr`, `name_en` of its facts);
    else shipped words are translated, and others are called the same in both.
    """
    own = word.facts.get(f"name_{(get_language() or 'en')[:2]}")
    return str(own)[:LONGEST_NAME] if own else gettext(word.name)


def used_by(production: Production, family: str) -> Sequence[WordDefinition]:
    """Return the words of *family* that *production* uses, in their order."""
    found = [each for each in production.words if each["family"] == family]
    ordered = sorted(found, key=lambda each: (each["order"], each["name"]))
    return msgspec.convert(ordered, tuple[WordDefinition, ...])


def word_of(production: Production, family: str, slug: str) -> WordDefinition | None:
    """Return one word of *production*, or None when it does not use it."""
    return next((word for word in used_by(production, family) if word.slug == slug), None)


def used_as(production: Production, uuid: str) -> WordDefinition | None:
    """Return the word of *production* with this *uuid*; None when it uses no such word."""
    every = msgspec.convert(production.words, tuple[WordDefinition, ...])
    return next((word for word in every if str(word_uuid(word.family, word.slug)) == uuid), None)


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


@dataclass(frozen=True, slots=True)
class Used:
    """A word that a production uses."""

    word: WordDefinition
    needed: bool
    """Something was said with it, so that it stays."""

    @property
    def uuid(self) -> UUID:
        """What addresses it."""
        return word_uuid(self.word.family, self.word.slug)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one family: those a production uses, and those of this node it might."""

    family: str
    used: Sequence[Used]
    others: Sequence[Word]


def own_words() -> QuerySet[Word]:
    """Return the words that were shipped or made here, in their order."""
    return Word.objects.filter(given_by="").order_by("order", "name")


def vocabulary(production: Production, families: Sequence[str]) -> list[Vocabulary]:
    """Return the words of *production* by family."""
    needed, own = said_with(production), list(own_words())
    found = []
    for family in families:
        words = used_by(production, family)
        slugs = {word.slug for word in words}
        used = [Used(word, (family, word.slug) in needed) for word in words]
        others = [each for each in own if each.family == family and each.slug not in slugs]
        found.append(Vocabulary(family, used, others))
    return found


def said_with(production: Production) -> frozenset[tuple[str, str]]:
    """Return family and slug of each word that something of *production* needs.

    The status that tasks begin with is always needed.
    """
    tasks = Task.objects.live().filter(production=production)
    comments = Comment.objects.live().filter(production=production)
    assets = Entity.objects.live().filter(production=production)
    begins = {w.slug for w in used_by(production, "status") if w.facts.get("default")}
    crews = {str(w.facts.get("department", "")) for w in used_by(production, "task-type")}
    needed = {
        "task-type": _distinct(tasks, "task_type"),
        "status": begins | {BEGINS} | _distinct(tasks, "status") | _distinct(comments, "status"),
        "asset-type": _distinct(assets, "asset_type"),
        "department": crews,
    }
    return frozenset((family, slug) for family, slugs in needed.items() for slug in slugs)


def _distinct(rows: QuerySet[Any], column: str) -> set[str]:
    return set(rows.order_by().values_list(column, flat=True).distinct())
