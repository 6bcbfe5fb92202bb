"""What the player is told of a version: `review.json`."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jumelage.components.studio.models import Annotation, Version
from jumelage.components.studio.models.values import Media
from jumelage.components.studio.review.notes import Notes, Voice, voices
from jumelage.components.studio.review.numbering import (
    first_frame,
    missing_sentence,
    numbering,
    timecodes,
)
from jumelage.components.studio.review.words import words
from jumelage.components.studio.selectors.holdings import where
from jumelage.components.studio.selectors.media import address_of
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.selectors.walls.seeing import opens, seen_by
from jumelage.components.studio.selectors.walls.shown import Shown
from jumelage.components.studio.selectors.words import spoken, word_of
from jumelage.components.studio.troubles import sentence
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.shell.look.accents import readable

CELLS, COLUMNS = 100, 10
"""How a filmstrip is cut: at most so many cells, so many in a row (`media.writing.stills`)."""
PLAYED = ("hd", "light")
NEWEST_FIRST = ("-revision", "-created_at", "position")

Facts = dict[str, Any]


def page(version: Version, person: Person) -> Facts:
    """Return what the page shows of the version itself, without its player."""
    media, held, tells = version.facts, where(version), opens(person, version.production)
    wall = Shown(version.production_id) if tells else None
    kept = media.renditions if media else {}
    sources = [_sole(version, media, name, person) for name in reversed(PLAYED)]
    return {
        "media": media,
        "poster": _sole(version, media, "picture" if "picture" in kept else "poster", person),
        "sources": [source["url"] for source in sources if source],
        "trouble": sentence(version.trouble),
        "colour": colour(media),
        "missing": missing_sentence(version),
        "tells": tells,
        "shown": wall is not None and wall.has(version),
        "read": wall is not None and wall.has(version.task),
        "original": held.get("original", ""),
        "saves": held.get("original") in {"here", "both"}
        and may(person, "studio.fetch-original", version),
        "proxy": held.get("hd") or held.get("picture", ""),
        "first": first_frame(version),
        "last": first_frame(version) + max(1, media.frames if media else 1) - 1,
    }


def task_type(version: Version) -> str:
    """Return what kind of work it is, as its production calls it."""
    slug = version.task.task_type
    word = word_of(version.production, "task-type", slug)
    return spoken(word) if word else slug


def colour(media: Media | None) -> str:
    """Return how the colours were read and shown: `ACEScg → sRGB, ACES 2.0 SDR`; may be empty."""
    if media is None or media.colour is None:
        return ""
    shown = ", ".join(part for part in (media.colour.display, media.colour.view) if part)
    return f"{media.colour.input} → {shown}" if shown else media.colour.input


def review(version: Version, person: Person) -> Facts:
    """Return all that the player needs; addresses of media are for *person* and ten minutes."""
    media = version.facts
    notes = Notes(version, person)
    return {
        **_picture(version, media),
        "renditions": _renditions(version, media, person),
        "filmstrip": _filmstrip(version, media, person),
        "waveform": _sole(version, media, "waveform", person),
        "picture": (_sole(version, media, "picture", person) or {}).get("url", ""),
        "annotations": annotations(notes, person),
        "others": _others(version, person),
        "hand": _hand(version, person),
        "may": {
            "annotate": may(person, "studio.annotate", version),
            "comment": may(person, "studio.comment", version),
        },
        "addresses": {"annotate": _address("version-annotate", version)},
        "words": words(),
    }


def _address(name: str, version: Version) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": version.uri})


def _picture(version: Version, media: Media | None) -> Facts:
    production, codes = version.production, timecodes(version)
    return {
        "uri": version.uri,
        "label": str(version),
        "hash": media.original.hash if media else "",
        "kind": media.kind if media else "file",
        "rate": [codes.rate.numerator, codes.rate.denominator],
        "first_frame": first_frame(version),
        "frames": max(1, media.frames) if media else 1,
        "numbers": numbering(version).ranges,
        "width": (media and media.width) or production.width,
        "height": (media and media.height) or production.height,
        "timecode": codes.start,
        "drops": codes.drop,
        "sound": bool(media and media.sound),
        "seconds": media.seconds if media else 0,
    }


def _renditions(version: Version, media: Media | None, person: Person) -> Sequence[Facts]:
    labels = {"hd": _("full quality"), "light": _("light")}
    held = media.renditions if media else {}
    return [
        {"name": name, "label": labels[name], "url": url, "bytes": held[name].size}
        for name in PLAYED
        if name in held and (url := address_of(version, name, person))
    ]


def _sole(version: Version, media: Media | None, name: str, person: Person) -> Facts | None:
    url = address_of(version, name, person) if media and name in media.renditions else ""
    return {"url": url} if url else None


def _filmstrip(version: Version, media: Media | None, person: Person) -> Facts | None:
    strip = _sole(version, media, "filmstrip", person)
    if strip is None or media is None:
        return None
    cells = ceil(media.frames / max(1, ceil(media.frames / CELLS)))
    columns = min(COLUMNS, cells)
    return {**strip, "count": cells, "columns": columns, "rows": ceil(cells / columns)}


def annotations(notes: Notes, person: Person) -> Sequence[Facts]:
    """Return the drawings of both cities."""
    held = held_by(person, notes.version)
    return [
        _annotation(
            drawn, notes.voices[drawn.seat_id], is_own=bool(held and held.seat == drawn.seat_id)
        )
        for drawn in notes.annotations
        if drawn.drawing
    ]


def _annotation(drawn: Annotation, voice: Voice, *, is_own: bool) -> Facts:
    return {
        "uri": drawn.uri,
        "first_frame": drawn.first_frame,
        "last_frame": drawn.last_frame,
        "strokes": drawn.drawing,
        "seat": drawn.seat_id,
        "label": str(voice),
        "city": voice.slug,
        "mine": is_own,
    }


def others(version: Version, person: Person) -> Sequence[tuple[str, Version]]:
    """Return what *person* can compare *version* with, and what it is called.

    The other versions of its task, the newest first; then the newest of the other tasks of its shot.
    """
    shot = seen_by(person, version, Version).filter(task__entity_id=version.task.entity_id)
    pictured = shot.exclude(uri=version.uri).exclude(media=None)
    rows = list(pictured.select_related("task", "production").order_by(*NEWEST_FIRST))
    same = [(str(other), other) for other in rows if other.task_id == version.task_id]
    first = {other.task_id: other for other in reversed(rows) if other.task_id != version.task_id}
    return [*same, *((f"{task_type(other)} {other}", other) for other in first.values())]


def _others(version: Version, person: Person) -> Sequence[Mapping[str, str]]:
    return [
        {"uri": other.uri, "label": label, "address": _address("version-data", other)}
        for label, other in others(version, person)
    ]


def _hand(version: Version, person: Person) -> Facts | None:
    """Return how what *person* draws is signed: seat, city, and the city's colour on a picture."""
    held = held_by(person, version)
    if held is None:
        return None
    voice = voices([held.seat])[held.seat]
    colour = readable(voice.node.city.accent.dark, "dark") if voice.node else "#ffffff"
    return {"seat": held.seat, "label": str(voice), "city": voice.slug, "colour": colour}
