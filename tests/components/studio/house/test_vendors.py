"""P13 behind the wall of a partner: a vendor sees the tasks assigned to it, and nothing else."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.api import Node, withdraw
from jumelage.components.studio.models import Comment, Playlist, Production, Seat, Task, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.records import ChangeRequested, ProductionOpened, TaskSet
from jumelage.components.studio.selectors.house.partners import Partner, partners_of
from jumelage.components.studio.selectors.media import address_of
from jumelage.components.studio.selectors.seats import forget_seats
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.components.studio.services.productions import change_production, open_to
from jumelage.components.studio.services.requests import answer_trusted
from jumelage.components.studio.services.review.comments import comment, give_status
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.components.studio.services.seats import change_role, give_seat, name_coordinator
from jumelage.components.studio.services.tasks import change_task
from jumelage.directory.models import Person
from jumelage.directory.policy import may
from jumelage.kit import clock
from jumelage.kit.errors import NotAllowedError
from tests.components.studio.house.conftest import As
from tests.components.studio.house.test_matrix import (
    INSIDE,
    MAKERS,
    MISSING,
    STUDIO,
    TABLE,
    address,
    kind_of,
    theirs,
    things,
    told,
)
from tests.components.studio.house.vendors import Yard, yard
from tests.factories import directory, studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON, arrive

__all__ = ("theirs", "things")
pytestmark = pytest.mark.promise("P13")

OPEN = {
    # what a vendor reads of what is assigned to it, by the end of its address
    "productions/<str:uri>/", "productions/<str:uri>/watermark.svg",
    "tasks/<str:uri>/", "tasks/<str:uri>/data.json", "tasks/<str:uri>/say/",
    "tasks/<str:uri>/publish/", "comments/<str:uri>/reply/",
    "versions/<str:uri>/", "versions/<str:uri>/review.json", "versions/<str:uri>/frames/",
    "versions/<str:uri>/notes.otio", "versions/<str:uri>/say/", "versions/<str:uri>/frames.zip",
    "versions/<str:uri>/file/", "versions/<str:uri>/file/data.json",
    "versions/<str:uri>/file/original/",
}  # fmt: skip
WITHIN = {
    # what somebody of a vendor may with a version of a task of theirs that somebody else made
    "studio.read", "studio.see", "studio.comment", "studio.answer-comment", "studio.annotate",
    "studio.fetch-original", "studio.share-original", "studio.spend-time",
}  # fmt: skip


@pytest.fixture
def lent(film: Production, shown: Version, producer: Person) -> Yard:
    """Return a production with a task that is a vendor's and others that are not."""
    return yard(film, shown, producer)


@pytest.fixture
def browser(lent: Yard, as_: As) -> Client:
    """Return the browser of the vendor."""
    return as_(lent.vendor)


def words(lent: Yard, things: dict[str, str]) -> dict[str, str]:
    """Return the words of addresses for what is the vendor's, where something of its kind is."""
    return {**things, "version": lent.version.uri, "task": lent.task.uri, "comment": lent.said.uri}


def opened(browser: Client, of: dict[str, str], method: str = "GET") -> set[str]:
    """Return the addresses that are not answered as for nothing."""
    found = set()
    for route in STUDIO:
        word = of.get(kind_of(route) or "", "")
        if not word:
            continue
        nothing = MISSING["pk" if word.isdecimal() else "uri"]
        with clock.fixed(NOON):  # every page shows the time
            there = told(browser, method, address(route, word), word)
            none = told(browser, method, address(route, nothing), nothing)
        if there[0] != 405 and there != none:
            found.add(route.path.removeprefix("en/studio/"))
    return found


def test_of_all_addresses_a_vendor_reads_those_of_its_tasks(
    lent: Yard, things: dict[str, str], browser: Client
) -> None:
    assert opened(browser, words(lent, things)) == OPEN


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_assigned_answers_a_vendor_like_nothing(
    lent: Yard, things: dict[str, str], browser: Client, method: str
) -> None:
    hidden = {
        "version": lent.hidden.uri, "task": lent.beside.uri, "comment": lent.secret.uri,
        "playlist": lent.playlist.uri, "session": lent.session.uri, "shot": lent.task.entity_id,
        "sequence": lent.sequence.uri,
    }  # fmt: skip
    before = Comment.objects.count()
    of_production = {"productions/<str:uri>/", "productions/<str:uri>/watermark.svg"}
    assert opened(browser, {**things, **hidden}, method) - of_production == set()
    assert Comment.objects.count() == before


def test_no_answer_to_a_vendor_holds_what_is_hidden(
    lent: Yard, things: dict[str, str], browser: Client
) -> None:
    of = words(lent, things)
    named = [address(route, of.get(kind_of(route) or "", "-")) for route in STUDIO]
    page = lent.version.get_absolute_url()
    rows = [lent.playlist.uri, lent.sequence.uri, lent.session.uri]
    for place in [*named, *(f"{page}?in={uri}" for uri in rows)]:
        answer = browser.get(place)
        asked = place.partition("?in=")[2] or "-"
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        text = text.replace(asked, "-")  # where one signs in again says where one was
        assert [trace for trace in lent.traces if trace in text] == [], place


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_a_vendor_show_its_work_and_nothing_of_clients(
    lent: Yard, browser: Client, language: str
) -> None:
    def page(place: str) -> str:
        answer = browser.get(place.replace("/en/", f"/{language}/", 1))
        assert answer.status_code == 200
        return answer.text

    first = page(lent.film.get_absolute_url())
    assert lent.task.get_absolute_url().replace("/en/", f"/{language}/", 1) in first
    task, version = page(lent.task.get_absolute_url()), page(lent.version.get_absolute_url())
    for text in (task, version):
        assert "Begin with the sky." in text
        assert 'name="for_client"' not in text
        assert not re.search(r"[Cc]lient", text.partition("<main")[2].partition("</main")[0])
    assert lent.task.entity.get_absolute_url() not in task


def test_a_vendor_speaks_publishes_and_answers_in_its_tasks(
    lent: Yard, browser: Client, producer: Person
) -> None:
    page = lent.task.get_absolute_url()
    said = {"text": "It is done.", "for_client": "on"}
    assert browser.post(f"{page}say/", said).status_code == 302
    made = Comment.objects.get(text="It is done.")
    assert not made.for_client
    reply = f"/en/studio/comments/{lent.said.uri}/reply/"
    assert browser.post(reply, {"text": "We do."}).status_code == 302
    assert browser.post(f"{page}publish/", {"name": "take"}).status_code in {302, 422}
    assert (
        browser.post(f"/en/studio/comments/{lent.secret.uri}/reply/", {"text": "x"}).status_code
        == 404
    )
    comment(task=lent.task, text="Thank you.", by=producer)
    assert "Thank you." in browser.get(page).text


@pytest.mark.parametrize("role", Seat.Role.values)
def test_what_a_seat_of_a_vendor_lets_do(lent: Yard, producer: Person, role: str) -> None:
    person = directory.person()
    give = {"organisation": lent.organisation, "by": producer}
    give_seat(production=lent.film, person=person, role=role, **give)  # type: ignore[arg-type]  # its arguments
    inside = {"coordinator": {verb for verb, seats in TABLE.items() if role in seats}}
    reads = {"studio.read", "studio.see"}
    by_role = {**dict.fromkeys(MAKERS, WITHIN), **dict.fromkeys(INSIDE - MAKERS, reads), **inside}
    about = {
        "studio.change-production": lent.film, "studio.open-to-city": lent.film,
        "studio.invite-guest": lent.film,
    }  # fmt: skip
    found = {verb for verb in TABLE if may(person, verb, about.get(verb, lent.version))}
    assert found == by_role.get(role, set())
    if role not in {"coordinator", "client"}:
        of_all = [lent.film, lent.sequence, lent.task.entity, *lent.kept]
        hidden = {verb for row in of_all for verb in TABLE if may(person, verb, row)}
        assert hidden <= {"studio.see", "studio.see-playlists"}


def test_an_organisation_shares_its_tasks_and_loses_them_with_the_assignment(
    lent: Yard, as_: As, producer: Person
) -> None:
    colleague = as_(lent.chief)
    page = lent.task.get_absolute_url()
    media = address_of(lent.version, "hd", lent.chief)
    assert [colleague.get(place).status_code for place in (page, media)] == [200, 200]
    change_task(task=lent.task, changes={"assignees": []}, by=producer)
    assert [colleague.get(place).status_code for place in (page, media)] == [404, 404]
    assert "No task is assigned" in colleague.get(lent.film.get_absolute_url()).text


def test_media_of_what_is_hidden_open_for_nobody_of_the_vendor(lent: Yard, browser: Client) -> None:
    names = ("hd", "poster", "original")
    assert [
        browser.get(address_of(lent.version, name, lent.vendor)).status_code for name in names[:2]
    ] == [200, 200]
    for name in names:
        assert browser.get(address_of(lent.hidden, name, lent.vendor)).status_code == 404


def test_a_chief_of_a_vendor_decides_nothing(lent: Yard, producer: Person) -> None:
    with pytest.raises(NotAllowedError):
        give_status(tasks=[lent.task, lent.beside], status="wip", by=lent.vendor)
    forget_seats(lent.chief)
    assert not may(lent.chief, "studio.assign", lent.task)
    assert not may(lent.chief, "studio.plan", lent.film)
    assert give_status(tasks=[lent.task], status="wip", by=lent.vendor)
    change_role(seat=studio.sits(lent.chief, lent.film), role="coordinator", by=producer)
    forget_seats(lent.chief)
    assert may(lent.chief, "studio.plan", lent.film)


def test_the_wall_is_put_up_and_taken_down_from_the_page_of_members(
    film: Production, task: Task, producer: Person, as_: As
) -> None:
    organisation, person = directory.organisation(), directory.person()
    give_seat(production=film, person=person, role="artist", organisation=organisation, by=producer)
    ours, theirs, members = as_(producer), as_(person), f"{film.get_absolute_url()}members/"
    page, named = f"{film.get_absolute_url()}partners/", {"organisation": organisation.uri}
    assert theirs.get(members).status_code == 200
    told_so = ours.post(page, {**named, "apart": "on"}, follow=True).text
    assert "see their own tasks only from now on" in told_so
    assert "Lift the limit" in told_so
    places = (members, task.get_absolute_url(), page)
    assert [theirs.get(place).status_code for place in places] == [404, 404, 404]
    assert "as their parts allow" in ours.post(page, named, follow=True).text
    assert theirs.get(members).status_code == 200


def test_an_organisation_without_a_seat_is_limited_before_it_has_one(
    film: Production, producer: Person, as_: As
) -> None:
    organisation, ours = directory.organisation(), as_(producer)
    page = f"{film.get_absolute_url()}partners/"
    assert str(organisation) in ours.get(page).text
    wrong = ours.post(page, {"organisation": "x", "apart": "on"})
    assert (wrong.status_code, "Select a valid choice" in wrong.text) == (422, True)
    assert ours.post(page, {"organisation": organisation.uri, "apart": "on"}).status_code == 302
    film.refresh_from_db()
    assert partners_of(film) == [Partner(organisation, seats=0, tasks=0, is_apart=True)]
    withdraw(organisation.uri)
    ours.post(page, {"organisation": organisation.uri})
    film.refresh_from_db()
    assert film.vendors == []


@pytest.mark.parametrize("many", [1, 3])
def test_partners_are_counted_without_asking_for_each(
    lent: Yard, producer: Person, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        give_seat(
            production=lent.film, person=directory.person(), role="artist",
            organisation=directory.organisation(), by=producer,
        )  # fmt: skip
    with django_assert_num_queries(3):
        found = partners_of(lent.film)
    assert {each.organisation: each.tasks for each in found}[lent.organisation] == 1
    assert len(found) == many + 1


def test_what_a_vendor_of_the_other_city_asks_waits_for_a_person(
    lent: Yard, producer: Person, there: Peer, here: Node
) -> None:
    open_to(production=lent.film, city=Node.objects.get(origin=there.origin), by=producer)
    seat = replace(
        studio.seat_there(there, lent.film, "supervisor"), organisation=lent.organisation.uri
    )
    asked = ChangeRequested(
        uri=there.uri(), created_at=NOON, production=lent.film.uri, seat=seat.uri,
        target=lent.beside.uri, changes={"assignees": (seat.uri,)},
    )  # fmt: skip
    arrive(there, here, seat, asked)
    assert answer_trusted() == 0
    lent.beside.refresh_from_db()
    assert lent.beside.assignees == []


def test_the_city_that_owns_a_production_decides_for_both(
    lent: Yard, producer: Person, there: Peer, here: Node
) -> None:
    open_to(production=lent.film, city=Node.objects.get(origin=there.origin), by=producer)
    seat = studio.seat_there(there, lent.film, "artist")
    theirs = studio.comment_there(there, lent.task, seat, 1, text="From there.")
    hidden = studio.comment_there(there, lent.beside, seat, 2, text="CANARY there")
    arrive(there, here, seat, theirs, hidden)
    forget_seats(lent.vendor)
    read = Comment.objects.filter(uri__in=[theirs.uri, hidden.uri])
    assert {one.text for one in read if may(lent.vendor, "studio.read", one)} == {"From there."}


def test_a_wall_of_the_other_city_stands_before_our_members_too(
    theirs: dict[str, str], producer: Person, there: Peer, here: Node, as_: As
) -> None:
    organisation, person = directory.organisation(), directory.person()
    film = Production.objects.get(uri=theirs["production"])
    name_coordinator(production=film, person=producer, by=producer)
    give_seat(production=film, person=person, role="artist", organisation=organisation, by=producer)
    browser, page = as_(person), f"/en/studio/tasks/{theirs['task']}/"
    assert browser.get(page).status_code == 200
    said = ProductionOpened(
        uri=film.uri, created_at=NOON, name="Fog", type="short-film", opened_to=here.origin,
        vendors=(organisation.uri,),
    )  # fmt: skip
    arrive(there, here, said, rev=2)
    assert browser.get(page).status_code == 404
    assert "No task is assigned" in browser.get(f"/en/studio/productions/{film.uri}/").text
    task = Task.objects.get(uri=theirs["task"])
    given = TaskSet(
        uri=task.uri, created_at=NOON, production=film.uri, entity=task.entity_id,
        task_type="animation", assignees=(studio.sits(person, film).uri,),
    )  # fmt: skip
    arrive(there, here, given, rev=2)
    assert browser.get(page).status_code == 200
    members = as_(producer).get(f"/en/studio/productions/{film.uri}/members/").text
    assert "its own tasks" in members
    assert "decides what they see" in members
    assert as_(producer).post(f"/en/studio/productions/{film.uri}/partners/").status_code == 404


def test_changing_the_facts_of_a_production_keeps_its_walls(lent: Yard, producer: Person) -> None:
    change_production(production=lent.film, changes={"name": "Anew"}, by=producer)
    lent.film.refresh_from_db()
    assert lent.film.vendors == [lent.organisation.uri]
    set_vendor(production=lent.film, organisation=lent.organisation, apart=True, by=producer)
    assert Production.objects.get(pk=lent.film.pk).vendors == [lent.organisation.uri]


def test_a_playlist_for_clients_is_no_vendors(
    lent: Yard, browser: Client, producer: Person
) -> None:
    place = PlaylistItem(entity=lent.task.entity_id, version=lent.version.uri)
    made = make_playlist(
        production=lent.film, name="x", for_client=True, items=[place], by=producer
    )
    assert browser.get(made.get_absolute_url()).status_code == 404
    assert Playlist.objects.live().count() == 2


def test_lists_of_ones_own_hold_the_tasks_of_the_seat_alone(
    lent: Yard, browser: Client, as_: As
) -> None:
    own = browser.get("/en/studio/my-work/data.json").json()["tasks"]
    assert [each["uri"] for each in own] == [lent.task.uri]
    assert as_(lent.chief).get("/en/studio/my-work/data.json").json()["tasks"] == []
    listed = browser.get("/en/studio/data.json").json()["productions"]
    assert [(each["uri"], "tasks" in each) for each in listed] == [(lent.film.uri, False)]
    assert "you see a part of it" in browser.get("/en/studio/").text
