"""A production of which clients are shown one version of three, and the notes meant for them."""

from dataclasses import dataclass, replace

from jumelage.components.studio.models import (
    Annotation,
    Comment,
    Playlist,
    Production,
    Task,
    Version,
)
from jumelage.components.studio.models.values import PlaylistItem, Stroke
from jumelage.components.studio.services.review.annotations import draw
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.components.studio.services.time import spend_time
from jumelage.components.studio.services.versions import publish_version, state_media
from jumelage.directory.models import Person
from tests.factories import studio

DOT = Stroke(tool="text", points=((0.5, 0.5),), text="CANARY drawn")


@dataclass(frozen=True)
class Aviary:
    """What is shown to the client; `secrets` are not: what people say in them is `CANARY`."""

    film: Production
    task: Task
    shown: Version
    playlist: Playlist
    said: Comment
    client: Person
    hidden: Version
    dailies: Playlist
    secret: Comment
    apart: Version
    drawn: Annotation

    @property
    def traces(self) -> list[str]:
        """What no answer to a client may hold."""
        rows = [self.hidden, self.dailies, self.secret, self.apart, self.drawn]
        return ["CANARY", *(row.uri for row in rows), *(str(row.uuid) for row in rows)]


def aviary(film: Production, shown: Version, by: Person) -> Aviary:
    """Make something of each kind for clients, and something not for them."""
    task, entity = shown.task, shown.task.entity
    said = comment(task=task, text="For your eyes.", for_client=True, by=by)
    drawn = draw(version=shown, first_frame=1001, last_frame=1001, strokes=[DOT], by=by)
    hidden = publish_version(task=task, by=by, name="CANARY.mov")
    apart = publish_version(task=studio.task(entity, by, "compositing"), by=by, name="CANARY.mov")
    assert shown.facts is not None
    for one in (hidden, apart):
        state_media(version=one, media=replace(shown.facts, timecode="13:13:13:13"))
    secret = comment(task=task, text="CANARY words", by=by)
    comment(task=task, text="CANARY answer", reply_to=secret, by=by)
    spend_time(task=task, day=shown.created_at.date(), minutes=7, by=by)
    place, other = (PlaylistItem(entity=entity.uri, version=one.uri) for one in (shown, hidden))
    listed = make_playlist(production=film, name="Cut 1", for_client=True, items=[place], by=by)
    dailies = make_playlist(production=film, name="CANARY dailies", items=[other], by=by)
    client = studio.member(film, "client", by)
    return Aviary(film, task, shown, listed, said, client, hidden, dailies, secret, apart, drawn)
