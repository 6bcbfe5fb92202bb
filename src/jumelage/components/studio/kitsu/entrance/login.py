"""Signing in with an e-mail address, a password and, where there is one, a second factor.

The same counters throttle this as the site's sign-in form, and the same audit notes are made.
"""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from msgspec import Struct

from jumelage.bridge.api import audit
from jumelage.components.studio.kitsu.errors import (
    SecondFactorError,
    TooManyAttemptsError,
    UnverifiedAddressError,
    WrongCredentialsError,
)
from jumelage.directory.models import Account, Person
from jumelage.directory.policy import person_of


class Credentials(Struct):
    """What a client sends to sign in."""

    email: str = ""
    password: str = ""
    totp: str | None = None
    email_otp: str | None = None
    fido_authentication_response: object | None = None
    recovery_code: str | None = None

    @property
    def code(self) -> str:
        """The code of the second factor, of whichever kind."""
        return (self.totp or self.recovery_code or "").strip()


def person_with(*, credentials: Credentials, request: HttpRequest) -> Person:
    """Return the person who signs in with *credentials*.

    Raises:
        WrongCredentialsError: address or password is wrong, or the account is nobody's.
        TooManyAttemptsError: too many tries from there or for that address.
        SecondFactorError: the account has a second factor, and the code is missing or wrong.
        UnverifiedAddressError: the address was never confirmed.
    """
    with context.request_context(request):
        account = _account(credentials, request)
        person = person_of(account)
        if account is None or person is None or not account.is_active:
            raise WrongCredentialsError
        _demand_second_factor(account, credentials)
    _demand_verified(account)
    audit.note("signed-in", by=f"person:{person.pk}")
    return person


def _account(credentials: Credentials, request: HttpRequest) -> Account | None:
    if not credentials.email or not credentials.password:
        raise WrongCredentialsError
    try:
        found = get_adapter().authenticate(
            request, email=credentials.email.strip().lower(), password=credentials.password
        )
    except ValidationError as error:
        raise TooManyAttemptsError from error
    return found if isinstance(found, Account) else None


def _demand_second_factor(account: Account, credentials: Credentials) -> None:
    if not is_mfa_enabled(account):
        return
    if not credentials.code:
        raise SecondFactorError
    try:
        good = AuthenticateForm({"code": credentials.code}, user=account).is_valid()
    except ValidationError as error:
        raise TooManyAttemptsError from error
    if not good:
        raise SecondFactorError


def _demand_verified(account: Account) -> None:
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return
    if not EmailAddress.objects.filter(user=account, verified=True).exists():
        raise UnverifiedAddressError
