"""A production in which one of three tasks is given to a partner organisation behind a wall."""

from dataclasses import dataclass, replace

from jumelage.components.studio.models import (
    Annotation,
    Comment,
    Entity,
    Playlist,
    Production,
    ReviewSession,
    StudioRow,
    Task,
    Version,
)
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.services import seats
from jumelage.components.studio.services.entities import Plan, change_entity, plan_entity
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.components.studio.services.review.annotations import draw
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.components.studio.services.review.sessions import call_session
from jumelage.components.studio.services.tasks import change_task
from jumelage.components.studio.services.versions import publish_version, set_main, state_media
from jumelage.directory.models import Organisation, Person
from tests.components.studio.house.canaries import DOT
from tests.factories import directory, studio
from tests.factories.studio import NOON


@dataclass(frozen=True)
class Yard:
    """What the vendor is given, and what is kept from it: what people say in that is `CANARY`."""

    film: Production
    organisation: Organisation
    vendor: Person
    chief: Person
    """Somebody of the vendor with the seat of a supervisor."""
    task: Task
    version: Version
    said: Comment
    sequence: Entity
    beside: Task
    """Another task of the same shot."""
    hidden: Version
    secret: Comment
    drawn: Annotation
    asset: Entity
    playlist: Playlist
    session: ReviewSession

    @property
    def kept(self) -> list[StudioRow]:
        """What the vendor does not see."""
        return [
            self.beside, self.hidden, self.secret, self.drawn, self.asset, self.playlist,
            self.session,
        ]  # fmt: skip

    @property
    def traces(self) -> list[str]:
        """What no answer to the vendor may hold."""
        return ["CANARY", *(row.uri for row in self.kept), *(str(row.uuid) for row in self.kept)]


def yard(film: Production, version: Version, by: Person) -> Yard:
    """Give the task of *version* to a partner, and make what it does not see."""
    organisation = directory.organisation()
    vendor, chief = (_sits(film, organisation, role, by) for role in ("artist", "supervisor"))
    task, shot = version.task, version.task.entity
    change_task(task=task, changes={"assignees": [studio.sits(vendor, film).uri]}, by=by)
    sequence = Entity.objects.get(uri=shot.parent_id)
    change_entity(entity=sequence, changes={"description": "CANARY plot"}, by=by)
    said = comment(task=task, text="Begin with the sky.", for_client=True, by=by)
    beside = studio.task(shot, by, "compositing")
    hidden = publish_version(task=beside, by=by, name="CANARY.mov")
    assert version.facts is not None
    state_media(version=hidden, media=replace(version.facts, timecode="13:13:13:13"))
    set_main(version=hidden, by=by)
    secret = comment(task=beside, text="CANARY words", by=by)
    drawn = draw(version=hidden, first_frame=1001, last_frame=1001, strokes=[DOT], by=by)
    asset = plan_entity(production=film, plan=Plan(type="asset", name="CANARY hero"), by=by)
    change_entity(entity=shot, changes={"cast": {asset.uri: 2}}, by=by)
    places = [PlaylistItem(entity=shot.uri, version=one.uri) for one in (version, hidden)]
    playlist = make_playlist(production=film, name="CANARY dailies", items=places, by=by)
    session = call_session(
        production=film, name="CANARY talk", begins=NOON, versions=[version], by=by
    )
    set_vendor(production=film, organisation=organisation, apart=True, by=by)
    return Yard(
        film=film, organisation=organisation, vendor=vendor, chief=chief, task=task,
        version=version, said=said, sequence=sequence, beside=beside, hidden=hidden,
        secret=secret, drawn=drawn, asset=asset, playlist=playlist, session=session,
    )  # fmt: skip


def _sits(film: Production, organisation: Organisation, role: str, by: Person) -> Person:
    person = directory.person()
    seats.give_seat(production=film, person=person, role=role, by=by, organisation=organisation)
    return person
