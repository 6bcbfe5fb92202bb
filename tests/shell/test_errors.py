"""Errors as pages and as JSON."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from jumelage.directory.access import public
from jumelage.kit.errors import InvalidInputError
from jumelage.node import urls as node

handler400, handler403 = node.handler400, node.handler403
handler404, handler500 = node.handler404, node.handler500


@public
def refuse(request: HttpRequest) -> HttpResponse:
    """Refuse with a domain error."""
    raise InvalidInputError(reason="<b>too long</b>")


@public
def break_down(request: HttpRequest) -> HttpResponse:
    """Break."""
    return HttpResponse(1 / 0)


urlpatterns = [path("refuse/", refuse), path("break/", break_down), *node.urlpatterns]


@pytest.fixture
def browser(db: None) -> Iterator[Client]:
    """A browser on a node with two pages that fail."""
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_a_domain_error_is_shown_with_its_sentence_and_status(browser: Client) -> None:
    page = browser.get("/refuse/", headers={"accept-language": "en"})

    assert page.status_code == 422
    assert page.content.count(b"&lt;b&gt;too long&lt;/b&gt;") == 1


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/html;q=0.5"])
def test_a_domain_error_has_one_json_shape(browser: Client, accept: str) -> None:
    headers = {"accept": accept, "accept-language": "en"}
    answer = browser.get("/refuse/", headers=headers)

    assert answer.status_code == 422
    assert answer.json() == {
        "error": {
            "code": "invalid-input",
            "message": "This cannot be accepted: <b>too long</b>.",
            "facts": {"reason": "<b>too long</b>"},
        }
    }


def test_an_address_that_ends_in_json_answers_json(browser: Client) -> None:
    answer = browser.get("/en/nothing/data.json")

    assert answer.status_code == 404
    assert sorted(answer.json()["error"]) == ["code", "facts", "message"]
    assert answer.json()["error"]["code"] == "not-found"


@pytest.mark.parametrize(("language", "words"), [("en", "Not found"), ("fr", "Introuvable")])
def test_a_missing_page_speaks_the_language_of_its_address(
    browser: Client, language: str, words: str
) -> None:
    page = browser.get(f"/{language}/nothing/")

    assert page.status_code == 404
    assert page.content.decode().count(f"<h1>{words}</h1>") == 1
    assert page.content.decode().count(f'<html lang="{language}">') == 1


def test_a_broken_page_says_so_without_details(browser: Client) -> None:
    page = browser.get("/break/", headers={"accept-language": "en"})

    assert page.status_code == 500
    assert page.content.count(b"<h1>This page is broken</h1>") == 1
    assert page.content.count(b"ZeroDivisionError") == 0


def test_a_broken_page_asked_as_json_is_json(browser: Client) -> None:
    answer = browser.get("/break/", headers={"accept": "application/json"})

    assert answer.json()["error"]["code"] == "server-error"


def test_an_old_form_is_explained(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/en/account/login/", {"login": "a@example.org"})

    assert page.status_code == 403
    assert page.content.count(b"The form was too old") == 1
