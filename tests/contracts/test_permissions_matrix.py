"""P13: every address x every role x every state of what it names x every method.

What somebody may not see answers with the same bytes as what does not exist, a refused request
writes nothing, nobody changes a record of the other city, and what is private is shown to
nobody but its readers. A route this module cannot fill fails: give it a kind or a word below.
"""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.identity import genesis
from jumelage.directory.models import Grant
from jumelage.kit import clock
from jumelage.kit.rows import SharedRow
from tests.contracts import world as a
from tests.contracts.addresses import ENDLESS, NAMED, Route
from tests.contracts.addresses import OURS as EVERY
from tests.contracts.test_permissions import (
    ALL,
    CITIZEN,
    MEMBERS,
    OFFICE,
    OFFICER,
    OWNERS,
    ROLES,
    STRANGER,
    TABLE,
)
from tests.factories import directory
from tests.factories.bridge import Peer, demo_city

pytestmark = pytest.mark.promise("P13")

OURS = [route for route in EVERY if not route.path.startswith(("en/studio/", "en/rooms/"))]
"""Productions and bookings have people of their own: see tests/components/studio/house/test_matrix
and tests/components/rooms/pages/test_matrix."""

EDITOR = frozenset({"organisation-editor"})
COORDINATOR = frozenset({"coordinator"})
NOBODY: frozenset[str] = frozenset()

KINDS = {
    # the beginning of an address: what its last word names
    "directory/organisations/<slug:slug>": "organisation",
    "directory/organisations/<slug:slug>/change/<slug:number>": "change",
    "directory/people/<int:pk>": "person",
    "directory/people/roles/<int:pk>": "grant",
    "bridge/pairings/<int:pk>": "pairing",
    "bridge/passages/entries/<int:pk>": "entry",
    "bridge/deliveries/<slug:delivery>": "delivery",
    "bridge/deliveries/limits/<int:pk>": "limit",
    "agreement/evidence/<str:uri>": "evidence",
    "agreement/indicators/<str:uri>": "indicator",
    "agreement/requests/<str:uri>": "request",
    "agreement/meetings/<str:uri>": "meeting",
    "agreement/renewals/<int:pk>": "renewal",
    "agreement/renewals/<int:pk>/lines/<int:position>": "line",
    "agreement/renew/<slug:slug>": "partnership",
    "agreement/call/<slug:slug>": "partnership",
    "agreement/report/<str:uri>": "report",
    "agreement/<slug:partnership>": "partnership",
    "agreement/<slug:partnership>/text/<slug:slug>": "text",
    "agreement/<slug:of>": "partnership",
    "agreement/<slug:of>/texts/<slug:slug>": "text",
    "agreement/<slug:of>/commitments/<str:slug>": "commitment",
    "practices/drafts/<int:pk>": "draft",
    "practices/adoptions/<str:uri>": "adoption",
    "practices/said/<str:uri>": "practice",
    "practices/<str:uri>": "practice",
}
_ZERO = dict.fromkeys(("position", "number"), "0")
SETTLED = {"year": "2026", "form": "csv", "name": "activity.csv", "language": "en", **_ZERO}
"""Words of addresses that name no record."""

PRACTICES = {
    # verb: who may at all, who else may when their role is for the thing
    "practices.write-draft": (MEMBERS, NOBODY),
    "practices.change-draft": (ALL - {CITIZEN}, NOBODY),
    "practices.revise-practice": (OFFICER, EDITOR),
    "practices.comment-on-practice": (MEMBERS, NOBODY),
    "practices.adopt-practice": (OFFICER | EDITOR, NOBODY),
    "practices.report-result": (OFFICER, EDITOR),
    "practices.withdraw": (OFFICER, EDITOR),
}
LIVING = frozenset({a.OWN, a.ELSEWHERE, a.FOREIGN})
OURS_ONLY = frozenset({a.OWN, a.ELSEWHERE})
REACH = {
    # verb or end of an address: the states in which there is something to see or do
    "public": LIVING,
    "agreement.": LIVING,
    "agreement.withdraw-signature": {a.OWN},
    "bridge.": OURS_ONLY,
    "directory.": OURS_ONLY,
    "directory.see-people": {a.OWN},
    "practices.change-draft": {a.OWN},
    "practices.revise-practice": OURS_ONLY,
    "practices.comment-on-practice": LIVING,
    "practices.adopt-practice": {a.FOREIGN},
    "practices.report-result": OURS_ONLY,
    "practices.withdraw": OURS_ONLY,
    "<slug:number>/withdraw/": {a.OWN},
    "pairings/<int:pk>/leave/": {a.ELSEWHERE},
    "deliveries/<slug:delivery>/refuse/": {a.ELSEWHERE},
    "deliveries/<slug:delivery>/cancel/": {a.OWN},
    # What is being gathered, files that came and their release: tests/shell/test_freight_{uploads,pages}.py.
    "deliveries/<slug:delivery>/release/": NOBODY,
    "deliveries/<slug:delivery>/piece/": NOBODY,
    "deliveries/<slug:delivery>/leave-out/": NOBODY,
    "deliveries/<slug:delivery>/send/": NOBODY,
    "deliveries/<slug:delivery>/files/<int:number>/": NOBODY,
}
KEPT = {"evidence", "organisation", "practice"}
"""Kinds whose public pages stay when the record is withdrawn: struck through, nothing hidden."""
DONE_TO_KEPT = {"public", "agreement.", "practices.comment-on-practice"}
MAY_SAY_NO = ("/invitation.json", "/reply.json", "/qr.svg", "/readyz")
"""Files that a thing one may see has in some of its states only; a node that is not ready."""

READERS = {
    # what is private, planted once: who may read it anywhere
    a.PERSON_CANARY: OFFICE,
    a.MAIL_CANARY: OFFICE,
    a.DRAFT_CANARY: NOBODY,
    a.RENEWAL_CANARY: MEMBERS | {"observer"},
    a.REFUSAL_CANARY: OFFICE,
    a.FILE_CANARY: OFFICER | OWNERS | COORDINATOR,
    a.FILE_NAME_CANARY: NOBODY,
}
INLINE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=|href=.javascript:"
)
"""What the policy of pages forbids, and what injected markup would need."""
REFUSED_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def kind_of(route: Route) -> tuple[str, ...]:
    """Return the kinds the address names, in order."""
    path = route.path.removeprefix("en/")
    ends = [match.end() for match in NAMED.finditer(path)]
    return tuple(KINDS.get(path[:end], "") for end in ends)


def addresses(route: Route, world: a.World) -> dict[str, tuple[str, str]]:
    """Return `(address, word)` by the state of the last record the address names."""
    kinds = [kind for kind in kind_of(route) if kind]
    words = world.words[kinds[-1]] if kinds else {a.OWN: "", a.MISSING: ""}
    return {state: (_filled(route, world, word), word) for state, word in words.items()}


def _filled(route: Route, world: a.World, word: str) -> str:
    kinds = kind_of(route)
    last = max((at for at, kind in enumerate(kinds) if kind), default=-1)
    chosen = [
        word if at == last else world.words[kind][a.OWN] if kind else ""
        for at, kind in enumerate(kinds)
    ]
    words = iter(chosen)
    return "/" + NAMED.sub(lambda match: next(words) or SETTLED[match[2]], route.path)


def may_see(route: Route, role: str, state: str) -> bool:
    """Tell what the tables say of *role* and a thing in *state*."""
    kinds = [kind for kind in kind_of(route) if kind]
    verb, kept = route.verb, bool(kinds) and kinds[-1] in KEPT
    reach = next(
        (set(REACH[key]) for key in _keys(route) if key in REACH), {a.OWN, a.ELSEWHERE, a.FOREIGN}
    )
    if kept and any(key in DONE_TO_KEPT for key in _keys(route)):
        reach.add(a.WITHDRAWN)
    if kinds and state not in reach:
        return False
    if verb == "public":
        return True
    anyhow, for_the_thing = {**TABLE, **PRACTICES}[verb]
    if role in anyhow or not kinds:
        return role in anyhow
    of_others = {a.ELSEWHERE} | ({a.FOREIGN} if kinds[-1] == "commitment" else set())
    return role in for_the_thing and (role not in Grant.SCOPED or state not in of_others)


def _keys(route: Route) -> list[str]:
    """Return where to look in `REACH`, the most particular first."""
    ends = [key for key in REACH if route.path.endswith(key)]
    return [*ends, route.verb, f"{route.verb.partition('.')[0]}."]


@pytest.fixture
def peer(db: None, tmp_path: Path, settings: Settings) -> Iterator[Peer]:
    """Return the other city, paired with this node, at noon."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    cache.clear()
    with clock.fixed(a.NOON):
        genesis.initialise(city=demo_city("paris"), url="http://127.0.0.1:9121")
        found = Peer(slug="san-francisco")
        found.introduce()
        yield found


@pytest.fixture
def world(peer: Peer) -> a.World:
    """Return a node with one of everything."""
    made = a.build(peer)
    made.foreign_rows = _foreign_rows(peer.origin)
    return made


def _client(role: str, world: a.World) -> Client:
    client, person = Client(raise_request_exception=False), None
    if role != CITIZEN:
        scope = world.scopes.get(role, "") if role in Grant.SCOPED else ""
        person = directory.stranger() if role == STRANGER else directory.person(role, scope=scope)
        person.grants.exclude(role=role).delete()
        person.user.set_password("a long enough sentence")
        person.user.save()
        client.force_login(person.user)
    a.drafts_of(world, person)
    return client


@contextmanager
def _undone() -> Iterator[list[str]]:
    """Undo what is written inside; yield the statements that write, sessions excepted."""
    written: list[str] = []

    def watch(execute: Any, sql: Any, *rest: Any) -> Any:  # noqa: ANN401  # Django's own
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", str(sql)) and "django_session" not in str(sql):
            written.append(str(sql))
        return execute(sql, *rest)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield written
        transaction.set_rollback(True)


def _foreign_rows(origin: str) -> dict[str, list[Any]]:
    """Return every row of the other city."""
    shared = [model for model in apps.get_models() if issubclass(model, SharedRow)]
    return {
        model.__name__: list(model._base_manager.filter(origin=origin).order_by("pk").values())
        for model in shared
    }


Answer = tuple[int, tuple[tuple[str, str], ...], bytes]


def _plain(answer: HttpResponseBase, word: str) -> Answer:
    """Return *answer* without what the asker said and the form token, which is new each time."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", _body(answer))
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()))
    for said in {quote(word), quote(word, safe=""), word} - {""}:
        here = re.compile(rf"(/|%2F){re.escape(said)}(?=[/.]|%2F)")
        body = re.sub(here.pattern.encode(), rb"\1WORD", body)
        headers = here.sub(r"\1WORD", headers)
    told = tuple(
        (line.partition(": ")[0], line.partition(": ")[2])
        for line in headers.split("\n")
        if not line.startswith(("Content-Length", "Set-Cookie", "X-Request-Id"))
    )
    return answer.status_code, told, body


def _body(answer: Any) -> bytes:  # noqa: ANN401  # a response of the test client
    if answer.streaming:
        return b"" if answer.is_async else b"".join(answer.streaming_content)
    return bytes(answer.content)


def test_every_route_can_be_filled() -> None:
    unknown = [
        route.path
        for route in OURS
        for match, kind in zip(NAMED.finditer(route.path), kind_of(route), strict=True)
        if not kind and match[2] not in SETTLED
    ]
    assert unknown == []


def test_every_kind_is_met_on_the_way(world: a.World) -> None:
    a.drafts_of(world, None)
    assert {kind for route in OURS for kind in kind_of(route)} - {""} == set(world.words)


@pytest.mark.parametrize("role", ROLES)
def test_what_one_may_not_see_answers_like_what_does_not_exist(world: a.World, role: str) -> None:
    client = _client(role, world)
    faults = [*_tried("GET", client, world, role), *_tried("POST", client, world, role)]
    assert not faults, "\n".join(faults)


def _tried(method: str, client: Client, world: a.World, role: str) -> list[str]:
    """Ask every address of everything, and return what is wrong with the answers."""
    faults: list[str] = []
    signed_in = copy.copy(client.cookies)
    for route in OURS:
        closed: dict[str, Answer] = {}
        for state, (address, word) in addresses(route, world).items():
            seen = may_see(route, role, state)
            client.cookies = copy.copy(signed_in)
            with _undone() as written:
                answer = client.generic(method, address)
                faults += _faults(answer, seen, role, address, written)
                if answer.status_code < 400 and method == "POST":
                    faults += _changed_there(world)
            if not seen:
                closed[state] = _plain(answer, word)
        if len(set(closed.values())) > 1:
            faults.append(f"{route.path} tells states apart: {_told(closed)}")
    return faults


def _faults(
    answer: HttpResponseBase, seen: bool, role: str, address: str, written: list[str]
) -> list[str]:
    """Return what is wrong with *answer* to somebody in *role*, who may see (or not)."""
    body, status = _body(answer), answer.status_code
    found = [word for word in READERS if word.encode() in body and role not in READERS[word]]
    faults = [f"{address} shows {word}" for word in found]
    if "html" in answer.headers.get("Content-Type", "") and (inline := INLINE.search(body)):
        faults.append(f"{address} has markup of its own: {inline[0]!r}")
    if seen and not _is_open(answer) and not address.endswith(MAY_SAY_NO):
        faults.append(f"{address} is closed: {status}")
    if not seen and not _is_closed(answer, role):
        faults.append(f"{address} is open: {status}")
    if not seen and written:
        faults.append(f"{address} writes: {written}")
    return faults


def _changed_there(world: a.World) -> list[str]:
    """Tell when a row of the other city is not what it was."""
    return [] if _foreign_rows(world.peer.origin) == world.foreign_rows else ["changed there"]


def _is_open(answer: HttpResponseBase) -> bool:
    """Tell whether the door was passed: even a refusal of the thing itself is an answer."""
    login = "/account/login/" in answer.headers.get("Location", "")
    return answer.status_code < 500 and answer.status_code not in {403, 404} and not login


def _is_closed(answer: HttpResponseBase, role: str) -> bool:
    if answer.status_code == 302:
        return role == CITIZEN and answer["Location"].startswith("/en/account/login/")
    return answer.status_code in {403, 404, 405}


def _told(closed: dict[str, Answer]) -> dict[str, object]:
    """Return what differs, for whoever reads the failure."""
    return {state: (status, told, body[:120]) for state, (status, told, body) in closed.items()}


@pytest.mark.parametrize("role", [CITIZEN, "officer"])
def test_other_methods_are_refused_everywhere(world: a.World, role: str) -> None:
    client = _client(role, world)
    for method, route in product(REFUSED_METHODS, OURS):
        for address, _word in addresses(route, world).values():
            with _undone() as written:
                answer = client.generic(method, address)
            assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST"), address
            assert written == []


@pytest.mark.parametrize("role", [CITIZEN, "officer"])
def test_head_says_what_get_says(world: a.World, role: str) -> None:
    client = _client(role, world)
    for route in [route for route in OURS if route.path not in ENDLESS]:
        for address, _word in addresses(route, world).values():
            with _undone():
                head, got = client.head(address), client.get(address)
                head.close()
                got.close()
            assert (head.status_code, _body(head)) == (got.status_code, b""), address


def test_form_without_its_token_changes_nothing(world: a.World) -> None:
    _client("officer", world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(directory.person("officer").user)
    for route in OURS:
        for address, _word in addresses(route, world).values():
            with _undone() as written:
                answer = client.post(address)
            assert answer.status_code in {403, 405}, address
            assert written == []
