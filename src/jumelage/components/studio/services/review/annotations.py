"""Drawing on frames."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from jumelage.bridge.api import Entry
from jumelage.components.studio.errors import NotYoursToChangeError
from jumelage.components.studio.models import Annotation, Comment, Version
from jumelage.components.studio.models.values import Stroke
from jumelage.components.studio.records import AnnotationDrawn
from jumelage.components.studio.services.saying import (
    put,
    revise,
    same_production,
    take_back,
    voice,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.uris import Uri

CHANGEABLE = frozenset({"first_frame", "last_frame", "drawing", "comment"})


@transaction.atomic
def draw(
    *,
    version: Version,
    first_frame: int,
    last_frame: int,
    strokes: Sequence[Stroke],
    by: Person,
    comment: Comment | None = None,
    name: str = "",
) -> Annotation:
    """Draw *strokes* on the frames of *version* from *first_frame* to *last_frame* inclusive.

    *name* is the last part of its URI, when a browser chose one.

    Raises:
        NotYoursToChangeError: the name is taken, perhaps by something else altogether.
    """
    held = voice(by, "studio.annotate", version)
    same_production(version, comment)
    facts = version.facts
    uri = str(Uri(held.here, name)) if name else held.new_uri()
    if name and Entry.objects.filter(uri=uri).exists():
        raise NotYoursToChangeError
    record = AnnotationDrawn(
        uri=uri,
        created_at=clock.now(),
        production=version.production_id,
        version=version.uri,
        seat=held.seat,
        hash=facts.original.hash if facts else "",
        first_frame=first_frame,
        last_frame=last_frame,
        drawing=tuple(strokes),
        comment=comment.uri if comment else "",
    )
    return put(held, Annotation, [record])[0]


@transaction.atomic
def redraw(*, annotation: Annotation, changes: dict[str, Any], by: Person) -> Annotation:
    """Say *annotation* again with *changes*, fields of `AnnotationDrawn`."""
    held = voice(by, "studio.remove-annotation", annotation)
    return revise(held, annotation, changes, CHANGEABLE)


@transaction.atomic
def remove(*, annotation: Annotation, by: Person) -> None:
    """Take *annotation* back."""
    take_back(voice(by, "studio.remove-annotation", annotation), annotation)
