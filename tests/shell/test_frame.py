"""What stands on every page."""

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from jumelage.bridge.models import Contact, Node
from jumelage.shell.frame import Frame, frame


def request_of(path: str = "/en/") -> Frame:
    """Return the frame of a request for *path*."""
    return Frame(RequestFactory().get(path))


def test_the_frame_asks_two_questions_a_request(san_francisco: Node) -> None:
    request = RequestFactory().get("/en/")

    with CaptureQueriesContext(connection) as asked, translation.override("en"):
        for _ in range(2):
            shell = frame(request)["shell"]
            words = [line.word for line in shell.lines]

    assert len(asked) == 2
    assert words == ["last word 2 s ago"]


def test_a_line_that_is_down_says_since_when(san_francisco: Node) -> None:
    Contact.objects.update(line_up=False)

    with translation.override("en"):
        assert request_of().lines[0].word == "line down · last word 2 s ago"


def test_a_peer_never_heard_is_named(san_francisco: Node) -> None:
    Contact.objects.all().delete()

    with translation.override("en"):
        assert request_of().lines[0].word == "no word from San Francisco yet"


def test_a_node_without_peer_or_identity_still_has_pages(client: Client, db: None) -> None:
    page = client.get("/en/account/login/").content.decode()

    assert page.count("This node has no city yet.") == 1


def test_a_node_without_peer_says_so(client: Client, paris: Node) -> None:
    page = client.get("/en/account/login/").content.decode()

    assert page.count("no other city is joined yet") == 1


@pytest.mark.parametrize(
    ("here", "language", "there"),
    [
        ("/en/account/login/", "en", "/fr/account/login/"),
        ("/fr/account/login/?next=/fr/x", "fr", "/en/account/login/?next=/fr/x"),
        ("/en/nothing/here/", "en", "/fr/"),
        ("/refused", "en", "/fr/"),
    ],
)
def test_the_language_switch_stays_on_the_page(here: str, language: str, there: str) -> None:
    with translation.override(language):
        assert [other.url for other in request_of(here).languages] == [there]


@pytest.mark.parametrize(("accepts", "home"), [("fr-FR", "/fr/"), ("en-GB", "/en/")])
def test_the_root_follows_the_browsers_language(client: Client, accepts: str, home: str) -> None:
    answer = client.get("/", headers={"accept-language": accepts})

    assert (answer.status_code, answer["Location"]) == (302, home)


def test_the_navigation_is_made_of_the_components_in_their_order(db: None) -> None:
    with translation.override("en"):
        links = request_of("/en/practices/").navigation

    current = [link.url for link in links if link.current == "page"]
    assert current == ["/en/practices/"]


def test_home_leads_to_the_first_page(client: Client, db: None) -> None:
    with translation.override("fr"):
        first = request_of("/fr/").navigation[0].url

    assert client.get("/fr/")["Location"] == first


def test_pages_allow_nothing_inline(client: Client, paris: Node) -> None:
    page = client.get("/en/account/login/")

    assert "default-src 'self'" in page["Content-Security-Policy"].split("; ")
    assert page.content.count(b" style=") == 0
