"""How far a production is: tasks by type and status, who works from which city, what is open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Value
from django.db.models.functions import Coalesce, NullIf

from jumelage.components.studio.models import Entity, Production, Seat, Task, Version
from jumelage.components.studio.models.values import WordDefinition
from jumelage.components.studio.selectors.words import used_by


@dataclass(frozen=True, slots=True)
class Part:
    """The tasks of one status among those of one type."""

    status: WordDefinition
    count: int


@dataclass(frozen=True, slots=True)
class Strip:
    """One kind of work: its tasks by status, in the order of the statuses."""

    task_type: WordDefinition
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        """All of its tasks."""
        return sum(part.count for part in self.parts)

    @property
    def done(self) -> int:
        """Those that are finished."""
        return sum(part.count for part in self.parts if part.status.facts.get("done"))


def strips(production: Production) -> Sequence[Strip]:
    """Return the progress of each kind of work that has tasks."""
    statuses = used_by(production, "status")
    counts = _counts(production)
    found = []
    for task_type in used_by(production, "task-type"):
        known = [Part(word, counts[task_type.slug, word.slug]) for word in statuses]
        parts = [part for part in known if part.count]
        if parts:
            found.append(Strip(task_type, parts))
    return found


def _counts(production: Production) -> Counter[tuple[str, str]]:
    standing = Coalesce(NullIf("state__status", Value("")), "status")
    tasks = Task.objects.live().filter(
        production=production, entity__withdrawn_at=None, entity__canceled=False
    )
    rows = tasks.values_list("task_type", standing).annotate(n=Count("uri")).order_by()
    found: Counter[tuple[str, str]] = Counter()
    for task_type, status, n in rows:
        found[task_type, status] += n
    return found


def totals(productions: Sequence[Production]) -> Mapping[str, tuple[int, int]]:
    """Return `(finished tasks, all tasks)` of each of *productions*, by URI."""
    standing = Coalesce(NullIf("state__status", Value("")), "status")
    tasks = Task.objects.live().filter(
        production__in=productions, entity__withdrawn_at=None, entity__canceled=False
    )
    rows = tasks.values_list("production_id", standing).annotate(n=Count("uri")).order_by()
    ends = {
        production.uri: {w.slug for w in used_by(production, "status") if w.facts.get("done")}
        for production in productions
    }
    found = dict.fromkeys(ends, (0, 0))
    for uri, status, n in rows:
        done, every = found[uri]
        found[uri] = (done + n * (status in ends[uri]), every + n)
    return found


@dataclass(frozen=True, slots=True)
class CityShare:
    """What one city brings to a production."""

    origin: str
    roles: Mapping[str, int]
    entities: int
    versions: int


def shares(production: Production) -> Sequence[CityShare]:
    """Return what each city of *production* brings, its own first."""
    live = {"production": production}
    roles = Counter(Seat.objects.live().filter(**live).values_list("origin", "role"))
    entities = _by_origin(Entity, production)
    versions = _by_origin(Version, production)
    return [
        CityShare(
            origin,
            {role: n for (of, role), n in sorted(roles.items()) if of == origin},
            entities[origin],
            versions[origin],
        )
        for origin in production.cities
    ]


def _by_origin(model: type[Entity] | type[Version], production: Production) -> Counter[str]:
    rows = model.objects.live().filter(production=production)
    return Counter(rows.values_list("origin", flat=True))
