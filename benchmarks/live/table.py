"""A small kind of session that is complete: a table where people play, and whoever may see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jumelage.kit.errors import JumelageError
from jumelage.kit.live import Act, Body, Facts, Participant, SessionKind, State


class TableFullError(JumelageError):
    """The table is full."""


class NotYourTurnError(JumelageError):
    """Only the first at the table may deal."""


@dataclass
class Table(SessionKind):
    """People at a table: cards are dealt by the host's order, chips thrown by anybody."""

    tables: dict[str, Facts] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    silent: frozenset[str] = frozenset()
    members: dict[str, str] = field(default_factory=dict)
    """The role of each bearer of a ticket."""
    name = "table"
    shared = frozenset({"chip"})
    hosted = frozenset({"dealt", "seated", "swept"})
    passing = frozenset({"nod"})
    outside = frozenset({"standing"})
    notes = True

    def end(self, uri: str, at: datetime) -> None:
        """Let the table be open until *at*."""
        self.tables[uri] = replace(self.tables[uri], ends=at)

    def facts(self, uri: str) -> Facts | None:
        """Return the table."""
        return self.tables.get(uri)

    def roles(self, uri: str, bearers: Collection[str]) -> Mapping[str, str]:  # noqa: ARG002  # all tables alike
        """Return what the members of the club are now."""
        return {bearer: role for bearer, role in self.members.items() if bearer in bearers}

    def begin(self, facts: Facts) -> State:  # noqa: ARG002  # every table begins alike
        """Begin with an empty table."""
        return {"chips": [], "dealt": 0, "seated": [], "swept": False}

    def fold(self, state: State, act: Act) -> State:
        """Count chips and cards."""
        if act.kind == "chip":
            return {**state, "chips": [*state["chips"], act.body["n"]]}
        if act.kind == "dealt":
            return {**state, "dealt": state["dealt"] + act.body["cards"]}
        if act.kind == "swept":
            return {**state, "swept": True}
        if act.kind == "seated":
            return {**state, "seated": [*state["seated"], act.body["participant"]]}
        return state

    def decide(
        self,
        state: State,  # noqa: ARG002  # anybody may at any time
        by: Participant,
        kind: str,
        body: Body,
        now: datetime,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Let only dealers deal."""
        if kind == "dealt":
            if by.role != "dealer":
                raise NotYourTurnError
            return {"cards": int(body["cards"])}
        if kind == "seated":
            return {"participant": str(body["participant"])}
        return {} if kind == "swept" else {"n": body["n"]}

    def may_say(self, by: Participant, kind: str) -> bool:  # noqa: ARG002  # all words alike
        """Let nobody nod who is to be silent."""
        return by.label not in self.silent

    def role_of(self, state: State, participant: Participant) -> str:
        """Let in who was seated; everybody goes when the table is swept."""
        if state["swept"]:
            return ""
        seated = participant.id in state["seated"] and participant.role == "standing"
        return "player" if seated else participant.role

    def admit(
        self,
        state: State,  # noqa: ARG002  # only the chairs count
        present: Sequence[Participant],
        by: Participant,
        facts: Facts,
        now: datetime,  # noqa: ARG002
    ) -> Participant:
        """Let in as many as there are chairs; those who stand wait."""
        if facts.capacity is not None and len(present) >= facts.capacity:
            raise TableFullError
        return replace(by, role="player") if by.role == "boss" else by

    def ended(self, uri: str) -> None:
        """Remember that it is over."""
        self.over.append(uri)
