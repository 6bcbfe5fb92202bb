"""The kind of live session a call is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from jumelage.components.rooms.calls import evidence, rules, standing, state
from jumelage.components.rooms.engines.here import desk
from jumelage.kit.live import Act, Body, Facts, Participant, SessionKind, State


class Call(SessionKind):
    """People of two cities see and hear each other, in the rooms they booked.

    *host*, *member* and *kiosk* (the room's own screen) are inside; *waiting* knocks, *early* was
    invited and the doors are not open yet.
    """

    name = "call"
    shared = rules.SHARED
    hosted = rules.HOSTED
    passing = rules.PASSING
    outside = frozenset({"waiting", "early"})
    notes = True
    desk = desk
    days_kept = 30

    def facts(self, uri: str) -> Facts | None:
        """Return what the tables say of the call, if it is one that takes place."""
        occurrence = standing.occurrence_by_uri(uri)
        return None if occurrence is None else standing.facts_of(occurrence)

    def roles(self, uri: str, bearers: Collection[str]) -> Mapping[str, str]:
        """Return what the people *bearers* are in the call now."""
        occurrence = standing.occurrence_by_uri(uri)
        return standing.roles_in(occurrence, bearers) if occurrence else {}

    def begin(self, facts: Facts) -> State:
        """Return a call nobody came to yet."""
        return state.begin(facts.host)

    def fold(self, so_far: State, act: Act) -> State:
        """Return the state after *act*."""
        return state.fold(so_far, act)

    def decide(
        self, so_far: State, by: Participant, kind: str, body: Body, _now: datetime
    ) -> dict[str, Any]:
        """Return the body of an act as it is logged."""
        most = None if standing.has_engine() else state.MESH_MOST
        return rules.decide(so_far, by, kind, body, most)

    def role_of(self, so_far: State, participant: Participant) -> str:
        """Return the role *participant* has now."""
        return rules.role_of(so_far, participant)

    def admit(
        self,
        so_far: State,
        present: Sequence[Participant],
        by: Participant,
        facts: Facts,
        now: datetime,
    ) -> Participant:
        """Return *by* as they come in."""
        return rules.admit(so_far, present, by, facts, now, most=standing.places(facts))

    def ended(self, uri: str) -> None:
        """State what the call was like, for the agreement page."""
        evidence.state_session(uri)
