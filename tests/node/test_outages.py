"""A full disk or a silent database is told as such, to people and to peers."""

import errno
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from jumelage.directory.access import public
from jumelage.node import urls as node

handler400, handler403 = node.handler400, node.handler403
handler404, handler500 = node.handler404, node.handler500
CAUSES = {
    "sqlite": OperationalError("database or disk is full"),
    "postgresql": OperationalError("could not extend file: No space left on device"),
    "file": OSError(errno.ENOSPC, "No space left on device"),
    "away": OperationalError("connection to server was closed unexpectedly"),
    "mistake": OperationalError("no such table: nothing"),
}


@public
def fail(request: HttpRequest, cause: str) -> HttpResponse:
    """Fail by *cause*."""
    raise CAUSES[cause]


urlpatterns = [path("fail/<str:cause>/", fail), *node.urlpatterns]


@pytest.fixture
def browser(db: None) -> Iterator[Client]:
    """A browser on a node with a page that fails."""
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize("cause", ["sqlite", "postgresql", "file"])
def test_a_full_disk_is_named_and_says_when_to_come_back(browser: Client, cause: str) -> None:
    answer = browser.get(f"/fail/{cause}/", headers={"accept": "application/json"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.json()["error"]["code"] == "out-of-room"
    assert answer.json()["error"]["facts"] == {}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The disk of this node is full"), ("fr", "Le disque de ce nœud est plein")],
)
def test_a_person_reads_it_in_the_language_asked_for(
    browser: Client, language: str, words: str
) -> None:
    page = browser.get("/fail/sqlite/", headers={"accept-language": language})

    assert (page.status_code, page.content.decode().count(words)) == (503, 1)


def test_a_silent_database_is_named(browser: Client) -> None:
    answer = browser.get("/fail/away/", headers={"accept": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "out-of-order")


def test_a_mistake_of_ours_is_no_outage(browser: Client) -> None:
    assert browser.get("/fail/mistake/").status_code == 500
