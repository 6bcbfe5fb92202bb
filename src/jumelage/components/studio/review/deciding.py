"""Notes and decisions about a version: a comment of its task, and the frames it is about."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from jumelage.components.studio.models import Annotation, Comment, Version
from jumelage.components.studio.review.numbering import first_frame
from jumelage.components.studio.selectors.seats import held_by
from jumelage.components.studio.selectors.walls.seeing import is_client
from jumelage.components.studio.selectors.words import decision_of, used_by
from jumelage.components.studio.services.review import annotations, comments
from jumelage.components.studio.services.review.attachments import Uploads
from jumelage.directory.models import Person
from jumelage.directory.policy import may

Span = tuple[int, int]
"""First and last frame, both included."""


def decisions(version: Version, person: Person | None) -> Mapping[str, str]:
    """Return the status that stands for each decision *person* may take: `approved`, `retake`."""
    held = held_by(person, version)
    if held is None or not may(person, "studio.comment", version):
        return {}
    given = set(comments.may_give(held, version.production))
    words = [word for word in used_by(version.production, "status") if word.slug in given]
    found = {decision_of(word): word.slug for word in reversed(words)}
    return {name: found[name] for name in ("approved", "retake") if name in found}


def say(
    *,
    version: Version,
    by: Person,
    text: str = "",
    decision: str = "",
    span: Span | None = None,
    for_client: bool = False,
    files: Uploads = (),
) -> Comment:
    """Say *text* about *version* and decide, about the frames of *span* or all of it.

    What *by* drew on just these frames without a word belongs to the note.

    Raises:
        As `services.comments.comment` and `services.annotations.draw`.
    """
    status = decisions(version, by).get(decision, decision)
    said: Any = {"text": text, "status": status, "for_client": for_client, "files": files}
    said["then"] = partial(_mark, version, span, by)
    return comments.comment(task=version.task, by=by, **said)


def _all_of_an_older(version: Version, by: Person) -> Span | None:
    """Return all frames of *version* when a later one would be taken for what is spoken of.

    What a client says always names them: their note must not tell whether there is a later one.
    """
    later = Version.objects.live().filter(task=version.task_id, revision__gt=version.revision)
    if not is_client(by, version) and not later.exists():
        return None
    first = first_frame(version)
    return first, first + max(1, version.facts.frames if version.facts else 1) - 1


def _mark(version: Version, span: Span | None, by: Person, comment: Comment) -> None:
    """Name the frames that *comment* is about, in the transaction that says it."""
    span = span or _all_of_an_older(version, by)
    if span is None:
        return
    first, last = span
    own = Annotation.objects.live().filter(
        version=version, seat=comment.seat_id, comment="", first_frame=first, last_frame=last
    )
    for drawn in own:
        annotations.redraw(annotation=drawn, changes={"comment": comment.uri}, by=by)
    if not own:
        annotations.draw(
            version=version, first_frame=first, last_frame=last, strokes=(), by=by, comment=comment
        )
