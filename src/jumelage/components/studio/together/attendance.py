"""Who was there and for how long, read from the log of a session; pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from jumelage.kit.live import Act

SPOKEN = ("drawn", "noted")


@dataclass(slots=True)
class Attendance:
    """What a session comes to in figures."""

    first: datetime | None = None
    together: timedelta = timedelta()
    """While people of at least two cities were there."""
    people: dict[str, set[str]] = field(default_factory=dict)
    """By city, as the log calls them."""
    said: int = 0

    @property
    def minutes(self) -> int:
        """Minutes together; a begun one counts whole."""
        return -(-int(self.together.total_seconds()) // 60)

    @property
    def counts(self) -> Mapping[str, int]:
        """People by city."""
        return {city: len(people) for city, people in self.people.items()}

    @property
    def day(self) -> date | None:
        """The UTC day on which it began."""
        return self.first.date() if self.first else None


def attendance(acts: Sequence[Act]) -> Attendance:
    """Count *acts*, given in the order of the log."""
    found = Attendance(said=len(_spoken(acts)))
    here: dict[str, str] = {}
    last: datetime | None = None
    for act in acts:
        if act.kind not in {"joined", "left", "line"}:
            continue
        if last is not None and len(set(here.values())) > 1 and act.at > last:
            found.together += act.at - last
        last = max(act.at, last) if last else act.at
        _count(act, here, found)
    return found


def _count(act: Act, here: dict[str, str], found: Attendance) -> None:
    if act.kind == "joined":
        here[act.body["participant"]] = act.city
        found.people.setdefault(act.city, set()).add(act.by)
        found.first = found.first or act.at
    elif act.kind == "left":
        here.pop(act.body["participant"], None)
    elif not act.body["up"]:
        for one in [one for one, city in here.items() if city == act.body["city"]]:
            del here[one]


def _spoken(acts: Iterable[Act]) -> set[str]:
    """Return the URIs of the drawings and notes that were not taken back."""
    found: set[str] = set()
    for act in acts:
        if act.kind in SPOKEN:
            (found.discard if act.body.get("removed") else found.add)(act.body["uri"])
    return found
