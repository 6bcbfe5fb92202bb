"""Making words, and using them in a production."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from jumelage.components.studio.errors import NameTakenError, WordInUseError
from jumelage.components.studio.models import Production, Word, word_uuid
from jumelage.components.studio.models.values import Plain, WordDefinition
from jumelage.components.studio.selectors.words import definitions, said_with, spoken, word_of
from jumelage.components.studio.services.productions import change_production
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure

SLUG = re.compile(r"[^a-z0-9_-]+")


@transaction.atomic
def make_word(
    *,
    family: str,
    name: str,
    by: Person,
    slug: str = "",
    colour: str = "#666666",
    order: int = 50,
    facts: dict[str, Plain] | None = None,
) -> Word:
    """Make a word of this node; productions of this city may use it.

    Raises:
        NameTakenError: the node knows such a word already.
    """
    ensure(by, "studio.make-word")
    chosen = (SLUG.sub("-", slug.lower()) or slugify(name))[:40].strip("-_") or "word"
    known = Word.objects.filter(family=family, slug=chosen)
    if known.filter(given_by="").exists():
        raise NameTakenError(name=name)
    known.delete()  # a production said it; this node has its own from now on
    return Word.objects.create(
        family=family,
        slug=chosen,
        name=name,
        colour=colour,
        order=order,
        facts=facts or {},
        uuid=word_uuid(family, chosen),
    )


@transaction.atomic
def add_word(
    *,
    production: Production,
    family: str,
    name: str,
    by: Person,
    colour: str,
    order: int,
    facts: dict[str, Plain],
) -> Production:
    """Make a word of this node and let *production* use it.

    Raises:
        NameTakenError: the node or the production has such a word already.
    """
    word = make_word(family=family, name=name, by=by, colour=colour, order=order, facts=facts)
    if word_of(production, family, word.slug):
        raise NameTakenError(name=name)
    return use_words(production=production, words=[word], by=by)


def use_words(*, production: Production, words: Sequence[Word], by: Person) -> Production:
    """Let *production* use *words*, too; what it uses already stays as it is."""
    used = {(word["family"], word["slug"]) for word in production.words}
    new = [word for word in words if (word.family, word.slug) not in used]
    if not new:
        return production
    said: list[Any] = [*production.words, *definitions(new)]
    return change_production(production=production, changes={"words": said}, by=by)


@transaction.atomic
def change_word(  # what a word says
    *,
    production: Production,
    word: WordDefinition,
    names: Mapping[str, str],
    colour: str,
    order: int,
    by: Person,
) -> Production:
    """Let *production* call *word* by other *names* (by language; one may be empty) and colour.

    Other productions and the words of this node stay as they are, and so does its slug: what
    was said with it is said with it still. Programs that know one name get the English one.
    """
    facts = {name: value for name, value in word.facts.items() if not name.startswith("name_")}
    facts |= {f"name_{language}": name for language, name in names.items() if name}
    name = names.get("en") or names.get("fr") or word.name
    meant = replace(word, name=name, colour=colour, order=order, facts=facts)
    said: list[Any] = [
        meant if (each["family"], each["slug"]) == (word.family, word.slug) else each
        for each in production.words
    ]
    return change_production(production=production, changes={"words": said}, by=by)


@transaction.atomic
def drop_word(*, production: Production, word: Word, by: Person) -> Production:
    """Let *production* use *word* no longer, when nothing was said with it.

    Raises:
        WordInUseError: something in the production was said with it.
    """
    if (word.family, word.slug) in said_with(production):
        raise WordInUseError(word=spoken(word))
    kept = [
        each
        for each in production.words
        if (each["family"], each["slug"]) != (word.family, word.slug)
    ]
    if len(kept) == len(production.words):
        return production
    return change_production(production=production, changes={"words": kept}, by=by)
