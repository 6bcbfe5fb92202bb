"""The people of a session as this node knows them: connections here, participants everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from jumelage.kit.live import Participant, SessionKind, State


class Connection(Protocol):
    """What carries frames to one browser; never waits, and closes itself when too much waits."""

    def tell(self, frame: bytes) -> None:
        """Send a text frame."""

    def tell_minutes(self, frame: bytes) -> None:
        """Send a binary frame."""

    def close(self, code: int) -> None:
        """Close after what was told."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody connected to this node: how to reach them, and what their ticket said."""

    connection: Connection
    wanted: Participant
    bearer: str = ""


class Roster(dict[str, Participant]):
    """Everybody who is in, of every city, by the id of the participant."""

    def of(self, city: str) -> list[Participant]:
        """Return who is connected in *city*."""
        return [one for one in self.values() if one.city == city]

    def others(self, member: str) -> list[Participant]:
        """Return everybody but *member*."""
        return [one for one in self.values() if one.id != member]

    def came(self) -> dict[str, list[str]]:
        """Return what is stored of each: city, role, person."""
        return {one.id: [one.city, one.role, one.person] for one in self.values()}

    def changes(self, kind: SessionKind, state: State) -> Iterable[tuple[Participant, Participant]]:
        """Yield who has another role now, as they were and as they are."""
        for one in list(self.values()):
            role = kind.role_of(state, one)
            if role != one.role:
                yield one, replace(one, role=role)
