"""The recorded surface of Kitsu, and what of an answer is missing or of another type."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

RECORDED = Path(__file__).with_name("surface.json")
PLAIN = {"str": str, "int": int, "float": float, "bool": bool}
ID = "{id}"

BETTER = {"files.new_working_file": 201, "search.search_entities": 200, "thumbnail(exr)": 200}
"""Calls that fail in the recording and are answered here."""


@dataclass(frozen=True)
class Call:
    """One request of the recording, or of ours."""

    fn: str
    method: str
    path: str

    @classmethod
    def of(cls, fn: str, method: str, path: str) -> "Call":
        """Return the call without what differs from run to run."""
        return cls(fn, method, path.partition("?")[0].rstrip("/"))


@dataclass
class Surface:
    """Everything that was recorded."""

    shapes: dict[Call, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Status and shape of each answer."""
    events: dict[str, Any] = field(default_factory=dict)
    queries: dict[Call, set[str]] = field(default_factory=lambda: defaultdict(set))
    nullable: frozenset[str] = frozenset()
    """Keys that are null somewhere and something elsewhere."""


@cache
def recorded() -> Surface:
    """Return the recording."""
    surface = Surface()
    null: set[str] = set()
    some: set[str] = set()
    for row in json.loads(RECORDED.read_text("utf-8")):
        for key, shape in _leaves(row.get("resp")):
            (null if shape == "NoneType" else some).add(key)
        if row.get("m") == "EVENT":
            surface.events[row["path"]] = row["resp"]
        elif not row["path"].startswith("/socket.io"):
            call = Call.of(row["fn"], row["m"], row["path"])
            surface.shapes[call].append((row["status"], row.get("resp")))
            surface.queries[call] |= {name for name, _ in parse_qsl(row["path"].partition("?")[2])}
    surface.nullable = frozenset(null & some)
    return surface


def _leaves(shape: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(shape, Mapping):
        for key, inner in shape.items():
            yield key, inner
            yield from _leaves(inner)
    elif isinstance(shape, list):
        for inner in shape:
            yield from _leaves(inner)


def misfits(shape: Any, value: Any, nullable: frozenset[str], where: str = "$") -> Iterator[str]:
    """Yield what of *value* is not as in *shape*; keys nobody recorded are welcome."""
    if isinstance(shape, Mapping):
        yield from _of_object(shape, value, nullable, where)
    elif isinstance(shape, list):
        yield from _of_list(shape, value, nullable, where)
    elif shape in PLAIN:
        key = where.rpartition(".")[2]
        if not (value is None and key in nullable) and type(value) is not PLAIN[shape]:
            yield f"{where}: {type(value).__name__} instead of {shape}"


def _of_object(shape: Any, value: Any, nullable: frozenset[str], where: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where}: {type(value).__name__} instead of an object"
        return
    for key, inner in shape.items():
        if key == ID:
            ids = [each for each in value if len(each) == 36]
            if not ids:
                yield f"{where}: no identifier among its keys"
            for each in ids:
                yield from misfits(inner, value[each], nullable, f"{where}.{ID}")
        elif key not in value:
            yield f"{where}.{key}: missing"
        else:
            yield from misfits(inner, value[key], nullable, f"{where}.{key}")


def _of_list(shape: Any, value: Any, nullable: frozenset[str], where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where}: {type(value).__name__} instead of a list"
        return
    if shape and not value and "[]" not in where:
        yield f"{where}: an empty list"
    for each in value if shape else ():
        fits = [list(misfits(one, each, nullable, f"{where}[]")) for one in shape]
        yield from min(fits, key=len)


def compared(lines: list[dict[str, Any]]) -> list[str]:
    """Return every difference between the recording and the *lines* of a run."""
    surface, found = recorded(), []
    seen: Counter[Call] = Counter()
    for line in (each for each in lines if "method" in each):
        call = Call.of(line["fn"], line["method"], line["path"])
        answers = surface.shapes.get(call)
        if answers is None:
            found.append(f"{call}: not in the recording")
            continue
        status, shape = answers[min(seen[call], len(answers) - 1)]
        seen[call] += 1
        status = BETTER.get(call.fn, status) if line["status"] != status else status
        if line["status"] != status:
            found.append(f"{call}: {line['status']} instead of {status}: {line['reply']}"[:400])
        elif call.fn not in BETTER:
            fits = [
                list(misfits(one, line["reply"], surface.nullable))
                for _, one in [(status, shape), *answers]
            ]
            found += [f"{call} {each}" for each in min(fits, key=len)]
    found += [f"{call}: never asked" for call in surface.shapes if not seen[call]]
    return found


def events_compared(lines: list[dict[str, Any]]) -> list[str]:
    """Return the events of the recording that were not heard in *lines*, or not in that form."""
    surface, found = recorded(), []
    heard: dict[str, Any] = {}
    for line in (each for each in lines if "event" in each):
        heard.setdefault(line["event"], []).append(line["data"])
    for name, shape in surface.events.items():
        if name not in heard:
            found.append(f"{name}: not heard")
        for data in heard.get(name, []):
            found += [f"{name} {each}" for each in misfits(shape, data, surface.nullable)]
    return sorted(set(found))
