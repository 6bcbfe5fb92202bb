"""Accounts made at the machine itself: the first administrator, and those `jumelage user` opens."""

from collections.abc import Iterable

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from jumelage.directory.models import Grant, Person
from jumelage.directory.services import grant_role, open_account
from jumelage.kit.errors import InvalidInputError
from jumelage.node.errors import NoAdministratorError, UnknownAccountError


def create(*, email: str, name: str = "", roles: Iterable[str] = ()) -> Person:
    """Open an account without a password; `one_time_link` lets its person choose one.

    Raises:
        InvalidInputError: *email* is not an address, or there is no such role.
        AddressTakenError: somebody has an account under *email*.
    """
    try:
        validate_email(email)
    except ValidationError as error:
        reason = gettext_lazy("an e-mail address is expected")
        raise InvalidInputError(reason=reason) from error
    checked = [_role(role) for role in roles]
    shown = name or email.partition("@")[0]
    return open_account(
        email=email, name=shown, language=settings.NODE.language, password=None, roles=checked
    )


def one_time_link(person: Person) -> str:
    """Return the address where *person* chooses a password; good once, for three days."""
    account = person.user
    key = default_token_generator.make_token(account)
    with override(person.language):
        path = reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(account), "key": key},
        )
    return f"{settings.NODE.public_url}{path}"


def find(email: str) -> Person:
    """Return the person who signs in as *email*.

    Raises:
        UnknownAccountError: nobody does.
    """
    person = Person.objects.filter(user__email=email.lower()).first()
    if person is None:
        raise UnknownAccountError(email=email)
    return person


def administrators() -> list[Person]:
    """Return those who administer the node now, the longest-serving first."""
    held = Grant.objects.in_force().filter(
        role=Grant.Role.ADMINISTRATOR, person__user__is_active=True
    )
    return [grant.person for grant in held.select_related("person__user").order_by("since")]


def grant(*, email: str, role: str, scope: str = "") -> Grant:
    """Give a role, in the name of the longest-serving administrator.

    Raises:
        NoAdministratorError: the node has no administrator yet.
        UnknownAccountError: nobody signs in as *email*.
    """
    return grant_role(person=find(email), role=_role(role), scope=scope, by=acting(""))


def _role(role: str) -> str:
    if role not in Grant.Role.values:
        known = ", ".join(Grant.Role.values)
        reason = gettext_lazy("there is no role “{role}”; the roles are {known}")
        raise InvalidInputError(reason=str(reason).format(role=role, known=known))
    return role


def acting(email: str) -> Person:
    """Return in whose name a command acts: *email*, or the longest-serving administrator.

    Raises:
        UnknownAccountError: nobody signs in as *email*.
        NoAdministratorError: no address is given and the node has no administrator.
    """
    if email:
        return find(email)
    if found := administrators():
        return found[0]
    raise NoAdministratorError
