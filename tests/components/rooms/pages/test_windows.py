"""Windows and their screens: who may open one, what a link opens and what it does not."""

import json
from datetime import datetime, timedelta
from http.cookies import Morsel

import pytest
from django.test import Client
from django.urls import reverse

from jumelage.bridge.api import Node
from jumelage.bridge.live.tickets import Taken
from jumelage.components.rooms.errors import ScreensOnlyError, WindowQuietError
from jumelage.components.rooms.models import Interruption, OpenDay, Screen, Session, Window
from jumelage.components.rooms.records import WindowOpened
from jumelage.components.rooms.selectors.windows import Pane, pane
from jumelage.components.rooms.services.screens import make_screen, revoke_screen, state_days
from jumelage.components.rooms.windows.session import WindowSession
from jumelage.directory.calendars.records import Hours
from jumelage.directory.models import Person, Resource
from jumelage.kit import clock
from jumelage.kit.errors import NotAllowedError
from jumelage.kit.live import Participant
from tests.contracts.addresses import OURS, THEIRS
from tests.factories import rooms as make
from tests.factories.bridge import Peer

NIGHT = tuple(Hours(day=day, opens="20:00", closes="24:00") for day in range(7))


@pytest.fixture
def window(officer: Person, room: Resource, twin_room: Resource, as_officer: Client) -> Window:
    """Return the window this city opens."""
    address = reverse("rooms:window-open", args=[room.uri])
    told = {"twin_room": twin_room.uri, "quiet_0": "20:00–24:00"}
    assert as_officer.post(address, told).status_code == 302
    return Window.objects.get()


@pytest.fixture
def both(window: Window, there: Peer, room: Resource, twin_room: Resource) -> Pane:
    """Return the window once the other city has opened it too."""
    said = WindowOpened(
        uri=there.uri(),
        created_at=make.NOON,
        rooms=(twin_room.uri, room.uri),
        quiet=NIGHT,
        answers=window.uri,
    )
    make.arrive(there, said)
    found = pane(window.uri)
    assert found
    return found


@pytest.fixture
def kiosk(both: Pane, officer: Person) -> tuple[Client, str, Screen]:
    """Return a browser that opened a screen's link, the link's secret, and the screen."""
    screen, secret = make_screen(pane=both, name="hall", by=officer)
    client = Client()
    assert client.get(reverse("rooms:screen-enter", args=[secret])).status_code == 302
    return client, secret, screen


def cookie(client: Client) -> "Morsel[str]":
    [found] = [each for name, each in client.cookies.items() if name.endswith("screen")]
    return found


def beat(client: Client, **told: object) -> dict[str, object]:
    answer = client.post(
        reverse("rooms:screen-beat"), json.dumps(told), content_type="application/json"
    )
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def test_a_window_waits_for_the_other_city(window: Window, as_member: Client) -> None:
    page = as_member.get(reverse("rooms:windows")).content.decode()

    assert "the other city is asked" in page
    assert WindowSession().facts(window.uri) is None


def test_the_other_citys_window_is_answered(
    there: Peer, room: Resource, twin_room: Resource, as_officer: Client, as_member: Client
) -> None:
    uri = there.uri()
    make.arrive(there, WindowOpened(uri=uri, created_at=make.NOON, rooms=(twin_room.uri, room.uri)))
    address = reverse("rooms:window-answer", args=[uri])

    assert as_member.get(address).status_code == 404
    assert as_officer.get(address).status_code == 200
    assert as_officer.post(address, {"quiet_5": "0:00–24:00"}).status_code == 302

    found = pane(uri)
    assert found is not None
    assert found.second is not None
    assert found.second.quiet == [{"day": 5, "opens": "00:00", "closes": "24:00"}]


def test_quiet_hours_that_cannot_be_read_are_refused(window: Window, as_officer: Client) -> None:
    address = reverse("rooms:window-quiet", args=[window.uri])

    page = as_officer.post(address, {"quiet_0": "late"})

    assert page.status_code == 200
    assert "is not written like" in page.content.decode()
    window.refresh_from_db()
    assert window.quiet == [{"day": 0, "opens": "20:00", "closes": "24:00"}]


def test_quiet_hours_are_asked_on_the_city_s_clocks_and_saved(
    window: Window, as_officer: Client
) -> None:
    page = as_officer.get(reverse("rooms:window-quiet", args=[window.uri])).content.decode()

    assert '<button class="button">Save</button>' in page
    assert "On the clocks of Port Demo" in " ".join(page.split())


def test_closing_is_asked_once_and_closes_for_both(both: Pane, as_officer: Client) -> None:
    address = reverse("rooms:window-close", args=[both.first.uri])

    assert as_officer.get(address).status_code == 200
    assert pane(both.first.uri) is not None
    assert as_officer.post(address).status_code == 302
    assert pane(both.first.uri) is None


def test_a_link_is_shown_once_and_kept_as_a_digest(
    both: Pane, as_officer: Client, as_member: Client
) -> None:
    address = reverse("rooms:screen-make", args=[both.first.uri])

    assert as_member.post(address, {"name": "hall"}).status_code == 404
    page = as_officer.post(address, {"name": " hall,  ground floor "}).content.decode()

    screen = Screen.objects.get()
    link = page.partition("data-link>")[2].partition("<")[0]
    secret = link.rstrip("/").rpartition("/")[2]
    assert screen.name == "hall, ground floor"
    assert len(secret) >= 43
    assert secret not in str(list(Screen.objects.values()))
    again = as_officer.get(reverse("rooms:window", args=[both.first.uri])).content.decode()
    assert secret not in again


def test_a_screen_needs_a_name(both: Pane, as_officer: Client) -> None:
    as_officer.post(reverse("rooms:screen-make", args=[both.first.uri]), {"name": "  "})

    assert not Screen.objects.exists()


def test_opening_the_link_makes_the_browser_the_screen(
    kiosk: tuple[Client, str, Screen],
) -> None:
    client, secret, _ = kiosk

    page = client.get(reverse("rooms:screen"))

    assert page.status_code == 200
    assert secret not in page.content.decode()
    assert "camera=(self), microphone=(self)" in page["Permissions-Policy"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert cookie(client)["httponly"] is True
    assert cookie(client)["samesite"] == "Lax"


def test_the_place_of_a_screen_ends_with_its_cookie(kiosk: tuple[Client, str, Screen]) -> None:
    client, secret, screen = kiosk

    def held() -> tuple[str, str]:
        given = Taken(since=0).take(client.post(reverse("rooms:screen-ticket")).json()["ticket"])
        return given.bearer, given.role

    first, role = held()
    assert WindowSession().roles(screen.window, {first}) == {first: role}
    client.get(reverse("rooms:screen-enter", args=[secret]))
    second, _ = held()
    assert WindowSession().roles(screen.window, {first, second}) == {second: role}
    revoke_screen(screen=screen, pane=pane(screen.window), by=_officer())  # type: ignore[arg-type]  # it is there
    assert WindowSession().roles(screen.window, {first, second, ""}) == {}


def test_a_stolen_link_is_seen_because_the_screen_before_goes_dark(
    kiosk: tuple[Client, str, Screen],
) -> None:
    client, secret, screen = kiosk
    thief = Client()

    thief.get(reverse("rooms:screen-enter", args=[secret]))

    assert client.get(reverse("rooms:screen")).status_code == 404
    assert client.post(reverse("rooms:screen-ticket")).status_code == 404
    assert thief.get(reverse("rooms:screen")).status_code == 200
    revoke_screen(screen=screen, pane=pane(screen.window), by=_officer())  # type: ignore[arg-type]  # it is there
    assert thief.get(reverse("rooms:screen")).status_code == 404
    assert thief.post(reverse("rooms:screen-ticket")).status_code == 404
    assert thief.get(reverse("rooms:screen-enter", args=[secret])).status_code == 404


def _officer() -> Person:
    return Person.objects.filter(grants__role="officer").first()  # type: ignore[return-value]  # the fixture's


@pytest.mark.parametrize("forged", ["", "a" * 43, "' or 1=1 --", "\x00", "é" * 50])
def test_forged_cookies_open_nothing(kiosk: tuple[Client, str, Screen], forged: str) -> None:
    name = cookie(kiosk[0]).key
    client = Client()
    client.cookies[name] = forged

    assert client.get(reverse("rooms:screen")).status_code == 404


def test_the_cookie_of_a_screen_opens_no_other_page(kiosk: tuple[Client, str, Screen]) -> None:
    client, _, _ = kiosk
    nobody = Client()
    plain = [route for route in OURS if "<" not in route.path and route.path != "live/"]

    for route in plain:
        address = f"/{route.path}"
        seen, due = client.get(address), nobody.get(address)
        assert (address, seen.status_code) == (address, due.status_code)
    assert len(plain) > 40


def test_links_are_no_pages_of_people(kiosk: tuple[Client, str, Screen]) -> None:
    own = {route.path for route in THEIRS if "rooms/screen/" in route.path}

    assert own == {
        "en/rooms/screen/",
        "en/rooms/screen/enter/<str:secret>/",
        "en/rooms/screen/ticket/",
        "en/rooms/screen/beat/",
    }


def test_a_forged_post_without_token_is_refused(kiosk: tuple[Client, str, Screen]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = kiosk[0].cookies

    assert strict.post(reverse("rooms:screen-beat"), "{}", "application/json").status_code == 403


def test_revoking_is_for_officers(
    kiosk: tuple[Client, str, Screen], as_member: Client, as_officer: Client
) -> None:
    client, _, screen = kiosk
    address = reverse("rooms:screen-revoke", args=[screen.pk])

    assert as_member.post(address).status_code == 404
    assert as_officer.get(address).status_code == 405
    assert as_officer.post(address).status_code == 302

    assert client.get(reverse("rooms:screen")).status_code == 404


def test_what_the_screen_sends_is_kept_by_the_node(kiosk: tuple[Client, str, Screen]) -> None:
    client, secret, screen = kiosk

    beat(client, devices={"microphone": False, "camera": True})

    client.get(reverse("rooms:screen-enter", args=[secret]))
    page = client.get(reverse("rooms:screen")).content.decode()
    assert '"devices": {"microphone": false, "camera": true}' in page
    screen.refresh_from_db()
    assert (screen.microphone, screen.camera) == (False, True)


def test_time_open_is_counted_but_never_faster_than_it_passes(
    kiosk: tuple[Client, str, Screen],
) -> None:
    client, _, _ = kiosk
    begun = clock.now()
    with clock.fixed(begun):
        beat(client, open=0)
    with clock.fixed(begun + timedelta(seconds=10)):
        beat(client, open=10)
    with clock.fixed(begun + timedelta(seconds=20)):
        beat(client, open=86_400)

    assert OpenDay.objects.get().seconds == pytest.approx(35)


def test_interruptions_are_noted_once_with_their_cause(
    kiosk: tuple[Client, str, Screen],
) -> None:
    client, _, _ = kiosk
    now = clock.now()
    told = {
        "began": (now - timedelta(seconds=30)).isoformat(),
        "ended": (now - timedelta(seconds=18)).isoformat(),
        "cause": "line",
    }
    beat(client, interruptions=[told])
    beat(client, interruptions=[told, {**told, "cause": "aliens"}, {"began": 3}, None, {
        **told, "began": (now + timedelta(days=9)).isoformat()}])  # fmt: skip

    [row] = Interruption.objects.all()
    assert (row.cause, row.lasted) == ("line", timedelta(seconds=12))


def test_a_screen_that_was_off_is_noted_by_its_node(kiosk: tuple[Client, str, Screen]) -> None:
    client, _, _ = kiosk
    begun = clock.now()
    with clock.fixed(begun):
        beat(client)
    with clock.fixed(begun + timedelta(minutes=5)):
        beat(client)
    with clock.fixed(begun + timedelta(minutes=5, seconds=15)):
        beat(client)

    [row] = Interruption.objects.all()
    assert (row.cause, row.lasted) == ("screen", timedelta(minutes=5))


@pytest.mark.parametrize("body", ["", "[", "[]", "3", '{"open": "much", "devices": 3}', "é" * 9999])
def test_beats_that_cannot_be_read_still_say_that_it_lives(
    kiosk: tuple[Client, str, Screen], body: str
) -> None:
    client, _, screen = kiosk

    answer = client.post(reverse("rooms:screen-beat"), body, content_type="application/json")

    assert answer.status_code == 200
    screen.refresh_from_db()
    assert screen.seen_at is not None


def test_hours_open_are_stated_each_day_and_once(
    kiosk: tuple[Client, str, Screen], here: Node
) -> None:
    client, _, _ = kiosk
    begun = clock.now()
    for minute in range(121):
        with clock.fixed(begun + timedelta(minutes=minute)):
            beat(client, open=60)
    with clock.fixed(begun + timedelta(minutes=120)):
        assert (state_days(), state_days()) == (1, 0)

    [said] = Session.objects.all()
    assert (said.origin, said.is_window, said.minutes) == (here.origin, True, 120)
    assert (said.interruptions, said.attendance) == (0, {})


def test_the_page_tells_of_hours_screens_and_interruptions(
    kiosk: tuple[Client, str, Screen], as_officer: Client, both: Pane
) -> None:
    begun = clock.now()
    for seconds in (0, 400, 410):
        with clock.fixed(begun + timedelta(seconds=seconds)):
            beat(kiosk[0], open=400)

    page = as_officer.get(reverse("rooms:window", args=[both.first.uri])).content.decode()

    assert "this screen was off" in page
    assert "0.1 h" in page
    assert "Take the link back" in page


def of_window(found: Pane, role: str = "kiosk", at: datetime = make.NOON) -> Participant:
    kind = WindowSession()
    facts = kind.facts(found.first.uri)
    assert facts
    by = Participant(id="one", person="p", city=found.first.origin, role=role, label="hall")
    return kind.admit(kind.begin(facts), (), by, facts, at)


def test_only_screens_come_into_a_window(both: Pane) -> None:
    assert of_window(both).role == "kiosk"
    for role in ("host", "member", "waiting", ""):
        with pytest.raises(ScreensOnlyError):
            of_window(both, role)


def test_nobody_is_let_in_while_either_room_is_quiet(both: Pane) -> None:
    monday_night = make.NOON + timedelta(days=1, hours=7, minutes=30)  # 20:30 in Paris

    with pytest.raises(WindowQuietError):
        of_window(both, at=monday_night)
    with pytest.raises(WindowQuietError):
        of_window(both, at=make.NOON + timedelta(hours=17))  # 21:00 of Sunday over there


def test_screens_say_nothing_that_is_kept(both: Pane) -> None:
    kind = WindowSession()

    assert not kind.shared
    assert set(kind.hosted) == {"carried"}
    assert not kind.notes


def test_links_are_made_by_those_who_run_the_window(both: Pane, member: Person) -> None:
    with pytest.raises(NotAllowedError):
        make_screen(pane=both, name="hall", by=member)
