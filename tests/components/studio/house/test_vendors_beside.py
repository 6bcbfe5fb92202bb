"""What stands beside the work of a vendor does not betray what is hidden, nor does its work leak."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from jumelage.bridge.api import Node, open_kind
from jumelage.bridge.live.tickets import Taken
from jumelage.bridge.records import DeliveryOffered
from jumelage.components.studio.errors import AnotherTaskError
from jumelage.components.studio.kitsu.ids import person_id
from jumelage.components.studio.models import Attachment, Preparation, Production, Version
from jumelage.components.studio.selectors.walls.shown import Shown
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.components.studio.services.media.crossing import share_original
from jumelage.components.studio.services.productions import change_production, open_to
from jumelage.components.studio.services.requests import change_or_ask
from jumelage.components.studio.services.review.comments import comment
from jumelage.components.studio.services.tasks import change_task
from jumelage.components.studio.services.time import spend_time
from jumelage.components.studio.services.versions import publish_version
from jumelage.components.studio.together.kind import Review
from jumelage.directory.models import Account, Person
from jumelage.node.uploads import studio as uploads
from tests.components.studio.house.conftest import As
from tests.components.studio.house.test_matrix import MISSING
from tests.components.studio.house.vendors import Yard, yard
from tests.components.studio.kitsu.answers.asking import BOUNDARY, Client, part, signed_in
from tests.factories import directory, studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON, arrive

pytestmark = pytest.mark.promise("P13")


@pytest.fixture(autouse=True)
def _no_attempts() -> None:
    cache.clear()


@pytest.fixture
def lent(film: Production, shown: Version, producer: Person) -> Yard:
    """Return a production with a task that is a vendor's and others that are not."""
    return yard(film, shown, producer)


@pytest.fixture
def program(lent: Yard) -> Client:
    """Return the program of the vendor."""
    return signed_in(lent.vendor)


@pytest.mark.parametrize("make", [comment, publish_version])
def test_nothing_hangs_on_a_comment_of_another_task(
    lent: Yard, producer: Person, make: Callable[..., object]
) -> None:
    about = {"reply_to": lent.said, "text": "x"} if make is comment else {"comment": lent.said}
    with pytest.raises(AnotherTaskError):
        make(task=lent.beside, by=producer, **about)


def test_an_answer_the_other_city_gives_in_another_task_stays_there(
    lent: Yard, as_: As, producer: Person, there: Peer, here: Node
) -> None:
    open_to(production=lent.film, city=Node.objects.get(origin=there.origin), by=producer)
    seat = studio.seat_there(there, lent.film, "artist")
    said = studio.comment_there(
        there, lent.beside, seat, 1, text="CANARY there", reply_to=lent.said.uri
    )
    arrive(there, here, seat, said)
    page = lent.task.get_absolute_url()
    for place, trace in ((page, "CANARY there"), (f"{page}data.json", said.uri)):
        assert trace not in as_(lent.vendor).get(place).text
    assert "CANARY there" in as_(producer).get(lent.beside.get_absolute_url()).text


def test_a_wall_ends_the_places_in_sessions_that_were_taken_before(
    lent: Yard, as_: As, producer: Person
) -> None:
    set_vendor(production=lent.film, organisation=lent.organisation, apart=False, by=producer)
    place = reverse("studio:session-ticket", kwargs={"uri": lent.session.uri})
    tickets = [
        Taken(since=0).take(as_(one).post(place).json()["ticket"])
        for one in (lent.vendor, lent.chief, producer)
    ]
    held = {ticket.bearer: ticket.role for ticket in tickets}
    assert sorted(held.values()) == ["annotator", "presenter", "presenter"]
    assert Review().roles(lent.session.uri, held) == held
    set_vendor(production=lent.film, organisation=lent.organisation, apart=True, by=producer)
    ours = tickets[2].bearer
    assert Review().roles(lent.session.uri, held) == {ours: "presenter"}
    Account.objects.filter(person=producer).update(is_active=False)
    assert Review().roles(lent.session.uri, held) == {}


def test_minutes_are_those_of_who_asks(lent: Yard, program: Client, producer: Person) -> None:
    spend_time(task=lent.task, day=NOON.date(), minutes=77, by=producer)
    spend_time(task=lent.task, day=NOON.date(), minutes=5, by=lent.vendor)
    asked = (program, signed_in(producer))
    task = f"data/tasks/{lent.task.uuid}"
    assert [one.get(task).json["duration"] for one in asked] == [5, 82]


def test_who_else_works_on_a_task_has_no_account(
    lent: Yard, program: Client, producer: Person, here: Node
) -> None:
    both = [studio.sits(person, lent.film).uri for person in (lent.vendor, producer)]
    change_task(task=lent.task, changes={"assignees": both}, by=producer)
    accounts = [person_id(person.pk, here.origin) for person in (lent.vendor, producer)]
    found = [len(program.get(f"data/persons/{each}/tasks").json) for each in accounts]
    assert found == [1, 0]


def test_a_row_read_before_the_wall_does_not_take_it_down(
    film: Production, producer: Person
) -> None:
    before, organisation = Production.objects.get(pk=film.pk), directory.organisation()
    set_vendor(production=film, organisation=organisation, apart=True, by=producer)
    change_or_ask(row=before, changes={"description": "x"}, by=producer)
    assert Production.objects.get(pk=film.pk).vendors == [organisation.uri]


def test_clients_do_not_read_what_a_vendor_answers(lent: Yard, as_: As, producer: Person) -> None:
    reply = f"/en/studio/comments/{lent.said.uri}/reply/"
    assert as_(lent.vendor).post(reply, {"text": "Between us."}).status_code == 302
    ours = comment(task=lent.task, text="For you.", reply_to=lent.said, by=producer)
    told = Shown(lent.film.uri).told(lent.task.uri)
    assert told == {lent.said.uri, ours.uri}


def test_an_upload_answers_with_no_comment_that_is_hidden(lent: Yard, program: Client) -> None:
    made = publish_version(task=lent.task, by=lent.vendor, name="a.png")
    Version.objects.filter(pk=made.pk).update(comment=lent.secret.uri)
    got = program.upload(f"pictures/preview-files/{made.uuid}", part("file", b"abc", "a.txt"))
    assert (got.status, got.json["comments"]) == (201, [])


def test_a_vendor_puts_no_file_into_the_versions_of_others(
    lent: Yard, program: Client, producer: Person
) -> None:
    change_production(production=lent.film, changes={"data": {"member_quota": 1}}, by=producer)
    Attachment.objects.create(
        comment=lent.secret, uuid=uuid4(), name="s.svg", size=987_000_000, file="0" * 64
    )
    body = part("file", b"abc", "a.txt") + f"--{BOUNDARY}--\r\n".encode()
    kind, announced = f"multipart/form-data; boundary={BOUNDARY}", {"content-length": "50000000"}
    place = f"pictures/preview-files/{lent.version.uuid}"
    got = program.ask("POST", place, body, kind=kind, **announced)
    assert (got.status, b"987" in got.body) == (403, False)
    assert not Preparation.objects.filter(version=lent.version).exists()


def test_the_size_of_a_body_tells_a_vendor_of_no_task(lent: Yard, producer: Person) -> None:
    change_production(production=lent.film, changes={"data": {"member_quota": 1}}, by=producer)
    for task in (lent.beside.uri, MISSING["uri"]):
        uploads._demand_room(lent.vendor.user_id, task, 2 * 10**9)
    with pytest.raises(Exception, match="are taken"):
        uploads._demand_room(lent.vendor.user_id, lent.task.uri, 2 * 10**9)


def test_a_program_lists_and_searches_within_the_production(lent: Yard, program: Client) -> None:
    film, shot = str(lent.film.uuid), str(lent.task.entity.uuid)
    assert [row["id"] for row in program.get(f"data/projects/{film}/shots").json] == [shot]
    [task] = program.get(f"data/projects/{film}/tasks").json
    assert task["id"] == str(lent.task.uuid)
    assert program.get(f"data/projects/{film}/assets").json == []
    found = program.post("data/search", {"query": "sh", "project_id": film}).json
    assert [row["id"] for row in found["shots"]] == [shot]


def test_deliveries_of_the_studio_are_named_to_who_looks_after_the_line_alone(
    lent: Yard, producer: Person, as_: As, there: Peer
) -> None:
    open_kind(kind=DeliveryOffered.kind, audience="twin", article="annex", instrument="test")
    open_to(production=lent.film, city=Node.objects.get(origin=there.origin), by=producer)
    share_original(version=Version.objects.get(pk=lent.hidden.pk), by=producer)
    listed = reverse("shell:line:deliveries-data")
    ours = as_(producer).get(listed)
    [delivery] = {each["uri"] for each in ours.json()["deliveries"] if "CANARY" in each["title"]}
    page = reverse("shell:line:delivery", args=[delivery.rpartition(":")[2]])
    assert as_(producer).get(page).status_code == 200
    for person in (
        lent.vendor,
        directory.person("observer"),
        studio.member(lent.film, "artist", producer),
    ):
        browser = as_(person)
        for place in (listed, reverse("shell:line:deliveries")):
            assert "CANARY" not in browser.get(place).text
        assert browser.get(page).status_code == 404
