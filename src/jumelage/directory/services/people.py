"""What one can do with people and their roles. All of it stays on this node."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db import transaction

from jumelage.bridge.api import audit
from jumelage.directory.errors import AddressTakenError, LastAdministratorError, ScopeError
from jumelage.directory.models import Account, Grant, Organisation, Person
from jumelage.directory.policy import Role, ensure
from jumelage.kit import clock


@transaction.atomic
def welcome(*, account: Account, name: str, language: str) -> Person:
    """Make the person behind a new *account*, and a member of this node."""
    person = Person.objects.create(user=account, name=name.strip(), language=language[:2])
    Grant.objects.create(person=person, role=Role.MEMBER, granted_by=None)
    return person


@transaction.atomic
def open_account(
    *,
    email: str,
    name: str,
    language: str,
    password: str | None = None,
    roles: Iterable[str] = (),
) -> Person:
    """Open an account whose address is taken as verified: for the machine's own commands.

    Raises:
        AddressTakenError: somebody has an account under *email*.
    """
    if Account.objects.filter(email=email.lower()).exists():
        raise AddressTakenError(email=email)
    account = Account.objects.create_user(email, password)
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    person = welcome(account=account, name=name, language=language)
    Grant.objects.bulk_create(
        Grant(person=person, role=role) for role in set(roles) - {Role.MEMBER}
    )
    return person


@transaction.atomic
def grant_role(*, person: Person, role: str, scope: str = "", by: Person) -> Grant:
    """Give *person* a role, on the record *scope* or (empty) the whole node; idempotent.

    Raises:
        NotAllowedError: *by* may not give this role.
        ScopeError: a role of one record without a record, or the other way round.
    """
    ensure(by, _verb(role))
    if bool(scope) != (role in Grant.SCOPED):
        raise ScopeError(role=Role(role).label)
    grant, made = Grant.objects.get_or_create(
        person=person, role=role, scope=scope, until=None, defaults={"granted_by": by}
    )
    if made:
        _note("role-granted", grant, by)
    person.forget_roles()
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: Person) -> Grant:
    """Take a role back; the grant stays on file with its end.

    Raises:
        NotAllowedError: *by* may not take this role back.
        LastAdministratorError: nobody would administer the node any more.
    """
    ensure(by, _verb(grant.role))
    if grant.until is None:
        _keep_one_administrator(grant.person, ending=grant)
        grant.until, grant.ended_by = clock.now(), by
        grant.save(update_fields=["until", "ended_by"])
        _note("role-ended", grant, by)
        grant.person.forget_roles()
    return grant


def _note(action: str, grant: Grant, by: Person) -> None:
    about = f"person:{grant.person_id}"
    audit.note(action, by=f"person:{by.pk}", about=about, role=grant.role, scope=grant.scope)


def _verb(role: str) -> str:
    return f"directory.grant-{'administrator' if role == Role.ADMINISTRATOR else 'role'}"


def _keep_one_administrator(person: Person, ending: Grant | None = None) -> None:
    if ending and ending.role != Role.ADMINISTRATOR:
        return
    held = Grant.objects.in_force().filter(role=Role.ADMINISTRATOR, person__user__is_active=True)
    if held.filter(person=person).exists() and not held.exclude(person=person).exists():
        raise LastAdministratorError


@transaction.atomic
def change_profile(
    *, name: str, language: str, organisation: Organisation | None = None, by: Person
) -> Person:
    """Change one's own name, language and organisation."""
    by.name, by.language, by.organisation = name.strip(), language, organisation
    by.save(update_fields=["name", "language", "organisation"])
    return by


@transaction.atomic
def delete_account(*, by: Person) -> None:
    """Delete one's own account with everything this node knows about the person.

    Raises:
        LastAdministratorError: nobody would administer the node any more.
    """
    _keep_one_administrator(by)
    audit.note("account-deleted", by=f"person:{by.pk}")
    by.user.delete()
