"""What a cut would change in a production, and what of a cut can travel with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jumelage.components.studio.editorial.comparing import Differences, compare
from jumelage.components.studio.editorial.cut import Cut, Event
from jumelage.components.studio.editorial.shots import known_shot, shot_name
from jumelage.components.studio.models import Entity, KeptCut, Production


class Deed(StrEnum):
    """What applying a cut does with one shot."""

    PLAN = "plan"
    CHANGE = "change"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows from a cut for one shot; `fields` are those of its record."""

    deed: Deed
    shot: str
    entity: Entity | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def leaves(self) -> bool:
        """Tell whether the shot leaves the cut."""
        return self.fields.get("canceled") is True


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A cut beside the last one: what differs, and what would follow."""

    kept: KeptCut
    last: KeptCut | None
    differences: Differences
    consequences: Sequence[Consequence]

    def of(self, deed: str) -> Sequence[Consequence]:
        """Return the consequences of one sort."""
        return [one for one in self.consequences if one.deed == deed]


def last_applied(production: Production) -> KeptCut | None:
    """Return the cut that was applied last."""
    applied = KeptCut.objects.filter(production=production, state=KeptCut.State.APPLIED)
    return applied.order_by("-applied_at", "-pk").first()


def preview(kept: KeptCut, here: str) -> Preview:
    """Return what *kept* would change against the last cut; an applied one against its own last.

    *here* is the origin of this node.
    """
    is_new = kept.state != KeptCut.State.APPLIED
    last = last_applied(kept.production) if is_new else kept.before
    old = last.cut if last else Cut(name="", rate=kept.cut.rate, start=kept.cut.start, events=())
    differences = compare(old, kept.cut)
    found = _consequences(kept.production, old, kept.cut, here) if is_new else ()
    return Preview(kept=kept, last=last, differences=differences, consequences=list(found))


def shots_of(production: Production) -> Mapping[str, Entity]:
    """Return the shots of *production* by every name a clip may call them, without case."""
    shots = Entity.objects.live().filter(production=production, type=Entity.Type.SHOT)
    found: dict[str, Entity] = {}
    for shot in shots.select_related("parent").order_by("created_at", "uri"):
        names = [shot.name, f"{shot.parent.name}_{shot.name}" if shot.parent else ""]
        for name in filter(None, names):
            found.setdefault(name.casefold(), shot)
    return found


def shown(cut: Cut, shots: Mapping[str, Entity]) -> dict[str, tuple[Entity | None, list[Event]]]:
    """Return what each shot of *cut* shows: by the URI of the shot, or by its name if it is new."""
    names = {name: shot.uri for name, shot in shots.items()}
    by_uri = {shot.uri: shot for shot in shots.values()}
    found: dict[str, tuple[Entity | None, list[Event]]] = {}
    for event in cut.pictures:
        if not event.name:
            continue
        uri = known_shot(event.name, names)
        key = uri or shot_name(event.name)
        found.setdefault(key, (by_uri.get(uri or ""), []))[1].append(event)
    return found


def _consequences(production: Production, old: Cut, new: Cut, here: str) -> Iterator[Consequence]:
    shots = shots_of(production)
    before, after = shown(old, shots), shown(new, shots)
    for key, (shot, events) in after.items():
        wanted = _fields(events)
        if shot is None:
            yield Consequence(deed=Deed.PLAN, shot=key, fields=wanted)
        elif fields := {n: v for n, v in wanted.items() if getattr(shot, n) != v}:
            yield _change(shot, fields, here)
    for key, (shot, _events) in before.items():
        if shot is not None and key not in after and not shot.canceled:
            yield _change(shot, {"canceled": True}, here)


def _change(shot: Entity, fields: Mapping[str, Any], here: str) -> Consequence:
    deed = Deed.CHANGE if shot.origin == here else Deed.ASK
    return Consequence(deed=deed, shot=shot.name, entity=shot, fields=fields)


def _fields(events: Sequence[Event]) -> dict[str, Any]:
    """Return the facts of a shot that *events* show: all frames of the source any use needs."""
    first, last = min(e.source_in for e in events), max(e.source_out for e in events)
    return {
        "frames": max(last - first, *(event.frames for event in events)),
        "frame_in": first,
        "frame_out": max(last - 1, first),
        "canceled": False,
    }
