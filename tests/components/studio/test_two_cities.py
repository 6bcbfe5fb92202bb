"""Both cities say their part of one production: what follows is the same in any order."""

from itertools import permutations

import pytest
from django.db import transaction

from jumelage.bridge.api import me
from jumelage.bridge.models import Entry, Node
from jumelage.components.studio import errors
from jumelage.components.studio.models import (
    ChangeAnswer,
    ChangeRequest,
    Comment,
    Entity,
    Production,
    Seat,
    Task,
    TaskState,
)
from jumelage.components.studio.records import (
    RECORDS,
    ChangeAnswered,
    ChangeRequested,
    EntityPlanned,
    ProductionOpened,
)
from jumelage.components.studio.services import entities, productions, requests, seats
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.uris import Uri
from tests.factories import directory, studio
from tests.factories.bridge import Peer

STATE = ("status", "decision", "comments", "retakes", "last_comment", "changed_by")


def feeds_of(kind: str = "studio.") -> dict[str, set[str]]:
    """Return the feeds that hold a record live, by URI."""
    last = {}
    for entry in Entry.objects.filter(kind__startswith=kind).order_by("pk"):
        last[entry.uri, entry.feed.name] = entry.op
    found: dict[str, set[str]] = {}
    for (uri, feed), op in last.items():
        found.setdefault(uri, set())
        if op == "put":
            found[uri].add(feed)
    return found


def test_opening_a_production_moves_all_of_it(
    film: Production, task: Task, there: Peer, producer: Person
) -> None:
    said = comments.comment(task=task, by=producer, text="Go", status="wip")
    assert set(map(frozenset, feeds_of().values())) == {frozenset({"home"})}

    productions.open_to(production=film, city=Node.objects.get(origin=there.origin), by=producer)

    assert set(map(frozenset, feeds_of().values())) == {frozenset({f"twin:{there.origin}"})}
    assert Production.objects.get().opened_to == there.origin
    assert Comment.objects.live().get().uri == said.uri
    assert TaskState.objects.get(task=task).status == "wip"


def test_what_is_said_later_goes_to_the_twin(
    joint: Production, task: Task, there: Peer, producer: Person
) -> None:
    said = comments.comment(task=task, by=producer, text="Go")

    assert feeds_of()[said.uri] == {f"twin:{there.origin}"}


def test_production_is_opened_once(joint: Production, there: Peer, producer: Person) -> None:
    with pytest.raises(errors.AlreadyOpenedError):
        productions.open_to(
            production=joint, city=Node.objects.get(origin=there.origin), by=producer
        )


def test_nothing_of_a_home_production_is_in_a_feed_anybody_reads(
    film: Production, task: Task, there: Peer, producer: Person
) -> None:
    comments.comment(task=task, by=producer, text="Only for us")
    served = Entry.objects.exclude(feed__name="home").filter(kind__startswith="studio.")

    assert served.count() == 0


def test_comments_of_both_cities_fold_alike_in_any_order(
    here: Node, joint: Production, task: Task, there: Peer, producer: Person
) -> None:
    seat = studio.seat_there(there, joint)
    studio.arrive(there, here, seat)
    with clock.fixed(studio.NOON):
        comments.comment(task=task, by=producer, status="wfa", text="Please look")
    told = [
        studio.comment_there(there, task, seat, -5, status="retake", decision="retake"),
        studio.comment_there(there, task, seat, 5, status="done", decision="approved"),
        studio.comment_there(there, task, seat, 6, text="Lovely"),
    ]
    found = set()
    for order in permutations(told):
        with transaction.atomic():
            for record in order:
                record.apply(directory.provenance(record.uri))
            found.add(TaskState.objects.values_list(*STATE).get(task=task))
            transaction.set_rollback(True)

    assert found == {("done", "approved", 4, 1, told[2].uri, seat.uri)}


def test_withdrawal_there_gives_the_earlier_status_back(
    here: Node, joint: Production, task: Task, there: Peer, producer: Person
) -> None:
    seat = studio.seat_there(there, joint)
    with clock.fixed(studio.NOON):
        comments.comment(task=task, by=producer, status="wip")
    retake = studio.comment_there(there, task, seat, 5, status="retake", decision="retake")
    studio.arrive(there, here, seat, retake)
    assert TaskState.objects.get(task=task).status == "retake"

    studio.take_back_there(there, here, retake)

    assert TaskState.objects.get(task=task).status == "wip"


def test_answer_comes_after_what_it_answers_however_clocks_differ(
    here: Node, joint: Production, task: Task, there: Peer, producer: Person
) -> None:
    seat = studio.seat_there(there, joint)
    fast = studio.comment_there(there, task, seat, 30, status="retake", decision="retake")
    studio.arrive(there, here, seat, fast)

    with clock.fixed(studio.NOON):
        comments.comment(task=task, by=producer, status="done")

    assert TaskState.objects.get(task=task).status == "done"


def theirs(there: Peer, of: Production) -> EntityPlanned:
    """Return a shot the other city planned."""
    return EntityPlanned(
        uri=there.uri(), created_at=studio.NOON, production=of.uri, type="shot", name="sh0900"
    )


def test_shot_of_the_other_city_is_asked_for_not_changed(
    here: Node, joint: Production, there: Peer, producer: Person
) -> None:
    planned = theirs(there, joint)
    studio.arrive(there, here, planned)
    shot = Entity.objects.get(uri=planned.uri)

    asked = requests.change_or_ask(row=shot, changes={"frames": 60}, reason="Longer", by=producer)

    assert isinstance(asked, ChangeRequest)
    assert feeds_of("studio.change")[asked.uri] == {f"twin:{there.origin}"}
    assert Entity.objects.get(uri=shot.uri).frames is None
    with pytest.raises(errors.NotChangeableError):
        requests.ask(row=shot, changes={"frames": "long"}, by=producer)


def asks(there: Peer, of: Production, seat: str, target: str, **changes: object) -> ChangeRequested:
    """Return a request of the other city."""
    return ChangeRequested(
        uri=there.uri(),
        created_at=studio.NOON,
        production=of.uri,
        seat=seat,
        target=target,
        changes=changes,  # type: ignore[arg-type]  # plain values
    )


def test_trusted_role_is_answered_at_once_and_the_record_changes(
    here: Node, joint: Production, shot: Entity, there: Peer
) -> None:
    seat = studio.seat_there(there, joint, "supervisor")
    request = asks(there, joint, seat.uri, shot.uri, frames=72)
    studio.arrive(there, here, seat, request)

    assert requests.answer_trusted() == 1
    assert requests.answer_trusted() == 0

    shot.refresh_from_db()
    answer = ChangeAnswer.objects.get()
    assert (shot.frames, shot.rev) == (72, 2)
    assert (answer.accepted, answer.reason, answer.origin) == (True, "trusted", here.origin)


def test_what_cannot_be_done_is_refused_by_the_node(
    here: Node, joint: Production, shot: Entity, there: Peer
) -> None:
    seat = studio.seat_there(there, joint, "supervisor")
    studio.arrive(there, here, seat, asks(there, joint, seat.uri, shot.uri, origin="x"))

    requests.answer_trusted()

    assert ChangeAnswer.objects.values_list("accepted", "reason").get() == (False, "impossible")


def test_other_roles_wait_for_a_person(
    here: Node, joint: Production, shot: Entity, there: Peer, producer: Person
) -> None:
    seat = studio.seat_there(there, joint, "student")
    request = asks(there, joint, seat.uri, shot.uri, description="A storm")
    studio.arrive(there, here, seat, request)
    assert requests.answer_trusted() == 0

    waiting = ChangeRequest.objects.get(uri=request.uri)
    requests.answer(request=waiting, accepted=True, by=producer, note="Good idea")

    shot.refresh_from_db()
    assert shot.description == "A storm"
    with pytest.raises(errors.AlreadyAnsweredError):
        requests.answer(request=waiting, accepted=False, by=producer)


@pytest.mark.parametrize("case", ["stranger's seat", "other production", "ended seat"])
def test_trust_is_not_lent(
    joint: Production, shot: Entity, there: Peer, producer: Person, case: str
) -> None:
    here, other = me(), studio.production(producer)
    seat = studio.seat_there(there, other if case == "stranger's seat" else joint)
    about = other if case == "other production" else joint
    studio.arrive(there, here, seat, asks(there, about, seat.uri, shot.uri, frames=1))
    if case == "ended seat":
        studio.take_back_there(there, here, seat)

    requests.answer_trusted()

    shot.refresh_from_db()
    assert shot.frames == 48


def opened_there(there: Peer, here: Node) -> ProductionOpened:
    """Return a production the other city opens to this one."""
    return ProductionOpened(
        uri=there.uri(),
        created_at=studio.NOON,
        name="Bay",
        type="short-film",
        opened_to=here.origin,
    )


def test_officer_names_the_first_coordinator_of_a_production_of_the_other_city(
    here: Node, there: Peer, producer: Person
) -> None:
    opened = opened_there(there, here)
    studio.arrive(there, here, opened)
    bay, somebody = Production.objects.get(uri=opened.uri), directory.person()

    seats.name_coordinator(production=bay, person=somebody, by=producer)
    entities.plan_entity(
        production=bay, plan=entities.Plan(type="sequence", name="sq010"), by=somebody
    )

    assert set(map(frozenset, feeds_of().values())) == {
        frozenset({f"twin:{there.origin}"})
        if Uri.parse(uri).origin == here.origin
        else frozenset({f"twin:{here.origin}"})
        for uri in feeds_of()
    }
    assert Seat.objects.get().origin == here.origin


def test_answers_of_the_other_city_close_a_request(
    here: Node, joint: Production, there: Peer, producer: Person
) -> None:
    planned = theirs(there, joint)
    studio.arrive(there, here, planned)
    shot = Entity.objects.get(uri=planned.uri)
    asked = requests.ask(row=shot, changes={"frames": 60}, by=producer)

    studio.arrive(
        there,
        here,
        ChangeAnswered(
            uri=there.uri(),
            created_at=studio.NOON,
            production=joint.uri,
            request=asked.uri,
            accepted=False,
            reason="decided",
        ),
    )

    assert asked.answers.get().accepted is False


def test_only_counts_are_public() -> None:
    audiences = {record.kind: tuple(record.audiences) for record in RECORDS}

    assert {kind for kind, named in audiences.items() if named != ("twin",)} <= {
        "studio.usage-stated",
        "studio.session-held",
    }
