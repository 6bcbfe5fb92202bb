"""What follows from records and is worked out again when they come, in whatever order."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connections, router

from jumelage.components.studio.models import (
    Comment,
    Production,
    TaskState,
    Version,
    Word,
    word_uuid,
)
from jumelage.kit.sql.among import Among
from jumelage.kit.sql.columns import Insertion, Prepare, insertion, preparer

Key = tuple[str, str]
"""Family and slug of a word."""


def settle_words(productions: Collection[str]) -> None:
    """Make the words that *productions* say, unless this node has its own of that name."""
    given = Word.objects.filter(given_by__in=list(productions))
    affected = set(given.values_list("family", "slug"))
    said = Production.objects.filter(Among("uri", productions)).values_list("words", flat=True)
    affected |= {(each["family"], each["slug"]) for words in said for each in words}
    own = set(Word.objects.filter(given_by="").values_list("family", "slug"))
    if wanted := affected - own:
        _give(wanted)


def _give(wanted: set[Key]) -> None:
    """Take each word from the first production, by URI, that says it; drop what none says."""
    found: dict[Key, Word] = {}
    everything = Production.objects.order_by("uri").values_list("uri", "words")
    for uri, words in everything:
        for each in words:
            key = (each["family"], each["slug"])
            if key in wanted and key not in found:
                found[key] = Word(**each, uuid=word_uuid(*key), given_by=uri)
    held = Word.objects.exclude(given_by="")
    for family, slug in wanted:
        held.filter(family=family, slug=slug).delete()
    Word.objects.bulk_create(found.values())


def settle_tasks(uris: Collection[str]) -> None:
    """Fold the live comments and versions of the tasks *uris* into where they stand."""
    states = {uri: _blank(uri) for uri in uris}
    said = Comment.objects.live().filter(Among("task_id", uris)).order_by("created_at", "uri")
    shown = said.values_list("task_id", "uri", "created_at", "status", "decision", "seat_id")
    for task, uri, at, status, decision, seat in shown:
        state = states[task]
        state.update(comments=state["comments"] + 1, last_at=at, last_comment=uri)
        state["retakes"] += decision == Comment.Decision.RETAKE
        if status:
            state.update(status=status, decision=decision, changed_at=at, changed_by=seat)
    _add_versions(states)
    _write(states)


def _blank(uri: str) -> dict[str, Any]:
    return {
        "task_id": uri, "status": "", "decision": "", "changed_at": None, "changed_by": "",
        "last_at": None, "last_comment": "", "comments": 0, "retakes": 0, "versions": 0,
        "revision": 0, "last_version": "",
    }  # fmt: skip


def _add_versions(states: dict[str, dict[str, Any]]) -> None:
    made = Version.objects.live().filter(Among("task_id", states))
    ordered = made.order_by("revision", "created_at", "position", "uri")
    for task, uri, revision in ordered.values_list("task_id", "uri", "revision"):
        states[task]["versions"] += 1
        states[task].update(revision=revision, last_version=uri)


def _write(states: dict[str, dict[str, Any]]) -> None:
    empty = [uri for uri, s in states.items() if not s["comments"] and not s["versions"]]
    if empty:
        TaskState.objects.filter(Among("task_id", empty)).delete()
    kept = [state for uri, state in states.items() if uri not in set(empty)]
    if kept:
        write, prepared = _statement()
        write.run([[prepare(state[name]) for name, prepare in prepared] for state in kept])


@cache
def _statement() -> tuple[Insertion, Sequence[tuple[str, Prepare]]]:
    """Return what writes states, and how each value of one becomes a parameter.

    `bulk_create` compiles its SQL at every call, which was a tenth of the time of a comment.
    """
    connection = connections[router.db_for_write(TaskState)]
    quote = connection.ops.quote_name
    fields = TaskState._meta.concrete_fields
    names = tuple(str(field.column) for field in fields)
    updates = ", ".join(f"{quote(name)} = EXCLUDED.{quote(name)}" for name in names[1:])
    tail = f"ON CONFLICT ({quote(names[0])}) DO UPDATE SET {updates}"
    prepared = [(field.attname, preparer(field, connection)) for field in fields]
    return insertion(TaskState, names, tail), prepared


def tasks_of(rows: type[Comment] | type[Version], uris: Iterable[str]) -> set[str]:
    """Return the tasks that the comments or versions *uris* belong to now."""
    return set(rows.objects.filter(Among("uri", uris)).values_list("task_id", flat=True))
