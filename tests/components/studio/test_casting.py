"""What is seen in a shot, where it belongs, and which version stands for it: own and asked for."""

import pytest
from django.test import Client
from django.urls import reverse

from jumelage.bridge.api import Node
from jumelage.components.studio.models import ChangeRequest, Entity, Production, Task, Version
from jumelage.components.studio.services import entities
from jumelage.components.studio.services.versions import publish_version
from jumelage.directory.models import Person
from tests.components.studio.test_two_cities import theirs
from tests.factories import studio
from tests.factories.bridge import Peer


@pytest.fixture
def browser(producer: Person) -> Client:
    """Return the producer's browser."""
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(producer.user)
    return signed_in


@pytest.fixture
def hero(film: Production, producer: Person) -> Entity:
    return asset(film, "Hero", producer)


@pytest.fixture
def their_shot(joint: Production, here: Node, there: Peer) -> Entity:
    planned = theirs(there, joint)
    studio.arrive(there, here, planned)
    return Entity.objects.get(uri=planned.uri)


def asset(of: Production, name: str, by: Person) -> Entity:
    plan = entities.Plan(type="asset", name=name, asset_type="characters")
    return entities.plan_entity(production=of, plan=plan, by=by)


def of(name: str, thing: Entity | Version | Production) -> str:
    return reverse(f"studio:{name}", kwargs={"uri": thing.uri})


def test_shot_is_cast_on_its_page(browser: Client, shot: Entity, hero: Entity) -> None:
    assert of("cast", shot) in browser.get(of("entity", shot)).text
    assert browser.get(of("cast", shot)).text.count("Hero") >= 1

    answer = browser.post(of("cast", shot), {hero.uri: "2", "revision": shot.rev})

    shot.refresh_from_db()
    assert (answer.status_code, shot.cast) == (302, {hero.uri: 2})
    browser.post(of("cast", shot), {hero.uri: "", "revision": shot.rev})
    shot.refresh_from_db()
    assert shot.cast == {}


def test_assets_that_are_not_shown_stay_cast(
    browser: Client, shot: Entity, hero: Entity, producer: Person
) -> None:
    boat = asset(shot.production, "Boat", producer)
    cast = entities.cast(entity=shot, cast={hero.uri: 1}, by=producer)

    page = browser.get(f"{of('cast', shot)}?q=boat")
    assert [row.name for row in page.context["form"].assets] == ["Hero", "Boat"]
    told = {hero.uri: "1", boat.uri: "3", "revision": cast.rev}
    browser.post(f"{of('cast', shot)}?q=boat", told)

    shot.refresh_from_db()
    assert shot.cast == {hero.uri: 1, boat.uri: 3}


def test_cast_that_somebody_changed_meanwhile_is_not_overwritten(
    browser: Client, shot: Entity, hero: Entity, producer: Person
) -> None:
    seen = shot.rev
    entities.cast(entity=shot, cast={hero.uri: 4}, by=producer)

    answer = browser.post(of("cast", shot), {hero.uri: "1", "revision": seen})

    shot.refresh_from_db()
    assert (answer.status_code, shot.cast) == (422, {hero.uri: 4})


def test_cast_below_nothing_is_refused_and_stays_typed(
    browser: Client, shot: Entity, hero: Entity
) -> None:
    answer = browser.post(of("cast", shot), {hero.uri: "-3", "revision": shot.rev})

    assert (answer.status_code, answer.text.count('value="-3"')) == (422, 1)


def test_cast_of_the_other_citys_shot_is_asked_for(
    browser: Client, their_shot: Entity, hero: Entity
) -> None:
    told = {hero.uri: "1", "revision": their_shot.rev, "reason": "She looks back"}

    browser.post(of("cast", their_shot), told)

    asked = ChangeRequest.objects.get()
    assert (asked.changes, asked.reason) == ({"cast": {hero.uri: 1}}, "She looks back")
    assert "Hero 1" in browser.get(of("requests", asked.production)).text


def test_asset_is_not_cast(browser: Client, hero: Entity) -> None:
    assert browser.get(of("cast", hero)).status_code == 404
    assert of("cast", hero) not in browser.get(of("entity", hero)).text


def test_form_asks_what_fits_the_type(browser: Client, shot: Entity, hero: Entity) -> None:
    def asked(entity: Entity | None) -> set[str]:
        assert entity is not None
        form = browser.get(of("change-entity", entity)).context["form"]
        return {"parent", "asset_type", "handles", "code"} & set(form.fields)

    assert asked(shot) == {"parent", "handles", "code"}
    assert asked(shot.parent) == {"parent", "code"}
    assert asked(hero) == {"asset_type", "code"}


def typed(browser: Client, entity: Entity, **changes: object) -> dict[str, object]:
    """Return what the form of *entity* sends with *changes*."""
    initial = browser.get(of("change-entity", entity)).context["form"].initial
    shown = {name: value for name, value in initial.items() if value not in {None, False}}
    return {**shown, **changes}


def test_shot_moves_to_another_sequence(
    browser: Client, shot: Entity, film: Production, producer: Person
) -> None:
    plan = entities.Plan(type="sequence", name="sq900")
    sequence = entities.plan_entity(production=film, plan=plan, by=producer)

    told = typed(browser, shot, parent=sequence.uri, handles="8", code="A1")
    browser.post(of("change-entity", shot), told)

    shot.refresh_from_db()
    assert (shot.parent_id, shot.handles, shot.code) == (sequence.uri, 8, "A1")
    browser.post(of("change-entity", shot), typed(browser, shot, parent=""))
    shot.refresh_from_db()
    assert shot.parent_id is None


def test_shot_does_not_move_to_where_one_is_called_so(
    browser: Client, film: Production, producer: Person
) -> None:
    one, other = (studio.shots(film, producer)[0] for _ in range(2))

    answer = browser.post(
        of("change-entity", one), typed(browser, one, parent=other.parent_id, code="kept")
    )

    one.refresh_from_db()
    assert (answer.status_code, one.parent_id != other.parent_id) == (422, True)
    assert answer.text.count('value="kept"') == 1


def test_asset_gets_another_type(browser: Client, hero: Entity) -> None:
    browser.post(of("change-entity", hero), typed(browser, hero, asset_type="props"))

    hero.refresh_from_db()
    assert hero.asset_type == "props"


def test_place_of_the_other_citys_shot_is_asked_for_by_name(
    browser: Client, their_shot: Entity, producer: Person
) -> None:
    sequence = studio.shots(their_shot.production, producer)[0].parent
    assert sequence is not None

    told = typed(browser, their_shot, parent=sequence.uri)
    browser.post(of("change-entity", their_shot), told)

    asked = ChangeRequest.objects.get()
    assert asked.changes == {"parent": sequence.uri}
    assert browser.get(of("requests", asked.production)).text.count(sequence.name) >= 1


def test_lead_lets_a_version_stand_for_the_shot(
    browser: Client, task: Task, producer: Person
) -> None:
    version = publish_version(task=task, by=producer)
    assert "Let it stand for the shot" in browser.get(of("version", version)).text

    browser.post(of("version-stand", version))

    assert Entity.objects.get(pk=task.entity_id).main_version == version.uri
    assert "Let it stand for the shot" not in browser.get(of("version", version)).text


def test_version_of_the_other_citys_shot_is_asked_to_stand_for_it(
    browser: Client, their_shot: Entity, producer: Person
) -> None:
    version = publish_version(task=studio.task(their_shot, producer), by=producer)

    browser.post(of("version-stand", version))

    asked = ChangeRequest.objects.get()
    assert (asked.target, asked.changes) == (their_shot.uri, {"main_version": version.uri})
    assert browser.get(of("requests", asked.production)).text.count("v001") >= 1


def test_artist_casts_nothing_and_lets_nothing_stand(
    client: Client, task: Task, producer: Person
) -> None:
    version = publish_version(task=task, by=producer)
    client.force_login(studio.member(task.production, "artist", producer).user)

    assert client.get(of("cast", task.entity)).status_code == 404
    assert client.post(of("version-stand", version)).status_code == 404
    assert client.get(of("version", version)).text.count(of("version-stand", version)) == 0


def test_sequence_is_planned_within_an_episode(browser: Client, film: Production) -> None:
    told = {"episode": "ep1", "parent": "sq1", "names": "sh1"}

    browser.post(of("plan", film), told)
    browser.post(of("plan", film), {**told, "names": "sh2"})
    browser.post(of("plan", film), {**told, "episode": "ep2"})

    shots = Entity.objects.filter(type="shot").order_by("parent__parent__name", "name")
    found = shots.values_list("parent__parent__name", "parent__name", "name")
    assert list(found) == [("ep1", "sq1", "sh1"), ("ep1", "sq1", "sh2"), ("ep2", "sq1", "sh1")]
    assert "ep2 · sq1" in browser.get(of("grid", film)).text


@pytest.mark.parametrize("more", [{}, {"parent": "sq1", "asset_type": "props"}])
def test_episode_without_a_sequence_is_refused_and_stays_typed(
    browser: Client, film: Production, more: dict[str, str]
) -> None:
    answer = browser.post(of("plan", film), {"episode": "ep1", "names": "sh1", **more})

    assert (answer.status_code, answer.text.count('value="ep1"')) == (422, 1)
    assert Entity.objects.count() == 0
