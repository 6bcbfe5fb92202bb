"""Who may do what with practices."""

from jumelage.bridge.api import me
from jumelage.components.practices.models import Adoption, Draft, SaidRow
from jumelage.directory.models import Person
from jumelage.directory.policy import (
    Role,
    Verbs,
    edits_organisation,
    everyone,
    is_member,
    is_officer,
    predicate,
)


@predicate
def edits_some_organisation(person: Person | None) -> bool:
    """An editor of any organisation."""
    return person is not None and any(role == Role.EDITOR for role, _ in person.roles)


@predicate
def is_own_draft(person: Person | None, thing: object | None) -> bool:
    """The draft is the person's own."""
    return person is not None and isinstance(thing, Draft) and thing.person_id == person.pk


@predicate
def is_from_here(_: Person | None, thing: object | None) -> bool:
    """This city said it; what another city said is that city's to change."""
    return isinstance(thing, SaidRow) and thing.origin == me().origin


@predicate
def stands(_: Person | None, thing: object | None) -> bool:
    """It was not withdrawn."""
    return isinstance(thing, SaidRow) and thing.withdrawn_at is None


@predicate
def is_adoption(_: Person | None, thing: object | None) -> bool:
    """It is an adoption, which alone has results."""
    return isinstance(thing, Adoption)


_speaks = is_officer | edits_organisation
_speaks_somewhere = is_officer | edits_some_organisation

verbs: Verbs = {
    "practices.read": everyone,
    "practices.write-draft": is_member,
    "practices.change-draft": is_own_draft,
    "practices.share-practice": _speaks,
    "practices.revise-practice": _speaks & is_from_here & stands,
    "practices.comment-on-practice": is_member,
    "practices.adopt-practice": _speaks_somewhere & ~is_from_here & stands,
    "practices.speak-for": _speaks,
    "practices.report-result": _speaks & is_from_here & stands & is_adoption,
    "practices.withdraw": _speaks & is_from_here & stands,
}
