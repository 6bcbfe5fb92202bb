"""What follows from the records about a pair: its occurrences, and where each stands."""

import hashlib
from base64 import b32encode
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jumelage.components.rooms.models import Answer, Occurrence, Pair, Verdict
from jumelage.components.rooms.states import Decision, Reason, State, Word, state_of
from jumelage.kit.uris import Uri

Said = Mapping[str, Mapping[str, str]]
"""Word and reason by number."""


def occurrence_uri(pair: str, number: int) -> str:
    """Return the identifier of an occurrence of *pair*; every node computes the same."""
    digest = hashlib.sha256(f"{pair} {number}".encode()).digest()
    return str(Uri(Uri.parse(pair).origin, b32encode(digest).decode().lower()[:26]))


def settle(pairs: Collection[str]) -> None:
    """Write the occurrences of *pairs* again."""
    held = Pair.objects.in_bulk(pairs)
    for uri in pairs:
        rows = _occurrences(held[uri]) if uri in held else []
        Occurrence.objects.filter(series=uri).exclude(uri__in=[row.uri for row in rows]).delete()
        Occurrence.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["uri"], update_fields=_COLUMNS
        )


_COLUMNS = [field.name for field in Occurrence._meta.concrete_fields if field.name != "uri"]


def _occurrences(pair: Pair) -> list[Occurrence]:
    words, twin_words = (_words(pair, room) for room in (pair.room_id, pair.twin_room_id))
    decided = _said(Verdict.objects.filter(pair=pair, origin=pair.origin), pair)
    return [_occurrence(pair, time, words, twin_words, decided) for time in pair.times]


def _words(pair: Pair, room: str | None) -> Said:
    """Return what the city of *room*, and nobody else, said of it."""
    if room is None:
        return {}
    return _said(Answer.objects.filter(pair=pair, room=room, origin=Uri.parse(room).origin), pair)


def _said(rows: QuerySet[Any], pair: Pair) -> Said:
    """Return the one word that counts: of the terms that stand, the first by URI."""
    row = rows.filter(terms=pair.terms).order_by("uri").first()
    if row is None:
        return {}
    if row.withdrawn_at is not None:
        return {number: {**said, "word": "released"} for number, said in row.words.items()}
    words: Said = row.words
    return words


def _occurrence(
    pair: Pair, time: Mapping[str, Any], words: Said, twin_words: Said, decided: Said
) -> Occurrence:
    number = str(time["number"])
    one, other, decision = (said.get(number, {}) for said in (words, twin_words, decided))
    state = state_of(
        Word(one.get("word", "")), Word(other.get("word", "")), Decision(decision.get("word", ""))
    )
    if pair.withdrawn_at is not None:
        state = State.RELEASED
    return Occurrence(
        uri=occurrence_uri(pair.uri, time["number"]),
        series=pair.uri,
        number=time["number"],
        room_id=pair.room_id,
        twin_room_id=pair.twin_room_id,
        starts_at=datetime.fromisoformat(time["start"]),
        ends_at=datetime.fromisoformat(time["end"]),
        state=state,
        reason=_reason(one, other, decision),
        word=one.get("word", ""),
        twin_word=other.get("word", ""),
        decision=decision.get("word", ""),
    )


def _reason(*said: Mapping[str, str]) -> str:
    """Return the first reason that anybody gave, the owners first."""
    return next((each["reason"] for each in said if each.get("reason")), Reason.NOTHING)
