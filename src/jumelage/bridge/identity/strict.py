"""Reading JSON that was signed: strictly, so that two readers never disagree on a text."""

import json
from typing import NoReturn, TypeVar

import msgspec

T = TypeVar("T")


def decode(text: str, form: type[T]) -> T:
    """Read *text* as *form*; no name twice, no NaN, nothing deeper than Python can follow.

    Raises:
        ValueError: it cannot be read so.
    """
    try:
        parsed = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError(text[:20]) from error
    return msgspec.convert(parsed, form)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        message = "a name is used twice"
        raise ValueError(message)
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
