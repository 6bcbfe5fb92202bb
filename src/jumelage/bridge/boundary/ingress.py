"""JSON from other nodes, taken only in a form that every program reads alike.

Two readers may disagree about a name that is used twice, about NaN, about integers over 2^53,
about bytes that are not UTF-8; one of them may break on a text that is nested deeply. What is
signed must mean one thing, so such a text is refused. Source: RFC 8259, sections 4, 6, 8;
RFC 7493 (I-JSON).

Theory of operation. What an honest node wrote is compact JSON, so writing again what was read
gives the same bytes, and that proves everything at once for about 3 microseconds a kilobyte.
Only a text that differs is read again by the slow reader, which looks at each name and number.
"""

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from jumelage.bridge.errors import (
    DuplicateNameError,
    NotJsonError,
    NumberRefusedError,
    TooDeepError,
)

DEEPEST = 32
"""Levels of objects and lists."""
LARGEST_INTEGER = 2**53 - 1
SHOWN = 60
"""Characters of a stranger's text that are kept in a reason."""

_COMPACT = orjson.OPT_STRICT_INTEGER


def plain(text: bytes, what: str) -> Any:  # noqa: ANN401  # any JSON value
    """Return the value of the JSON *text*; *what* names it in the refusal.

    Raises:
        NotJsonError, DuplicateNameError, NumberRefusedError, TooDeepError: it is refused.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        _look_closely(text, what)  # a better reason, where there is one
        raise NotJsonError(what=what, reason=_first(error)) from error
    if text.count(b"{") + text.count(b"[") > DEEPEST or not _is_compact(value, text):
        _look_closely(text, what)
    return value


def _is_compact(value: object, text: bytes) -> bool:
    try:
        return orjson.dumps(value, option=_COMPACT) == text
    except orjson.JSONEncodeError:  # an integer over 53 bits, or too deep
        return False


def _look_closely(text: bytes, what: str) -> None:
    """Read *text* name by name.

    Raises:
        As `plain`.
    """
    careful = _Careful(what)
    try:
        value = json.loads(
            text.decode(),
            object_pairs_hook=careful.once,
            parse_constant=careful.refuse,
            parse_int=careful.whole,
            parse_float=careful.real,
        )
    except RecursionError as error:
        raise TooDeepError(what=what, limit=DEEPEST) from error
    except ValueError as error:
        raise NotJsonError(what=what, reason=_first(error)) from error
    if _depth(value) > DEEPEST:
        raise TooDeepError(what=what, limit=DEEPEST)


@dataclass(frozen=True, slots=True)
class _Careful:
    """Looks at each name and number as the slow reader meets it."""

    what: str

    def refuse(self, number: str) -> NoReturn:
        raise NumberRefusedError(what=self.what, number=number[:SHOWN])

    def whole(self, number: str) -> int:
        fits = len(number) <= 17 and abs(int(number)) <= LARGEST_INTEGER
        return int(number) if fits else self.refuse(number)

    def real(self, number: str) -> float:
        return float(number) if math.isfinite(float(number)) else self.refuse(number)

    def once(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise DuplicateNameError(what=self.what, name=_twice(pairs)[:SHOWN])
        return found


def _twice(pairs: list[tuple[str, object]]) -> str:
    """Return the name of *pairs* that occurs more often than the others."""
    return Counter(name for name, _ in pairs).most_common(1)[0][0]


def _depth(value: object) -> int:
    """Return how many objects and lists *value* has inside each other, without recursion."""
    deepest, fresh = 0, [(value, 1)]
    while fresh:
        thing, depth = fresh.pop()
        if isinstance(thing, dict | list):
            deepest = max(deepest, depth)
            inside = thing.values() if isinstance(thing, dict) else thing
            fresh.extend((one, depth + 1) for one in inside)
    return deepest


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:SHOWN]
