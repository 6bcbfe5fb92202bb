"""Who may do what in the directory."""

from jumelage.bridge.api import me
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import (
    Verbs,
    edits_organisation,
    everyone,
    is_administrator,
    is_officer,
    is_signed_in,
    predicate,
)


@predicate
def is_living(_: Person | None, thing: object | None) -> bool:
    """The organisation is not a historical fact, which nobody edits."""
    return isinstance(thing, Organisation) and not thing.historical


@predicate
def is_listed_here(_: Person | None, thing: object | None) -> bool:
    """This node lists the organisation; another city's entry is that city's to change."""
    return isinstance(thing, Organisation) and thing.origin == me().origin


_edits = (is_officer | edits_organisation) & is_listed_here

verbs: Verbs = {
    "directory.read": everyone,
    "directory.list-organisation": is_officer,
    "directory.import-organisations": is_officer | is_administrator,
    "directory.correct-organisation": _edits & is_living,
    "directory.change-organisation": _edits & is_living,
    "directory.confirm-organisation": _edits,
    "directory.withdraw-organisation": is_officer & is_listed_here & is_living,
    "directory.see-people": is_officer | is_administrator,
    "directory.grant-role": is_officer | is_administrator,
    "directory.grant-administrator": is_administrator,
    "directory.edit-own-profile": is_signed_in,
}
