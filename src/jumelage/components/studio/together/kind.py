"""The kind of live session called `review`: what `bridge/live` asks of the studio."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from jumelage.bridge.api import live_log, me
from jumelage.components.studio.selectors.sessions import KIND, facts_of, session_by_uri
from jumelage.components.studio.services.review.sessions import state_held
from jumelage.components.studio.together import deciding, folding
from jumelage.components.studio.together.attendance import attendance
from jumelage.components.studio.together.errors import SessionOverError
from jumelage.components.studio.together.standing import roles_in
from jumelage.kit.live import Act, Facts, Participant, SessionKind, State
from jumelage.kit.uris import Uri


class Review(SessionKind):
    """Both cities look at the same frame; see `kit.live.SessionKind`."""

    name = KIND
    shared = frozenset({"drawn", "noted", "seated"})
    hosted = frozenset({"transport", "presenter", "items"})
    passing = frozenset({"laser", "stroke", "scrub", "ready", "alone", "ask"})
    notes = True
    days_kept = 400

    def facts(self, uri: str) -> Facts | None:
        """Return what this node knows of the session *uri*."""
        session = session_by_uri(uri)
        return facts_of(session) if session else None

    def roles(self, uri: str, bearers: Collection[str]) -> Mapping[str, str]:
        """Return what the people *bearers* are in the session now: a wall may stand meanwhile."""
        session = session_by_uri(uri)
        return roles_in(session, bearers) if session else {}

    def begin(self, facts: Facts) -> State:
        """Return the first state."""
        return folding.begin(facts)

    def fold(self, state: State, act: Act) -> State:
        """Return the state after *act*."""
        return folding.fold(state, act)

    def decide(
        self, state: State, by: Participant, kind: str, body: Mapping[str, Any], now: datetime
    ) -> dict[str, Any]:
        """Return *body* as it is logged."""
        return deciding.decide(state, by, kind, body, now)

    def may_say(self, by: Participant, kind: str) -> bool:
        """Let who only looks on say nothing but what they look at."""
        return by.role != folding.VIEWER or kind == "ready"

    def admit(
        self,
        state: State,  # noqa: ARG002  # of the protocol
        present: Sequence[Participant],  # noqa: ARG002  # of the protocol
        by: Participant,
        facts: Facts,
        now: datetime,
    ) -> Participant:
        """Let in who has a ticket, as long as the session is open.

        Raises:
            SessionOverError: it is closed.
        """
        if facts.ends is not None and facts.ends <= now:
            raise SessionOverError
        return by

    def ended(self, uri: str) -> None:
        """State that the session was held, if this city hosts it and both cities were there."""
        if Uri.parse(uri).origin != me().origin:
            return
        found = attendance(live_log(uri))
        if found.day is not None and found.minutes:
            state_held(
                session=uri,
                day=found.day,
                minutes=found.minutes,
                people=found.counts,
                said=found.said,
            )
