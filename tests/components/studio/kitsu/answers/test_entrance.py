"""Signing in, renewing, signing out: with and without a second factor, too often, too late."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from pytest_django import Settings

from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.models import Token
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.components.studio.kitsu.answers.asking import Answer, Client, signed_in

PASSWORD = "a long enough sentence"  # of scratch accounts
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WRONG = (400, "Wrong e-mail address or password.")
pytestmark = pytest.mark.usefixtures("film")


def sign_in(person: Person, password: str = PASSWORD, **more: str) -> Answer:
    """Sign *person* in."""
    sent = {"email": person.user.email, "password": password, **more}
    return Client().post("auth/login", sent)


def code_now() -> str:
    """Return what the authenticator app shows."""
    return str(format_hotp_value(hotp_value(SECRET, int(clock.now().timestamp()) // 30)))


def test_right_password_gives_two_tokens_and_ones_own_row(producer: Person) -> None:
    answer = sign_in(producer)

    told = answer.json
    assert (answer.status, told["login"]) == (200, True)
    assert (told["user"]["email"], told["user"]["role"]) == (producer.user.email, "admin")
    assert Token.objects.count() == 2
    assert not Token.objects.filter(digest__in=[told["access_token"], told["refresh_token"]])
    who = Client(told["access_token"]).get("auth/authenticated")
    assert (who.status, who.json["user"]["id"]) == (200, told["user"]["id"])


def test_address_may_be_written_large(producer: Person) -> None:
    sent = {"email": f" {producer.user.email.upper()} ", "password": PASSWORD}
    assert Client().post("auth/login", sent).status == 200


def test_wrong_password_unknown_address_and_nothing_are_told_alike(producer: Person) -> None:
    unknown = {"email": "nobody@node.example", "password": PASSWORD}
    answers = [
        sign_in(producer, "another sentence"),
        Client().post("auth/login", unknown),
        Client().post("auth/login", {}),
        Client().post("auth/login"),
    ]
    assert {answer.told for answer in answers} == {WRONG}
    assert len({answer.body for answer in answers}) == 1


def test_closed_account_is_told_like_a_wrong_password(producer: Person) -> None:
    producer.user.is_active = False
    producer.user.save()
    assert sign_in(producer).told == WRONG


def test_too_many_attempts_are_refused_even_with_the_right_password(producer: Person) -> None:
    told = [sign_in(producer, "another sentence").told for _ in range(30)]

    assert told[0] == WRONG
    assert told[-1] == (400, "Too many failed attempts. Try again later.")
    assert sign_in(producer).told == told[-1]
    assert not Token.objects.exists()


def test_second_factor_is_asked_for_and_checked(producer: Person) -> None:
    TOTP.activate(producer.user, SECRET)

    missing, wrong = sign_in(producer), sign_in(producer, totp="000000")
    right = sign_in(producer, totp=code_now())

    assert (missing.status, wrong.body) == (400, missing.body)
    assert missing.json["message"].startswith("This account needs a second factor")
    assert right.status == 200
    assert Token.objects.count() == 2


def test_code_of_the_second_factor_opens_once(producer: Person) -> None:
    TOTP.activate(producer.user, SECRET)
    code = code_now()
    assert [sign_in(producer, totp=code).status for _ in range(2)] == [200, 400]


def test_recovery_code_opens_once(producer: Person) -> None:
    TOTP.activate(producer.user, SECRET)
    code = RecoveryCodes.activate(producer.user).generate_codes()[0]
    assert [sign_in(producer, recovery_code=code).status for _ in range(2)] == [200, 400]


def test_codes_cannot_be_tried_for_long(producer: Person) -> None:
    TOTP.activate(producer.user, SECRET)
    told = [sign_in(producer, totp=f"{number:06d}").told for number in range(30)]
    assert told[-1] == (400, "Too many failed attempts. Try again later.")


def test_second_factor_says_nothing_about_a_wrong_password(producer: Person) -> None:
    TOTP.activate(producer.user, SECRET)
    assert sign_in(producer, "another sentence", totp=code_now()).told == WRONG


def test_address_must_be_confirmed_where_the_node_says_so(
    producer: Person, settings: Settings
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.filter(user=producer.user).delete()
    status, message = sign_in(producer).told
    assert (status, message.partition(":")[0]) == (400, "Confirm your e-mail address first")


def test_access_token_ends_after_an_hour_and_is_renewed(producer: Person) -> None:
    pair = tokens.issue(person=producer)
    Token.objects.filter(kind="access").update(expires_at=clock.now() - timedelta(seconds=1))

    late = Client(pair.access).get("data/projects")
    renewed = Client(pair.refresh).get("auth/refresh-token")

    assert late.told == (401, "Signature has expired")
    assert Client(renewed.json["access_token"]).get("data/projects").status == 200


def test_sentence_clients_compare_is_english_for_everybody(producer: Person) -> None:
    Person.objects.update(language="fr")
    pair = tokens.issue(person=producer)
    Client(pair.access).get("data/projects")
    Token.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    late = Client(tokens.renew(refresh=Token.objects.get(kind="refresh")))
    Token.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    assert late.get("data/projects").told == (401, "Signature has expired")
    assert Client(pair.refresh).get("auth/refresh-token").status == 401


def test_each_token_opens_its_own_door_only(producer: Person) -> None:
    pair = tokens.issue(person=producer)
    wrong = (401, "This token is not valid.")
    assert Client(pair.refresh).get("data/projects").told == wrong
    assert Client(pair.access).get("auth/refresh-token").told == wrong


def test_signing_out_ends_both_tokens_of_this_sign_in_alone(producer: Person) -> None:
    pair, other = tokens.issue(person=producer), signed_in(producer)
    Client(pair.access).get("data/projects")

    assert Client(pair.access).get("auth/logout").json == {"logout": True}

    assert Client(pair.access).get("data/projects").status == 401
    assert Client(pair.refresh).get("auth/refresh-token").status == 401
    assert other.get("data/projects").status == 200


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer ", "Token abc"])
def test_no_token_is_no_entrance(header: str) -> None:
    answer = Client().ask("GET", "data/projects", authorization=header)
    assert answer.told == (401, "Missing Authorization Header")


def test_invented_token_is_not_valid() -> None:
    assert Client("x" * 43).get("data/projects").told == (401, "This token is not valid.")


def test_root_says_what_is_served_without_a_token() -> None:
    assert Client().get("").json["api"] == "Zou"
    assert Client().ask("HEAD", "").status == 200
