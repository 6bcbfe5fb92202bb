"""The film of the demonstration: each city's part, without the other city's node."""

from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.api import Node
from jumelage.bridge.identity import genesis
from jumelage.components.studio.models import (
    Application,
    ChangeRequest,
    Comment,
    Entity,
    GuestLink,
    KeptCut,
    Production,
    Seat,
    Task,
    Version,
)
from jumelage.components.studio.selectors.house.cuts import preview
from jumelage.components.studio.selectors.walls.seeing import seen_by
from jumelage.node.demonstration import film, steps
from jumelage.node.demonstration.cities import PARIS, SAN_FRANCISCO
from jumelage.node.demonstration.film import crew, house
from tests.factories import directory, studio
from tests.factories.bridge import Peer, demo_city


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return a node with the accounts of the demonstration, paired with another city."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    node = genesis.initialise(city=demo_city("paris"), url="http://127.0.0.1:9412")
    Peer().introduce()
    studio.open_studio()
    steps.open_accounts(PARIS)
    steps.open_accounts(SAN_FRANCISCO)
    return node


def test_first_city_opens_a_film_that_says_it_is_invented(here: Node) -> None:
    film.begin(PARIS)

    made = Production.objects.get()
    assert (made.name.count("démonstration"), made.is_joint) == (1, True)
    assert Task.objects.filter(production=made).count() == 36
    assert Version.objects.get().name == "sh010_animation.mp4"
    assert Seat.objects.filter(origin=here.origin).count() == 6
    assert film.finish(PARIS) is False


def test_a_partner_of_the_film_sees_its_own_task(here: Node) -> None:
    directory.organisation(name="A workshop")
    directory.organisation(name="Its partner")
    film.begin(PARIS)
    company = crew.person(PARIS, "owner")
    seen = seen_by(company, Production.objects.get(), Task)
    assert [task.entity.name for task in seen.select_related("entity")] == ["sh020"]


def test_second_city_waits_for_the_film_and_then_does_its_part(here: Node) -> None:
    assert film.answer(SAN_FRANCISCO) is False
    film.begin(PARIS)
    Production.objects.update(origin=Node.objects.get(is_self=False).origin)
    Production.objects.update(opened_to=here.origin)
    Seat.objects.update(origin="elsewhere")
    Task.objects.update(origin="elsewhere")
    for model in (Comment, Version):
        model.objects.update(origin="elsewhere")
    _foreign_shots()

    assert film.answer(SAN_FRANCISCO) is True

    assert ChangeRequest.objects.get().changes == {"frames": 96}
    assert Version.objects.filter(origin=here.origin).count() == 1


def _foreign_shots() -> None:
    there = Node.objects.get(is_self=False).origin
    shot = Entity.objects.get(name="sh040")
    Entity.objects.filter(pk=shot.pk).update(
        uri=f"jumelage:{there}:{shot.uri.rpartition(':')[2]}", origin=there
    )


def test_first_city_has_a_cut_an_application_and_a_guest_to_look_at(here: Node) -> None:
    film.begin(PARIS)
    made = Production.objects.get()

    house.settle_in(made, PARIS)

    first, second = KeptCut.objects.order_by("pk")
    deeds = {one.shot: str(one.deed) for one in preview(second, here.origin).consequences}
    assert first.state == KeptCut.State.APPLIED
    assert (deeds["sh025"], deeds["sh030"]) == ("plan", "change")
    assert Application.objects.get().state == Application.State.WAITING
    assert "(inventé)" in GuestLink.objects.get().name
