"""What people of this city are in a review session."""

from collections.abc import Collection, Mapping

from jumelage.components.studio.models import ReviewSession
from jumelage.components.studio.selectors.seats import LEADS, SPEAKERS, held_by
from jumelage.components.studio.together.folding import LEADER, VIEWER
from jumelage.directory.models import Person
from jumelage.directory.policy import may


def role_of(person: Person, session: ReviewSession) -> str:
    """Return what *person* may do in *session*: lead, draw and decide, or look on."""
    held = held_by(person, session)
    if held is None or not held.is_open or held.role not in SPEAKERS:
        return VIEWER
    return LEADER if held.role in LEADS else "annotator"


def roles_in(session: ReviewSession, accounts: Collection[str]) -> Mapping[str, str]:
    """Return the roles of those who may be in *session* of *accounts*, the keys of people."""
    people = Person.objects.filter(pk__in=accounts, user__is_active=True)
    return {
        str(person.pk): role_of(person, session)
        for person in people
        if may(person, "studio.join-session", session)
    }
