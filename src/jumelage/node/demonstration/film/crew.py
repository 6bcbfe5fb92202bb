"""People of one city of the demonstration at work: seats, talk, versions with their files."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import QuerySet

from jumelage.bridge import api as bridge
from jumelage.components.studio.models import Production, Seat, Task, Version
from jumelage.components.studio.services import seats, versions
from jumelage.components.studio.services.media.attaching import attach
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Organisation, Person
from jumelage.node.demonstration.cities import ACCOUNTS, DemoCity
from jumelage.node.demonstration.film.script import CREW, FRAMES, NAME
from jumelage.node.demonstration.footage import Scene, write_movie

SIZE = (960, 540)


def person(city: DemoCity, name: str) -> Person:
    """Return who has the account *name* in *city*."""
    account = next(each for each in ACCOUNTS if each.name == name)
    return Person.objects.get(user__email=account.email(city.slug))


def workshop() -> Organisation | None:
    """Return an invented organisation of this city."""
    return _invented().first()


def partner() -> Organisation | None:
    """Return another one: whom the company of the film sits for."""
    return _invented().last()


def _invented() -> QuerySet[Organisation]:
    mine = Organisation.objects.listed().filter(fictional=True, origin=bridge.me().origin)
    return mine.order_by("slug")


def film() -> Production | None:
    """Return the film, when it is here."""
    return Production.objects.live().filter(name=NAME).first()


def seat_crew(production: Production, city: DemoCity, by: Person) -> None:
    """Give the accounts of *city* their parts; the officer coordinates already."""
    for name, role in CREW.items():
        seats.give_seat(
            production=production,
            person=person(city, name),
            role=role,
            organisation=partner() if role == Seat.Role.COMPANY else workshop(),
            by=by,
        )


def seat_of(who: Person, production: Production) -> Seat:
    """Return the seat of *who*."""
    return Seat.objects.get(memberships__person=who, memberships__until=None, production=production)


def task(production: Production, shot: str, work: str) -> Task:
    """Return the work on a shot, by their names."""
    return Task.objects.select_related("production").get(
        production=production, entity__name=shot, task_type=work
    )


def publish(on: Task, by: Person, scene: Scene, text: str, status: str) -> Version:
    """Publish a version of *on* with a movie of *scene*, and say something with it."""
    said = comments.comment(task=on, by=by, text=text, status=status)
    name = f"{on.entity.name}_{on.task_type}.mp4"
    made = versions.publish_version(task=on, by=by, comment=said, name=name)
    with TemporaryDirectory() as folder:
        movie = write_movie(Path(folder) / name, scene, frames=FRAMES, size=SIZE)
        attach(version=made, by=by, file=movie, name=name)
    return made
