"""Fills two paired nodes with the demonstration convention and about a year of activity.

Theory of operation. Everything goes through the ordinary services, so it is signed and
replicated like real activity; all of it is invented and says so, and no real organisation is
named. What one city may do depends on what the other has said, so the two functions are
called in turn, with the feeds replicated in between, until both return `Step.COMPLETE`:

| call | does | returns |
|---|---|---|
| `load_demonstration` on the first node | imports the history, proposes and signs | WAIT_FOR_SIGNATURE |
| `answer_demonstration` on the second | signs (the annex opens there), states its part | WAIT_FOR_EVIDENCE |
| `load_demonstration` on the first | the annex opens here; states its part, attests | COMPLETE |
| `answer_demonstration` on the second | attests | COMPLETE |

Each is idempotent: what is already there is left alone.
"""

from enum import StrEnum

from django.db import transaction

from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.services.demonstration.activity import attest_other, state_part
from jumelage.components.agreement.services.demonstration.proposal import (
    propose,
    sign,
    signing_nodes,
)
from jumelage.components.agreement.services.demonstration.script import (
    convention as held_convention,
)
from jumelage.components.agreement.services.demonstration.script import history, packaged
from jumelage.components.agreement.services.imports import import_agreement
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.directory.services import import_actors

VERB = "agreement.load-demonstration"


class Step(StrEnum):
    """What the demonstration waits for."""

    WAIT_FOR_PAIRING = "wait-for-pairing"
    WAIT_FOR_PROPOSAL = "wait-for-proposal"
    WAIT_FOR_SIGNATURE = "wait-for-signature"
    WAIT_FOR_EVIDENCE = "wait-for-evidence"
    COMPLETE = "complete"


@transaction.atomic
def load_history(*, by: Person) -> Partnership:
    """Import the packaged real organisations and agreements as read-only history."""
    import_actors(packaged("jumelage.directory", "actors.yaml"), by=by)
    return import_agreement(history(), by=by)


def load_demonstration(*, by: Person) -> Step:
    """Do what the first node can do now; see the module for the turns. *by*: an officer."""
    ensure(by, VERB)
    partnership = load_history(by=by)
    if len(signing_nodes(partnership)) < 2:  # two cities sign
        return Step.WAIT_FOR_PAIRING
    convention = held_convention() or propose(partnership, by)
    sign(convention, by)
    return _go_on(convention, "first", by)


def answer_demonstration(*, by: Person) -> Step:
    """Do what the second node can do now; see the module for the turns. *by*: an officer."""
    ensure(by, VERB)
    convention = held_convention()
    if convention is None:
        return Step.WAIT_FOR_PROPOSAL
    sign(convention, by)
    return _go_on(convention, "second", by)


def _go_on(convention: Instrument, part: str, by: Person) -> Step:
    """Once both have signed: state this node's part, and attest the other's."""
    convention.refresh_from_db()
    if not convention.agreed:
        return Step.WAIT_FOR_SIGNATURE
    with transaction.atomic():
        state_part(convention, part, by)
        attested = attest_other(convention, "second" if part == "first" else "first", by)
    return Step.COMPLETE if attested else Step.WAIT_FOR_EVIDENCE
