"""Productions: lists, one, a new one, its settings and its team."""

import re
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from jumelage.bridge.api import me
from jumelage.components.studio.kitsu.change import changed, differing, told
from jumelage.components.studio.kitsu.endpoint import Asked, found
from jumelage.components.studio.kitsu.errors import WrongBodyError
from jumelage.components.studio.kitsu.ids import person_id
from jumelage.components.studio.kitsu.lists import by, filtered, listed, whole
from jumelage.components.studio.kitsu.people import SUPERVISOR
from jumelage.components.studio.kitsu.rows.projects import (
    STATES,
    TEMPLATES,
    USED,
    project_row,
    state_of,
    used,
    with_lists,
)
from jumelage.components.studio.kitsu.views.context import team
from jumelage.components.studio.kitsu.views.entities import FILTERS as OF_ENTITIES
from jumelage.components.studio.kitsu.words import words
from jumelage.components.studio.models import Production, Seat, Word
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.selectors.words import definitions
from jumelage.components.studio.services.productions import (
    close_production,
    open_production,
    reopen_production,
)
from jumelage.components.studio.services.seats import end_seat, give_seat
from jumelage.components.studio.services.words import use_words
from jumelage.directory.models import Person

Row = dict[str, Any]
FILTERS = {"id": OF_ENTITIES["id"], "name": by("name"), "code": by("code")}
NTSC = {"23.976": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001"}
RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{0,17})?(/[0-9]{1,6})?")
FASTEST = 1000
SEATS = {
    "manager": Seat.Role.COORDINATOR, "admin": Seat.Role.COORDINATOR,
    SUPERVISOR: Seat.Role.SUPERVISOR, "client": Seat.Role.CLIENT, "vendor": Seat.Role.COMPANY,
}  # fmt: skip
"""The seat that Kitsu's role gets; any other is an artist's."""


class NewProject(Struct):
    """A production to be opened."""

    name: str
    production_type: str = "short"
    production_style: str = "2d3d"
    team: list[UUID] = []
    asset_types: list[UUID] = []
    task_statuses: list[UUID] = []
    task_types: list[UUID] = []
    fps: str | int | float | None = None
    resolution: str | None = None
    code: str | None = None
    description: str | None = None


class Changes(Struct):
    """What of a production is to be said anew; the rest of a row that comes back is not read."""

    name: str | UnsetType = UNSET
    code: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    fps: str | int | float | UnsetType | None = UNSET
    resolution: str | UnsetType | None = UNSET
    start_date: date | UnsetType | None = UNSET
    end_date: date | UnsetType | None = UNSET
    project_status_id: UUID | UnsetType = UNSET
    asset_types: list[UUID] | UnsetType = UNSET
    task_statuses: list[UUID] | UnsetType = UNSET
    task_types: list[UUID] | UnsetType = UNSET


class Setting(Struct):
    """A word a production is to use."""

    asset_type_id: UUID | None = None
    task_type_id: UUID | None = None
    task_status_id: UUID | None = None
    priority: int | None = None


class Member(Struct):
    """Somebody who is to take part."""

    person_id: UUID
    role: str | None = None


def projects(asked: Asked) -> object:
    """List the productions of the person."""
    rows = filtered(asked, asked.scope.rows(Production), FILTERS).order_by("name", "uri")
    inside = asked.scope.inside
    return listed(
        asked, rows, lambda found: [project_row(each, inside=each.uri in inside) for each in found]
    )


def project(asked: Asked, project: UUID) -> Row:
    """Return one production with its lists."""
    held = asked.scope.shown_production(project)
    row = with_lists(held, team(asked, held), inside=held.uri in asked.scope.inside)
    return {**row, "project_status_name": STATES[held.state]}


def new_project(asked: Asked) -> Row:
    """Open a production of this city; who asks coordinates it."""
    wanted = asked.body(NewProject)
    facts = _facts(fps=wanted.fps, resolution=wanted.resolution)
    facts |= {name: value for name in ("code", "description") if (value := getattr(wanted, name))}
    made = open_production(
        name=wanted.name,
        template=TEMPLATES.get(wanted.production_type, "short-film"),
        by=asked.person,
        words=definitions(_chosen(wanted)),
        data={"production_style": wanted.production_style},
        **facts,
    )
    for person in wanted.team:
        _seat(asked, made, Member(person))
    return {
        **project_row(made), **used(made), "team": [], "status_automations": [],
        "preview_background_files": [],
    }  # fmt: skip


def _chosen(wanted: NewProject) -> list[Word]:
    """Return the words it begins with: those named, and all statuses when none is."""
    known, chosen = words(), []
    for name, family in USED.items():
        named = [found(known.named(family, each)) for each in getattr(wanted, name)]
        chosen += named or (list(known.of(family)) if family == Family.STATUS else [])
    return chosen


def change_project(asked: Asked, project: UUID) -> object:
    """Say a production anew."""
    held, wanted = asked.scope.production(project), asked.body(Changes)
    given = {
        ours: getattr(wanted, theirs)
        for ours, theirs in (("name", "name"), ("starts", "start_date"), ("ends", "end_date"))
        if getattr(wanted, theirs) is not UNSET
    }
    for name in ("code", "description"):
        if getattr(wanted, name) is not UNSET:
            given[name] = getattr(wanted, name) or ""
    given |= _facts(fps=wanted.fps or None, resolution=wanted.resolution or None)
    given |= _words(held, wanted)
    request = changed(row=held, changes=differing(held, given), by=asked.person)
    if wanted.project_status_id is not UNSET:
        _set_state(held, wanted.project_status_id, asked.person)
    return told(project_row(held), request)


def _words(held: Production, wanted: Changes) -> Row:
    """Return the words of *held* when the lists sent back name others."""
    known, lists, kept = words(), used(held), list(held.words)
    for name, family in USED.items():
        ids = getattr(wanted, name)
        if ids is UNSET or {str(each) for each in ids} == set(lists[name]):
            continue
        chosen = definitions([found(known.named(family, each)) for each in ids])
        own = [word for word in kept if word["family"] != family]
        kept = [*own, *chosen]
    return {} if kept == held.words else {"words": kept}


def _set_state(held: Production, state: UUID, by: Person) -> None:
    wanted = found(state_of(state))
    if wanted == held.state:
        return
    does = close_production if wanted == Production.State.CLOSED else reopen_production
    held.state = does(production=held, by=by).state


def _facts(*, fps: object = None, resolution: object = None) -> Row:
    facts: Row = {}
    if fps:
        facts["rate"] = rate(str(fps))
    if resolution:
        width, _, height = str(resolution).lower().partition("x")
        size = whole(width), whole(height)
        if not all(size):
            raise WrongBodyError(field="resolution", reason="expected a form like 1920x1080")
        facts |= {"width": size[0], "height": size[1]}
    return facts


def rate(text: str) -> str:
    """Return a frame rate as productions have it: `24`, `24000/1001`.

    Raises:
        WrongBodyError: it is none.
    """
    written = NTSC.get(text, text)
    try:
        exact = Fraction(written) if RATE.fullmatch(written) else Fraction(0)
    except (ValueError, ZeroDivisionError) as error:
        raise WrongBodyError(field="fps", reason="it is no frame rate") from error
    if not 1 <= exact <= FASTEST:
        raise WrongBodyError(field="fps", reason="it is no frame rate")
    return str(exact.limit_denominator(10_000))


def add_setting(asked: Asked, project: UUID) -> Row:
    """Let a production use one more word."""
    held, wanted, known = asked.scope.production(project), asked.body(Setting), words()
    named = (
        (Family.ASSET_TYPE, wanted.asset_type_id),
        (Family.TASK_TYPE, wanted.task_type_id),
        (Family.STATUS, wanted.task_status_id),
    )
    chosen = [found(known.named(family, each)) for family, each in named if each is not None]
    if not chosen:
        raise WrongBodyError(field="body", reason="it names no word")
    return project_row(use_words(production=held, words=chosen, by=asked.person))


def project_team(asked: Asked, project: UUID) -> list[Row]:
    """List who takes part, of both cities."""
    held, scope = asked.scope.production(project), asked.scope
    rows = scope.crew.rows(mail=scope.managed, only=held.uri)
    return [{**row, "project_role": None} for row in rows]


def add_member(asked: Asked, project: UUID) -> Row:
    """Give somebody of this city a seat."""
    held = asked.scope.production(project)
    _seat(asked, held, asked.body(Member))
    return project_row(held)


def _seat(asked: Asked, held: Production, member: Member) -> None:
    """Give *member* a seat, unless they have one."""
    if asked.scope.crew.seat_of(held.uri, str(member.person_id)):
        return
    role = SEATS.get(member.role or "", Seat.Role.ARTIST)
    give_seat(production=held, person=_person(str(member.person_id)), role=role, by=asked.person)


def _person(wanted: str) -> Person:
    """Return the account *wanted* names; only a coordinator gets any further with it."""
    here = me().origin
    people = Person.objects.filter(user__is_active=True)
    pk = next(
        (pk for pk in people.values_list("pk", flat=True) if person_id(pk, here) == wanted), None
    )
    return found(people.filter(pk=found(pk)).first())


def remove_member(asked: Asked, project: UUID, person: UUID) -> None:
    """End somebody's seat."""
    held = asked.scope.production(project)
    seat = found(asked.scope.crew.seat_of(held.uri, str(person)))
    end_seat(seat=found(Seat.objects.filter(uri=seat).first()), by=asked.person)
