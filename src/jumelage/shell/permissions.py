"""Who may look after the bridge."""

from jumelage.bridge.api import freight
from jumelage.directory.models import Person
from jumelage.directory.policy import (
    Verbs,
    is_administrator,
    is_member,
    is_observer,
    is_officer,
    predicate,
)
from jumelage.kit.component import components


def apart() -> frozenset[str]:
    """Return the roles of components whose deliveries only who looks after the line may name."""
    return frozenset(one.name for one in components() if one.sends_apart)


@predicate
def is_sent_apart(_: Person | None, thing: object | None) -> bool:
    """A delivery of a component that names on its own pages what it sends."""
    return isinstance(thing, freight.Delivery) and thing.sent_by in apart()


verbs: Verbs = {
    "bridge.pair": is_officer | is_administrator,
    "bridge.read-refusals": is_officer | is_administrator,
    "bridge.see-passages": is_officer | is_administrator,
    "bridge.close": is_officer | is_administrator,
    "bridge.erase": is_officer | is_administrator,
    "bridge.read-erasures": is_officer | is_administrator,
    "bridge.begin-epoch": is_administrator,
    "bridge.rotate-key": is_administrator,
    "bridge.read-audit": is_administrator,
    "bridge.see-deliveries": is_officer
    | is_administrator
    | ((is_member | is_observer) & ~is_sent_apart),
    "bridge.receive-files": is_officer | is_administrator,
    "bridge.send-files": is_officer | is_administrator,
    "bridge.steer-deliveries": is_officer | is_administrator,
    "bridge.limit-freight": is_administrator,
}
