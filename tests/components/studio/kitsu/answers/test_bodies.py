"""Bodies that are wrong, too deep or too large; methods an address does not have."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings

from jumelage.bridge.api import Entry
from jumelage.components.studio.kitsu.entrance.door import Door, largest
from jumelage.components.studio.kitsu.ids import uid
from jumelage.components.studio.models import Attachment, Comment, Production, Task
from jumelage.components.studio.services import versions
from jumelage.components.studio.services.review.attachments import LARGEST
from jumelage.directory.models import Person
from tests.components.studio.kitsu.answers.asking import BOUNDARY, Answer, Client, part
from tests.factories import studio

DEEP = b"[" * 100_000 + b"]" * 100_000
BROKEN = {
    "nothing but a brace": b"{",
    "no JSON": b"name=sh",
    "a list": b"[]",
    "null": b"null",
    "text after it": b'{"name": "sh"} {}',
    "broken UTF-8": b'{"name": "\xff\xfe"}',
    "another encoding": '{"name": "sh"}'.encode("utf-16"),
    "half a surrogate": b'{"name": "\\ud800"}',
    "half a surrogate within": b'{"name": "\\ud800 "}',
    "too deep where it is read": b'{"name": "sh", "data": {"a": ' + DEEP + b"}}",
    "too deep where it is not": b'{"name": "sh", "x": ' + DEEP + b"}",
    "a number for a name": b'{"name": {"a": 1}}',
    "a list for a name": b'{"name": ["sh"]}',
    "text for an object": b'{"name": "sh", "data": "x"}',
    "a number without end": b'{"name": "sh", "nb_frames": 1' + b"0" * 5000 + b"}",
    "a number too large": b'{"name": "sh", "nb_frames": 99999999999999999999}',
    "no identifier": b'{"name": "sh", "parent_id": "1"}',
    "a zero byte": b'{"name": "s\\u0000h"}',
    "a zero byte within": b'{"name": "sh", "description": "a\\u0000", "data": {"a": "\\u0000"}}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_wrong_body_is_refused_and_changes_nothing(
    body: bytes, boss: Client, film: Production
) -> None:
    before = Entry.objects.count()
    answer = boss.post(f"data/projects/{uid(film.uri)}/shots", body)

    assert (answer.status, answer.json["error"]) == (400, True)
    assert answer.json["data"]["errors"][0]["message"] == answer.json["message"]
    assert Entry.objects.count() == before


def test_of_a_key_that_is_said_twice_the_last_counts(boss: Client, film: Production) -> None:
    body = b'{"name": "sh0010", "nb_frames": 1, "name": "sh0020"}'
    made = boss.post(f"data/projects/{uid(film.uri)}/shots", body)
    assert (made.status, made.json["name"], made.json["nb_frames"]) == (201, "sh0020", 1)


DRAWN_NEVER = {"additions": [{"time": "nan", "drawing": {"objects": [{"type": "line"}]}}]}
WRONG = (
    ("PUT", "data/tasks/{task}", {"estimation": "nan"}),
    ("PUT", "data/tasks/{task}", {"estimation": "inf"}),
    ("PUT", "data/tasks/{task}", {"estimation": 1e300}),
    ("PUT", "data/tasks/{task}", {"estimation": -1}),
    ("PUT", "data/tasks/{task}", {"priority": 10**15}),
    ("PUT", "data/tasks/{task}", {"due_date": "soon"}),
    ("PUT", "data/tasks/{task}", {"name": "a\0"}),
    ("PUT", "data/tasks/{task}", {"name": "x" * 10_000}),
    ("PUT", "data/entities/{shot}", {"nb_frames": -1}),
    ("PUT", "data/entities/{shot}", {"nb_frames": 10**15}),
    ("PUT", "data/entities/{shot}", {"data": {"frame_in": "x"}}),
    ("PUT", "data/entities/{shot}", {"data": {"frame_in": 10**15}}),
    ("PUT", "data/entities/{shot}", {"name": ""}),
    ("PUT", "data/projects/{project}", {"fps": "fast"}),
    ("PUT", "data/projects/{project}", {"fps": "1/0"}),
    ("PUT", "data/projects/{project}", {"fps": "nan"}),
    ("PUT", "data/projects/{project}", {"fps": "1e99999999999"}),
    ("PUT", "data/projects/{project}", {"fps": "-24"}),
    ("PUT", "data/projects/{project}", {"fps": 0.000001}),
    ("PUT", "data/projects/{project}", {"resolution": "wide"}),
    ("PUT", "data/projects/{project}", {"resolution": "0x0"}),
    ("PUT", "data/projects/{project}", {"resolution": f"{'9' * 5000}x1"}),
    ("PUT", "data/projects/{project}", {"start_date": "2026-13-01"}),
    ("PUT", "data/projects/{project}/entities/{shot}/casting", [{"asset_id": 1}]),
    ("POST", "actions/tasks/{task}/comment", {"comment": ""}),
    ("POST", "actions/tasks/{task}/comment", {"comment": "a\0"}),
    ("POST", "actions/tasks/{task}/comment", {"comment": "x", "checklist": [{}]}),
    ("POST", "actions/tasks/{task}/comment", {"comment": "x", "person_id": "{shot}"}),
    ("POST", "actions/tasks/{task}/time-spents/2026-11-20/persons/{me}", {"duration": "nan"}),
    ("POST", "actions/tasks/{task}/time-spents/2026-11-20/persons/{me}", {"duration": 1e300}),
    ("POST", "actions/tasks/{task}/time-spents/2026-11-20/persons/{me}", {"duration": -5}),
    ("POST", "actions/tasks/{task}/time-spents/yesterday/persons/{me}", {"duration": 5}),
    ("PUT", "actions/preview-files/{preview}/update-annotations", DRAWN_NEVER),
    ("PUT", "actions/preview-files/{preview}/update-annotations", {"deletions": ["x"]}),
    ("POST", "data/playlists", {"name": "a\0", "project_id": "{project}"}),
    ("POST", "data/playlists", {"name": "a", "project_id": "{project}", "for_entity": "x"}),
    ("POST", "data/search", {"query": 1.5, "limit": 10**18}),
    ("POST", "data/softwares", {"name": "a\0"}),
    ("POST", "data/softwares", {"name": " "}),
    ("POST", "data/tasks/{task}/working-files/new", {"name": "a\0"}),
    ("POST", "data/tasks/{task}/working-files/new", {"revision": 10**15}),
    ("POST", "data/entity-types", {"name": ""}),
    ("POST", "data/entity-types", {"name": "a\0"}),
    ("POST", "auth/login", {"email": "a\0@node.example", "password": "a\0"}),
    ("GET", "data/events/last?after=0001-01-01T00:00:00%2B23:59", None),
    ("GET", "data/events/last?before=now", None),
    ("GET", "actions/tasks/{task}/time-spents/%00", None),
    ("GET", "actions/preview-files/{preview}/extract-frame?frame_number=-1", None),
    ("GET", "data/shots/with-tasks", None),
    ("GET", "data/shots/with-tasks?project_id=1", None),
)
"""Values that are of the right form and make no sense; each is refused with 400 or 404."""


def test_values_without_sense_are_refused(
    boss: Client, film: Production, task: Task, producer: Person
) -> None:
    version = versions.publish_version(task=task, by=producer)
    me = boss.get("auth/authenticated").json["user"]["id"]
    names = {
        "project": uid(film.uri), "task": uid(task.uri), "shot": uid(task.entity_id),
        "preview": uid(version.uri), "me": me,
    }  # fmt: skip
    before = Entry.objects.count()
    for method, address, body in WRONG:
        sent = _named(body, names)
        answer = boss.ask(method, address.format(**names), sent)
        assert answer.status in {400, 404}, (method, address, str(body)[:80], answer.body)
        assert Entry.objects.count() == before, (method, address, str(body)[:80])


def _named(body: object, names: Mapping[str, str]) -> object:
    if not isinstance(body, dict):
        return body
    return {
        key: value.format(**names) if isinstance(value, str) and value[:1] == "{" else value
        for key, value in body.items()
    }


def test_parent_of_another_production_is_refused(
    boss: Client, task: Task, producer: Person
) -> None:
    other = studio.shots(studio.production(producer), producer)[0].parent
    assert other is not None
    answer = boss.put(f"data/entities/{uid(task.entity_id)}", {"parent_id": uid(other.uri)})
    assert answer.status in {400, 404}
    task.entity.refresh_from_db()
    assert task.entity.parent_id != other.uri


BAD_FORMS = {
    "nothing in it": b"",
    "no line between": b"hello",
    "cut off": part("file", b"x" * 3000, "a.png")[:-1500],
    "no name": f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--{BOUNDARY}--".encode(),
    "broken header": f"--{BOUNDARY}\r\n\xff\xfe: \x00\r\n\r\nx\r\n--{BOUNDARY}--".encode("latin-1"),
}


@pytest.mark.parametrize("body", BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_broken_form_is_no_upload(body: bytes, boss: Client, task: Task, producer: Person) -> None:
    version = versions.publish_version(task=task, by=producer)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    for address in (
        f"pictures/preview-files/{uid(version.uri)}",
        f"actions/tasks/{uid(task.uri)}/comment",
    ):
        answer = boss.ask("POST", address, body, kind=kind)
        assert answer.status == 400, (address, answer.body)
    for other in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed",
        "text/plain",
        "",
    ):
        address = f"pictures/preview-files/{uid(version.uri)}"
        assert boss.ask("POST", address, body, kind=other).status == 400, other
    assert not Comment.objects.exists()


def test_form_with_a_comment_is_read_like_json(boss: Client, task: Task) -> None:
    address = f"actions/tasks/{uid(task.uri)}/comment"
    items = part("checklist", b'[{"text": "light", "checked": true}]')
    made = boss.upload(
        address, part("comment", "Été".encode()), items, part("f", b"x", "../a\\b.txt")
    )
    assert (made.status, made.json["text"]) == (201, "Été")
    assert made.json["checklist"] == [{"text": "light", "checked": True}]
    assert [file["name"] for file in made.json["attachment_files"]] == ["b.txt"]
    for wrong in (b"[", b'{"a": 1}', DEEP, b'[{"text": "\\u0000"}]', b"\xff"):
        assert boss.upload(address, part("comment", b"x"), part("checklist", wrong)).status == 400
    for wrong in (b"\xff", b"a\0b"):
        assert boss.upload(address, part("comment", wrong)).status in {201, 400}
    assert Attachment.objects.count() == 1


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "MOVE")


def test_methods_an_address_lacks_are_refused(boss: Client, task: Task) -> None:
    lacking = {
        "data/projects": ("PUT", "PATCH", "DELETE"),
        f"data/tasks/{uid(task.uri)}": ("POST", "PATCH"),
        "data/user/context": ("POST", "PUT", "PATCH", "DELETE"),
        "auth/logout": ("POST", "DELETE"),
        "auth/login": ("GET", "PUT"),
    }
    for address, methods in lacking.items():
        for method in (*methods, "OPTIONS", "TRACE", "MOVE"):
            answer = boss.ask(method, address)
            assert answer.told == (405, "The method is not allowed for this address.")


@pytest.mark.parametrize("method", METHODS[:5])
def test_address_nobody_serves_is_unknown(method: str, boss: Client) -> None:
    for address in ("data", "data/chats", "data/projects/1", "data/tasks/../projects", "%00", "é"):
        assert boss.ask(method, address).status == 404
        assert Client().ask(method, address).status == 401


def _through_the_door(path: str, size: int, kind: str = "application/json") -> Answer:
    """Send *size* bytes in pieces through the whole door, without a token."""
    sent: list[Any] = []
    pieces = [b" " * min(2**20, size - at) for at in range(0, size, 2**20)]

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    async def elsewhere(*_given: object) -> None:
        """Answer nothing: the door answers all of this."""

    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": b"", "scheme": "http",
        "headers": [(b"host", b"testserver"), (b"content-type", kind.encode())],
        "client": ("192.0.2.1", 1), "server": ("testserver", 80), "root_path": "",
    }  # fmt: skip
    asyncio.run(Door(elsewhere)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(each["body"] for each in sent[1:]))


def test_body_that_is_too_large_is_refused_by_its_size() -> None:
    most = largest("/api/auth/login")
    assert most == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    answer = _through_the_door("/api/auth/login", most + 1)
    assert answer.told == (413, f"The file is larger than this city takes: {most} bytes.")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_comment_and_file_beside_it_have_limits(boss: Client, task: Task) -> None:
    long = {"comment": "x" * 2_000_000}
    assert boss.post(f"actions/tasks/{uid(task.uri)}/comment", long).status == 413
    sent = (part("comment", b"x"), part("f", bytes(LARGEST + 1), "a.txt"))
    answer = boss.upload(f"actions/tasks/{uid(task.uri)}/comment", *sent)
    most = f"larger than {LARGEST // 2**20} MB. Choose a smaller one, or publish it as a version."
    assert answer.told == (413, f"The file “a.txt” is {most}")
    assert not Comment.objects.exists()
