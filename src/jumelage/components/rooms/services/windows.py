"""Open, answer, change and close always-on windows between two rooms."""

from collections.abc import Sequence

from django.db import transaction

from jumelage.bridge.api import me, new_uri, publish, withdraw
from jumelage.components.rooms.errors import NotTwinRoomsError, WindowExistsError
from jumelage.components.rooms.models import Window
from jumelage.components.rooms.records import WindowOpened
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Person, Resource
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.uris import Uri


@transaction.atomic
def open_window(
    *,
    room: Resource,
    twin_room: Resource,
    by: Person,
    quiet: Sequence[Hours] = (),
    answers: Window | None = None,
) -> Window:
    """Agree that *room*, of this city, is joined to *twin_room*, but in its *quiet* hours.

    Nothing is shown or heard before the other city has said so too: with *answers*, its window.

    Raises:
        NotTwinRoomsError: not one room of each city, or not those of *answers*.
        WindowExistsError: this city has opened it already.
    """
    ensure(by, "rooms.open-window", room)
    if room.origin != me().origin or twin_room.origin == room.origin:
        raise NotTwinRoomsError
    if answers and (answers.room_id, answers.twin_room_id) != (twin_room.uri, room.uri):
        raise NotTwinRoomsError
    here = Window.objects.live().of(me().origin)
    if here.filter(room=room, twin_room=twin_room).exists():
        raise WindowExistsError
    record = WindowOpened(
        uri=new_uri(),
        created_at=clock.now(),
        rooms=(room.uri, twin_room.uri),
        quiet=tuple(quiet),
        answers=answers.uri if answers else "",
    )
    publish(record, audience=f"twin:{twin_room.origin}")
    return Window.objects.get(uri=record.uri)


@transaction.atomic
def change_window(*, window: Window, quiet: Sequence[Hours], by: Person) -> Window:
    """Change the quiet hours of this city's room."""
    ensure(by, "rooms.change-window", window)
    record = WindowOpened(
        uri=window.uri,
        created_at=window.created_at,
        rooms=(window.room_id or "", window.twin_room_id or ""),
        quiet=tuple(quiet),
        answers=window.answers,
    )
    publish(record, audience=_audience(window))
    return Window.objects.get(uri=window.uri)


@transaction.atomic
def close_window(*, window: Window, by: Person) -> None:
    """Take this city's word back; the window is closed for both."""
    ensure(by, "rooms.change-window", window)
    withdraw(window.uri, audience=_audience(window))


def _audience(window: Window) -> str:
    return f"twin:{Uri.parse(window.twin_room_id or '').origin}"
