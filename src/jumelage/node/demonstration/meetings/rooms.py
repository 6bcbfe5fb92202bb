"""The rooms of both cities, and a booth in each that is always open; every name says that it is invented."""

from collections.abc import Sequence

from django.db.models import QuerySet

from jumelage.bridge import api as bridge
from jumelage.components.rooms.photos import keeping
from jumelage.components.rooms.services import register_room
from jumelage.components.rooms.services.rooms import Room
from jumelage.directory.calendars.models import Resource
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Person
from jumelage.kit.i18n import Bilingual
from jumelage.node.demonstration.footage import GOLDEN_GATE, PARIS
from jumelage.node.demonstration.meetings.painting import painted

NOT_ALONE = Bilingual(
    fr="Ouverte aux entrepreneurs et aux écoles. Sonnez à l’accueil dix minutes avant ; la salle est rendue comme elle a été trouvée.",
    en="Open to entrepreneurs and schools. Ring at the desk ten minutes before; leave the room as you found it.",
)  # fmt: skip
WITH_KEY = Bilingual(
    fr="Réservée aux revues d’images : l’étalonnage de l’écran ne se touche pas. La demande est décidée à la main.",
    en="For reviews of pictures: the calibration of the screen stays as it is. Somebody decides over each request.",
)  # fmt: skip


BOOTH = Room(
    name=Bilingual(fr="Cabine d’appel (fictive)", en="Call Booth (invented)"),
    place=Bilingual(fr="Dans l’entrée, lieu inventé", en="In the entrance hall, invented place"),
    access=Bilingual(fr="Ouverte jour et nuit.", en="Open day and night."),
    capacity=2,
    hours=tuple(Hours(day=day, opens="00:00", closes="24:00") for day in range(7)),
    equipment=("screen", "camera", "microphones"),
    accessibility=("step-free",),
)
"""In each city, for a call at once; the smallest of its rooms."""


def _week(opens: str, closes: str) -> tuple[Hours, ...]:
    return tuple(Hours(day=day, opens=opens, closes=closes) for day in range(5))


def _paris() -> Sequence[Room]:
    """Return the rooms of the first city."""
    return (
        Room(
            name=Bilingual(fr="Salle du Pont (fictive)", en="Bridge Room (invented)"),
            place=Bilingual(fr="Rez-de-chaussée, lieu inventé", en="Ground floor, invented place"),
            access=NOT_ALONE,
            capacity=10,
            hours=_week("09:00", "20:00"),
            holidays="FR",
            equipment=("screen", "camera", "microphones", "computer"),
            accessibility=("step-free", "wide-door", "hearing-loop"),
            photo=keeping.keep_made(painted(GOLDEN_GATE, (0.83, 0.81, 0.76))),
        ),
        Room(
            name=Bilingual(fr="Atelier d’étalonnage (fictif)", en="Grading Workshop (invented)"),
            place=Bilingual(fr="Deuxième étage, lieu inventé", en="Second floor, invented place"),
            access=WITH_KEY,
            capacity=4,
            hours=_week("10:00", "20:00"),
            holidays="FR",
            approval="by-hand",
            equipment=("review-monitor", "second-screen", "loudspeakers"),
            accessibility=("lift", "step-free"),
            photo=keeping.keep_made(painted(PARIS, (0.36, 0.36, 0.38))),
        ),
        BOOTH,
    )  # fmt: skip


def _san_francisco() -> Sequence[Room]:
    """Return the rooms of the second city."""
    return (
        Room(
            name=Bilingual(fr="Salle de la Brume (fictive)", en="Fog Room (invented)"),
            place=Bilingual(fr="Premier étage, lieu inventé", en="First floor, invented place"),
            access=NOT_ALONE,
            capacity=12,
            hours=_week("07:00", "18:00"),
            holidays="US-CA",
            equipment=("screen", "camera", "microphones", "whiteboard"),
            accessibility=("lift", "step-free", "accessible-toilet", "guide-dogs"),
            photo=keeping.keep_made(painted(PARIS, (0.80, 0.79, 0.77))),
        ),
        BOOTH,
    )  # fmt: skip


ROOMS = (_paris, _san_francisco)


def register(number: int, by: Person) -> None:
    """Register the rooms of city *number*."""
    for room in ROOMS[number]():
        register_room(room=room, by=by)


def own(position: int = 0) -> Resource:
    """Return a room of this city, the largest first."""
    return _of(Resource.objects.live().filter(origin=bridge.me().origin), position)


def theirs(position: int = 0) -> Resource | None:
    """Return a room of the other city; None: it has not arrived yet."""
    found = Resource.objects.live().exclude(origin=bridge.me().origin)
    return _of(found, position) if found.count() > position else None


def _of(found: "QuerySet[Resource]", position: int) -> Resource:
    return found.order_by("-capacity", "uri")[position]
