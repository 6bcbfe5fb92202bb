"""Accounts: signing up, signing in, second factors, throttling; what a node's settings say."""

import json
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from pytest_django import Settings

from jumelage.directory.models import Account, Person
from jumelage.node import security
from jumelage.node.config import NodeConfig, SettingError
from tests.factories import directory

pytestmark = pytest.mark.usefixtures("here")
PASSWORD = "a long enough sentence"  # of scratch accounts
NEW = {"email": "new@node.example", "password1": PASSWORD, "name": "Somebody new"}


def sign_up(client: Client, **wrong: str) -> int:
    """Sign up in French and return the status."""
    return client.post("/fr/account/signup/", {**NEW, **wrong}).status_code


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    """Sign in and return the status."""
    sent = {"login": email, "password": password}
    return client.post("/en/account/login/", sent).status_code


def enter(client: Client) -> Person:
    """Sign somebody in and let them show again that it is them."""
    person = directory.person()
    sign_in(client, person.user.email)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    return person


def test_sign_up_makes_a_member_who_reads_french(client: Client) -> None:
    assert sign_up(client) == 302
    person = Person.objects.get()
    assert (person.name, person.language) == ("Somebody new", "fr")
    assert [grant.role for grant in person.grants.all()] == ["member"]


def test_address_is_verified_before_the_first_sign_in(client: Client) -> None:
    sign_up(client)
    assert client.get("/en/directory/profile/").status_code == 302
    [letter] = mail.outbox
    link = next(word for word in letter.body.split() if "confirm-email" in word)
    client.post(link.replace("http://testserver", ""))
    assert sign_in(client, NEW["email"]) == 302
    assert client.get("/en/directory/profile/").status_code == 200


def test_demonstration_does_not_wait_for_a_letter(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    sign_up(client)
    assert client.get("/en/directory/profile/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"password1": "short"},
        {"password1": "123456789012"},
        {"password1": "passwordpassword", "email": "passwordpassword@node.example"},
        {"name": ""},
        {"name": "x" * 121},
        {"email": "no address"},
    ],
)
def test_sign_up_refuses(client: Client, wrong: dict[str, str]) -> None:
    assert sign_up(client, **wrong) == 200
    assert not Account.objects.exists()


def test_sign_up_does_not_tell_who_has_an_account(client: Client) -> None:
    known = directory.person()
    first, second = Client(), Client()
    unknown_page = first.post("/en/account/signup/", NEW)
    known_page = second.post("/en/account/signup/", {**NEW, "email": known.user.email})
    assert unknown_page["Location"] == known_page["Location"]


def test_wrong_password_does_not_sign_in(client: Client) -> None:
    person = directory.person()
    assert sign_in(client, person.user.email, "another long sentence") == 200
    assert client.get("/en/directory/profile/").status_code == 302


def test_sixth_wrong_password_is_not_even_tried(client: Client) -> None:
    person = directory.person()
    for _ in range(5):
        sign_in(client, person.user.email, "another long sentence")
    assert sign_in(client, person.user.email) == 200
    assert client.get("/en/directory/profile/").status_code == 302


def test_thirty_sign_ins_a_minute_from_one_place_are_enough(client: Client) -> None:
    found = [sign_in(client, f"{n}@node.example", "x") for n in range(31)]
    assert found[-1] == 429


def test_closed_account_is_signed_out_at_once(client: Client) -> None:
    person = directory.person()
    client.force_login(person.user)
    Account.objects.update(is_active=False)
    assert client.get("/en/directory/profile/").status_code == 302


def test_authenticator_app_is_asked_for_and_recovery_codes_are_given(client: Client) -> None:
    person = directory.person()
    TOTP.activate(person.user, "JBSWY3DPEHPK3PXP")
    assert sign_in(client, person.user.email) == 302
    assert client.get("/en/directory/profile/").status_code == 302
    counter = int(time.time()) // 30
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))
    client.post("/en/account/second-factor/authenticate/", {"code": code})
    assert client.get("/en/directory/profile/").status_code == 200
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    client.post("/en/account/second-factor/recovery-codes/generate/")
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1


def test_passkey_can_be_added_and_used_to_sign_in(client: Client) -> None:
    person = enter(client)
    page = client.get("/en/account/second-factor/webauthn/add/")
    asked = json.loads(
        page.content.decode().split('id="js_data" type="application/json">')[1].split("<")[0]
    )
    assert asked["creation_options"]["publicKey"]["user"]["name"] == person.user.email
    login = Client().get(
        "/en/account/second-factor/webauthn/login/", headers={"accept": "application/json"}
    )
    assert len(login.json()["request_options"]["publicKey"]["challenge"]) >= 40


def test_login_page_offers_passwords_and_passkeys(client: Client) -> None:
    page = client.get("/en/account/login/").content.decode()
    assert 'id="passkey_login"' in page
    assert 'type="password"' in page


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "email/",
        "password/change/",
        "second-factor/",
        "second-factor/totp/activate/",
        "second-factor/webauthn/add/",
        "single-sign-on/",
        "sessions/",
        "logout/",
    ],
)
def test_account_pages_have_the_products_look(client: Client, language: str, path: str) -> None:
    if path:
        enter(client)
    page = client.get(f"/{language}/account/{path or 'login/'}").content.decode()
    assert page.count("<h1") == 1
    assert f'<html lang="{language}">' in page
    assert " style=" not in page


def test_signing_in_and_out_keeps_the_language(client: Client) -> None:
    sent = {"login": directory.person().user.email, "password": PASSWORD}
    assert client.post("/fr/account/login/", sent)["Location"] == "/fr/"
    assert client.post("/fr/account/logout/")["Location"] == "/fr/"


def test_session_ends_with_the_browser_unless_kept(client: Client) -> None:
    person = directory.person()
    sign_in(client, person.user.email)
    assert client.session.get_expire_at_browser_close()
    assert client.session.get_expiry_age() <= 12 * 3600


# What the settings of a node say.

HTTPS = NodeConfig(url="https://paris.example", slug="paris")
HTTP = NodeConfig(slug="paris")


def test_nodes_on_one_machine_have_cookies_of_their_own() -> None:
    other = NodeConfig(slug="san-francisco")
    assert security.cookie(HTTP, "session") == "paris-session"
    assert security.cookie(other, "session") == "san-francisco-session"
    assert security.cookie(HTTPS, "session") == "__Host-paris-session"


def test_forms_may_lead_to_the_single_sign_on_server() -> None:
    config = NodeConfig(oidc_server="https://login.city.example/realms/city")
    policy = security.content_security_policy(config)["DIRECTIVES"]
    assert policy["form-action"] == ["'self'", "https://login.city.example"]
    assert "unsafe" not in str(policy)


def test_films_may_come_from_their_own_host_and_nothing_else() -> None:
    policy = security.content_security_policy(NodeConfig(media_url="https://films.city.example/"))
    films = "https://films.city.example"
    opened = {name for name, sources in policy["DIRECTIVES"].items() if films in sources}
    assert opened == {"img-src", "media-src", "connect-src"}


def test_single_sign_on_reads_its_secret_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush\n", "utf-8")
    config = NodeConfig(
        oidc_server="https://login.city.example",
        oidc_client_id="jumelage",
        oidc_secret_file=str(secret),
    )
    [application] = security.single_sign_on(config)["openid_connect"]["APPS"]
    assert (application["client_id"], application["secret"]) == ("jumelage", "hush")
    assert security.single_sign_on(HTTP) == {}


def test_single_sign_on_without_its_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        security.single_sign_on(
            NodeConfig(oidc_server="https://x.example", oidc_secret_file=str(tmp_path / "none"))
        )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://me:p%40ss@mail.example:587", ("mail.example", 587, "me", "p@ss", False, True)),
        ("smtp://mail.example:25", ("mail.example", 25, "", "", False, False)),
        ("smtps://me:x@mail.example", ("mail.example", 465, "me", "x", True, False)),
    ],
)
def test_mail_goes_to_the_server_of_the_settings(url: str, expected: tuple[object, ...]) -> None:
    said = security.mail(NodeConfig(email_url=url))
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(said[f"EMAIL_{name}"] for name in names) == expected


def test_mail_without_a_server_goes_to_files(tmp_path: Path) -> None:
    said = security.mail(NodeConfig(data=tmp_path))
    assert said["EMAIL_FILE_PATH"] == tmp_path / "mail"
