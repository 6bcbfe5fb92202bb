"""What answers tell browsers, how sessions begin and end, how often one may try."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as node_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jumelage.bridge.api import audit
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node
from jumelage.directory.models import Account, Person
from jumelage.node import security
from jumelage.node.config import NodeConfig
from jumelage.node.run import middleware
from tests.factories import directory
from tests.factories.bridge import demo_city

PASSWORD = "a long enough sentence"  # of scratch accounts
WRONG = "another long sentence"
LOGIN = "/en/account/login/"
PROFILE = "/en/directory/profile/"


@pytest.fixture(autouse=True)
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node, with no attempts counted yet."""
    settings.DATA = tmp_path
    cache.clear()
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:9120")


@pytest.fixture
def somebody() -> Person:
    """Return somebody with an account."""
    return directory.person()


def sign_in(client: Client, person: Person, password: str = PASSWORD) -> HttpResponseBase:
    """Send the sign-in form."""
    return client.post(LOGIN, {"login": person.user.email, "password": password})


def signed_in(person: Person) -> Client:
    """Return a browser in which *person* signed in with the form."""
    client = Client()
    assert sign_in(client, person).status_code == 302
    return client


def session_of(client: Client) -> str:
    """Return the session identifier the browser holds."""
    return client.cookies[node_settings.SESSION_COOKIE_NAME].value


# Headers.


@pytest.mark.parametrize(
    "path", ["/en/", "/en/directory/", LOGIN, "/en/nothing/", "/shell/cities.css"]
)
def test_every_answer_protects_itself(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Permissions-Policy"] == middleware.PERMISSIONS
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_open_data_may_be_read_by_other_sites_and_pages_may_not(client: Client) -> None:
    data = client.get("/en/directory/data.json")

    assert data["Access-Control-Allow-Origin"] == "*"
    assert data["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in data
    assert "Access-Control-Allow-Origin" not in client.get("/en/directory/")


def test_no_cache_keeps_what_somebody_signed_in_is_shown(somebody: Person) -> None:
    client = signed_in(somebody)

    for path in ("/en/directory/", PROFILE, "/en/account/sessions/"):
        assert "no-store" in client.get(path)["Cache-Control"]
    assert "no-store" not in Client().get("/en/directory/").headers.get("Cache-Control", "")


def test_https_is_pinned_and_cookies_never_leave_it() -> None:
    config = NodeConfig(slug="paris", url="https://paris.example")

    assert security.is_https(config)
    assert security.cookie(config, "session") == "__Host-paris-session"
    assert node_settings.SESSION_COOKIE_HTTPONLY
    assert node_settings.SESSION_COOKIE_SAMESITE == "Lax"


# Sessions.


def test_session_identifier_is_new_after_signing_in(somebody: Person) -> None:
    client = Client()
    client.get(LOGIN)
    client.session["before"] = True
    client.session.save()
    client.cookies[node_settings.SESSION_COOKIE_NAME] = "a" * 32  # what an attacker planted
    sign_in(client, somebody)

    assert session_of(client) != "a" * 32
    assert Session.objects.filter(pk="a" * 32).count() == 0


def test_signing_out_ends_the_session_and_clears_the_browser(somebody: Person) -> None:
    client = signed_in(somebody)
    held = session_of(client)

    answer = client.post("/en/account/logout/")

    assert answer["Clear-Site-Data"] == middleware.CLEARED
    assert Session.objects.filter(pk=held).count() == 0
    again = Client(headers={"cookie": f"{node_settings.SESSION_COOKIE_NAME}={held}"})
    assert again.get(PROFILE).status_code == 302


def test_link_does_not_sign_out(somebody: Person) -> None:
    client = signed_in(somebody)
    client.get("/en/account/logout/")

    assert client.get(PROFILE).status_code == 200


def test_sessions_elsewhere_are_listed_and_can_be_ended(somebody: Person) -> None:
    here, there = signed_in(somebody), signed_in(somebody)
    assert here.get("/en/account/sessions/").content.count(b"127.0.0.1") == 2

    here.post("/en/account/sessions/")

    assert here.get(PROFILE).status_code == 200
    assert there.get(PROFILE).status_code == 302


def test_new_password_ends_every_session(somebody: Person) -> None:
    here, there = signed_in(somebody), signed_in(somebody)
    sent = {"oldpassword": PASSWORD, "password1": WRONG, "password2": WRONG}
    here.post("/en/account/password/change/", sent)

    assert there.get(PROFILE).status_code == 302
    assert sign_in(Client(), somebody, PASSWORD).status_code == 200


# What may be tried, and how often.


def test_sign_in_says_the_same_of_known_and_unknown_addresses(somebody: Person) -> None:
    known = Client().post(LOGIN, {"login": somebody.user.email, "password": WRONG})
    unknown = Client().post(LOGIN, {"login": "nobody@node.example", "password": WRONG})

    assert known.context["form"].errors == unknown.context["form"].errors
    assert known.status_code == unknown.status_code == 200


def test_password_reset_says_the_same_of_known_and_unknown_addresses(somebody: Person) -> None:
    reset = "/en/account/password/reset/"
    known = Client().post(reset, {"email": somebody.user.email})
    unknown = Client().post(reset, {"email": "nobody@node.example"})

    assert known["Location"] == unknown["Location"]
    assert {letter.to[0] for letter in mail.outbox} == {somebody.user.email, "nobody@node.example"}


def test_sixth_password_reset_of_an_account_waits(somebody: Person) -> None:
    client, reset = Client(), "/en/account/password/reset/"
    found = [client.post(reset, {"email": somebody.user.email}).status_code for _ in range(6)]

    assert found == [302] * 5 + [429]


def test_reset_link_works_once(somebody: Person) -> None:
    Client().post("/en/account/password/reset/", {"email": somebody.user.email})
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    client = Client()
    form = client.get(link[1])["Location"]
    new = {"password1": "a third long sentence", "password2": "a third long sentence"}
    assert client.post(form, new).status_code == 302

    again = Client().get(link[1])

    assert sign_in(Client(), somebody, new["password1"]).status_code == 302
    assert "token_fail" in again.context


def test_long_passwords_are_taken_whole() -> None:
    person = directory.person()
    long = "a sentence of many words " * 40
    person.user.set_password(long)
    person.user.save()

    assert sign_in(Client(), person, long).status_code == 302
    assert sign_in(Client(), person, long[:-2]).status_code == 200


def test_signing_in_and_failing_to_are_noted(somebody: Person) -> None:
    sign_in(Client(), somebody, WRONG)
    signed_in(somebody)

    noted = [audit.read(entry) for entry in audit.entries()]
    assert {note.action for note in noted} >= {"signed-in", "sign-in-failed"}
    assert WRONG not in str(noted)


def test_authenticator_codes_cannot_be_guessed(somebody: Person) -> None:
    TOTP.activate(somebody.user, "JBSWY3DPEHPK3PXP")
    client = Client()
    sign_in(client, somebody)
    asked = "/en/account/second-factor/authenticate/"
    answers = [client.post(asked, {"code": "000000"}) for _ in range(7)]

    assert "Too many" in str(answers[-1].context["form"].errors)
    assert client.get(PROFILE).status_code == 302


def test_twenty_sign_ups_a_minute_from_one_place_are_enough() -> None:
    new = {"password1": PASSWORD, "name": "New"}
    found = [
        Client().post("/en/account/signup/", {**new, "email": f"{n}@node.example"}).status_code
        for n in range(21)
    ]

    assert found[-1] == 429
    assert Account.objects.filter(email="20@node.example").count() == 0


TRY = """
import sys
from django.conf import settings
settings.configure(
    CACHES={"default": {
        "BACKEND": "jumelage.node.run.counters.Counters", "LOCATION": sys.argv[1]}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "allauth"])
import django; django.setup()
from django.test import RequestFactory
from allauth.core.internal import ratelimit
rates = {"try": "5/m/key"}
tries = [ratelimit.consume(RequestFactory().post("/"), action="try", app="", config=rates, key="k")
         for _ in range(20)]
print(sum(bool(each) for each in tries))
"""


def test_processes_of_a_node_count_attempts_together(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TRY, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    allowed = [int(process.communicate(timeout=60)[0]) for process in started]

    assert sum(allowed) == 5


def test_counts_are_kept_where_every_process_sees_them() -> None:
    assert node_settings.CACHES["default"]["BACKEND"] == "jumelage.node.run.counters.Counters"


def test_address_after_signing_in_stays_on_this_site(somebody: Person) -> None:
    sent = {"login": somebody.user.email, "password": PASSWORD, "next": "https://evil.example/"}
    answer = Client().post(LOGIN, sent)

    assert answer["Location"] in {reverse("shell:home"), "/en/"}
