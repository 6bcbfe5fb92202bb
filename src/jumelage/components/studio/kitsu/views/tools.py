"""What programs of artists keep: softwares, working files; what happened last; searching."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import make_aware
from msgspec import Struct

from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.errors import WrongBodyError
from jumelage.components.studio.kitsu.events.log import last
from jumelage.components.studio.kitsu.ids import moment, plain, uid
from jumelage.components.studio.kitsu.lists import matching, rounded, truth, whole
from jumelage.components.studio.kitsu.rows.entities import entity_row
from jumelage.components.studio.models import Entity, Software, WorkingFile
from jumelage.components.studio.services.saying import voice
from jumelage.directory.policy import ensure

Row = dict[str, Any]
USUAL_EVENTS, MOST_EVENTS, MOST_FOUND = 100, 1000, 10


class NewSoftware(Struct):
    """A program to be known here."""

    name: str
    short_name: str = ""
    file_extension: str = ""
    secondary_extensions: list[str] = []


class NewFile(Struct):
    """A revision of somebody's file; 0 is the next one."""

    name: str = "main"
    comment: str = ""
    revision: int = 0
    software_id: UUID | None = None


class Query(Struct):
    """What is looked for."""

    query: str
    project_id: UUID | None = None
    limit: int = MOST_FOUND


def softwares(asked: Asked) -> list[Row]:
    """List the programs."""
    rows = [software_row(each) for each in Software.objects.order_by("name")]
    return matching(asked, rows, "id", "name", "short_name")


def new_software(asked: Asked) -> Row:
    """Make a program known; known ones stay as they are."""
    ensure(asked.person, "studio.see-own-work")
    wanted = asked.body(NewSoftware)
    if not wanted.name.strip():
        raise WrongBodyError(field="name", reason="it is empty")
    made, _ = Software.objects.get_or_create(
        name=wanted.name.strip()[:80],
        defaults={
            "uuid": uuid4(), "short_name": wanted.short_name[:20],
            "extension": wanted.file_extension[:20],
            "more_extensions": [each[:20] for each in wanted.secondary_extensions[:20]],
        },
    )  # fmt: skip
    return software_row(made)


def software_row(software: Software) -> Row:
    """Return a program."""
    at = moment(software.created_at)
    return {
        "id": plain(software.uuid), "name": software.name, "short_name": software.short_name,
        "archived": False, "version": None, "file_extension": software.extension,
        "secondary_extensions": software.more_extensions or None, "monthly_cost": 0,
        "inventory_amount": 0, "created_at": at, "updated_at": at, "type": "Software",
    }  # fmt: skip


@transaction.atomic
def new_working_file(asked: Asked, task: UUID) -> Row:
    """Note a revision of the file somebody works in, under the name the file should have."""
    held, wanted = asked.scope.task(task), asked.body(NewFile)
    voice(asked.person, "studio.publish-version", held)
    software = _software(wanted.software_id)
    files = WorkingFile.objects.filter(task=held, name=wanted.name[:80])
    newest = files.aggregate(newest=Max("revision"))["newest"] or 0
    if rounded(wanted.revision, "revision") and files.filter(revision=wanted.revision).exists():
        raise WrongBodyError(field="revision", reason="there is a file of that revision")
    made = WorkingFile.objects.create(
        uuid=uuid4(), task=held, person=asked.person, software=software, name=wanted.name[:80],
        comment=wanted.comment[:4000], revision=max(wanted.revision, 0) or newest + 1,
    )  # fmt: skip
    return file_row(asked, made)


def _software(uuid: UUID | None) -> Software | None:
    return Software.objects.filter(uuid=uuid).first() if uuid else None


def working_files(asked: Asked, task: UUID) -> list[Row]:
    """List the working files of a task, the newest first."""
    files = WorkingFile.objects.filter(task=asked.scope.task(task))
    ordered = files.select_related("task__entity", "software").order_by("-revision", "name")
    return [file_row(asked, each) for each in ordered]


def file_row(asked: Asked, file: WorkingFile) -> Row:
    """Return a working file; its path is where one looks for it, below a folder of one's own."""
    at, entity = moment(file.created_at), file.task.entity
    where = [entity.parent.name] if entity.parent else [entity.type]
    suffix = f".{file.software.extension}" if file.software else ""
    parts = [*where, entity.name, file.task.task_type, f"{file.name}_v{file.revision:03d}{suffix}"]
    return {
        "id": plain(file.uuid), "name": file.name, "comment": file.comment,
        "revision": file.revision, "size": None, "checksum": None, "path": "/".join(parts),
        "description": None, "data": None, "task_id": uid(file.task_id),
        "entity_id": uid(entity.uri), "person_id": asked.scope.person_id,
        "software_id": plain(file.software.uuid) if file.software else None,
        "outputs": [], "created_at": at, "updated_at": at, "type": "WorkingFile",
    }  # fmt: skip


def last_events(asked: Asked) -> list[Row]:
    """List what happened last in the person's productions, the newest first."""
    limit = whole(asked.word("limit") or "")
    production = asked.id("project_id")
    uri = asked.scope.production(production).uri if production else ""
    events = last(
        productions=[uri] if uri else list(asked.scope.inside),
        limit=min(USUAL_EVENTS if limit is None else limit, MOST_EVENTS),
        after=_moment(asked, "after"),
        before=_moment(asked, "before"),
        name=asked.word("name") or "",
        only_files=truth(asked.word("only_files") or ""),
        crew=asked.scope.crew,
    )
    return [event.row for event in events]


def _moment(asked: Asked, name: str) -> datetime | None:
    text = asked.word(name)
    try:
        at = datetime.fromisoformat(text) if text else None
        return at and (at.astimezone(UTC) if at.tzinfo else make_aware(at, UTC))
    except (ValueError, OverflowError) as error:
        raise WrongBodyError(field=name, reason="it is no date") from error


def search(asked: Asked) -> Row:
    """Find shots, assets and persons by a part of their name."""
    wanted = asked.body(Query)
    text, limit = wanted.query.strip(), min(max(wanted.limit, 1), 100)
    entities = asked.scope.rows(Entity).filter(Q(name__icontains=text) | Q(code__icontains=text))
    if wanted.project_id:
        entities = entities.filter(production=asked.scope.worked_in(wanted.project_id))
    named_so = {kind: entities.filter(type=kind).order_by("name") for kind in ("asset", "shot")}
    found_rows = {
        kind: [entity_row(each) for each in asked.scope.entities(rows[:limit])]
        for kind, rows in named_so.items()
    }
    people = asked.scope.crew.rows()
    named = [each for each in people if text.lower() in each["full_name"].lower()]
    return {"assets": found_rows["asset"], "shots": found_rows["shot"], "persons": named[:limit]}
