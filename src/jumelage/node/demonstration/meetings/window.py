"""The always-on window between both cities' rooms, quiet at night and at weekends."""

from jumelage.components.rooms.models import Window
from jumelage.components.rooms.services import open_window as open_one
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Person
from jumelage.node.demonstration.meetings.rooms import own, theirs

NIGHT = (
    *(Hours(day=day, opens="00:00", closes="08:00") for day in range(5)),
    *(Hours(day=day, opens="20:00", closes="24:00") for day in range(5)),
    *(Hours(day=day, opens="00:00", closes="24:00") for day in (5, 6)),
)


def open_window(by: Person) -> bool:
    """Agree, as the first city; tell whether the room of the other city has arrived."""
    other = theirs()
    if other is None:
        return False
    open_one(room=own(), twin_room=other, quiet=NIGHT, by=by)
    return True


def answer_window(by: Person) -> bool:
    """Agree, as the second city; tell whether the first city's word has arrived."""
    first = Window.objects.live().exclude(origin=own().origin).filter(twin_room=own()).first()
    if first is None or first.room is None:
        return False
    open_one(room=own(), twin_room=first.room, quiet=NIGHT, answers=first, by=by)
    return True
