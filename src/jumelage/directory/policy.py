"""The one policy: `may(person, verb, thing)`, built from `rules` predicates; default deny.

An app states its verbs in the module `permissions`, a mapping named `verbs` from
`<app>.<verb>` to a predicate made of the words below:

    from jumelage.directory.policy import is_member, owns_commitment
    verbs = {"agreement.add-evidence": owns_commitment | is_officer}

Nothing registers itself: `policy()` reads the attribute `verbs` of the module `permissions` of
each installed app. A verb nobody states is refused to everybody. A citizen is `None`.

A *thing* is a record with a `uri`, a URI as text, or something that names the records whose
editors, owners and coordinators it answers to in a property `scopes` (an evidence: its
commitment). Without a thing, a scoped word is true of nobody: ask `may(..., thing)`.
"""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, runtime_checkable

from django.apps import apps
from rules.predicates import Predicate
from rules.rulesets import RuleSet

from jumelage.directory.models import Grant, Person
from jumelage.kit.errors import NotAllowedError

Role = Grant.Role
Verbs = Mapping[str, Predicate]

_MEMBERS = frozenset(Role) - {Role.OBSERVER}


@runtime_checkable
class Scoped(Protocol):
    """Something that answers to the people of other records."""

    @property
    def scopes(self) -> Collection[str]:
        """The URIs of those records."""


def scopes(thing: object | None) -> frozenset[str]:
    """Return the URIs a role may be scoped to for it to count for *thing*."""
    if isinstance(thing, str):
        return frozenset({thing})
    if isinstance(thing, Scoped):
        return frozenset(thing.scopes)
    uri = getattr(thing, "uri", "")
    return frozenset({uri}) - {""}


def has_role(person: Person | None, *roles: str, thing: object | None = None) -> bool:
    """Tell whether *person* has one of *roles* on the whole node, or on *thing*."""
    where = scopes(thing) | {""}
    held = person.roles if person else ()
    return any(role in roles and on in where for role, on in held)


def predicate(question: Callable[..., bool]) -> Predicate:
    """Make a word of the policy from a question about a person, or a person and a thing."""
    return Predicate(question)


@predicate
def everyone(_: Person | None) -> bool:
    """Anybody at all, with or without an account."""
    return True


@predicate
def is_member(person: Person | None) -> bool:
    """Anybody this node gave a role to, observers excepted."""
    return person is not None and any(role in _MEMBERS for role, _ in person.roles)


@predicate
def is_officer(person: Person | None) -> bool:
    """A city officer of this node."""
    return has_role(person, Role.OFFICER)


@predicate
def is_administrator(person: Person | None) -> bool:
    """An administrator of this node."""
    return has_role(person, Role.ADMINISTRATOR)


@predicate
def is_observer(person: Person | None) -> bool:
    """Somebody of an observer organisation: reads what members read, changes nothing."""
    return has_role(person, Role.OBSERVER)


@predicate
def is_signed_in(person: Person | None) -> bool:
    """Anybody with an account, whatever their roles."""
    return person is not None


@predicate
def edits_organisation(person: Person | None, thing: object | None) -> bool:
    """An editor of the organisation *thing* is, or answers to."""
    return has_role(person, Role.EDITOR, thing=thing)


@predicate
def owns_commitment(person: Person | None, thing: object | None) -> bool:
    """The owner or the deputy of the commitment *thing* is, or answers to."""
    return has_role(person, Role.OWNER, Role.DEPUTY, thing=thing)


@predicate
def coordinates(person: Person | None, thing: object | None) -> bool:
    """Somebody who coordinates the commitment *thing* is, or answers to; that one only (R6)."""
    return has_role(person, Role.COORDINATOR, thing=thing)


@cache
def policy() -> RuleSet:
    """Return every verb of the installed apps with its predicate."""
    stated = RuleSet()
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.startswith("jumelage.") and find_spec(name):
            for verb, allowed in import_module(name).verbs.items():
                stated.add_rule(verb, allowed)
    return stated


def may(person: Person | None, verb: str, thing: object | None = None) -> bool:
    """Tell whether *person* (None: a citizen without account) may do *verb* to *thing*."""
    return bool(policy().test_rule(verb, person, thing))


def ensure(person: Person | None, verb: str, thing: object | None = None) -> None:
    """Go on only if *person* may do *verb* to *thing*.

    Raises:
        NotAllowedError: they may not.
    """
    if not may(person, verb, thing):
        raise NotAllowedError


def person_of(user: object) -> Person | None:
    """Return the person behind a Django user; None for somebody not signed in."""
    return getattr(user, "person", None)
