"""Reads `multipart/form-data` as it comes, without holding more than one piece of it.

Source: RFC 7578 and RFC 2046, section 5.1; how browsers escape names: WHATWG HTML, 4.10.21.8.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

LARGEST_HEAD = 16 * 1024
_BOUNDARY = re.compile(rb'multipart/form-data\s*;.*\bboundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"]*)"')
_FILE = re.compile(rb'\bfilename="([^"]*)"')


class BrokenFormError(ValueError):
    """The body is not what its type says."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the form begins: a field, or a file (with the name it had)."""

    name: str
    file: str | None


class End:
    """The part has ended."""


Event = Part | bytes | End


class _State(Enum):
    BEFORE, BETWEEN, HEAD, BODY, OVER = range(5)


def boundary(content_type: bytes) -> bytes:
    """Return the boundary that *content_type* names.

    Raises:
        BrokenFormError: it is no form with files.
    """
    found = _BOUNDARY.match(content_type)
    if found is None:
        raise BrokenFormError
    return found[1]


class Multipart:
    """One form; `feed` tells what is in each piece of its body."""

    def __init__(self, boundary: bytes) -> None:
        """Expect the parts between *boundary*."""
        self._mark = b"\r\n--" + boundary
        self._held, self._state = b"\r\n", _State.BEFORE

    @property
    def over(self) -> bool:
        """Whether the last part has ended as it should."""
        return self._state is _State.OVER

    def feed(self, data: bytes) -> Iterator[Event]:
        """Tell what *data*, the next bytes of the body, holds.

        Raises:
            BrokenFormError: it is no form.
        """
        self._held += data
        before: tuple[object, int] = (None, -1)
        while before != (now := (self._state, len(self._held))):
            before = now
            if self._state in {_State.BEFORE, _State.BODY}:
                yield from self._body()
            elif self._state is _State.BETWEEN:
                self._between()
            elif self._state is _State.HEAD:
                yield from self._head()

    def _body(self) -> Iterator[Event]:
        place, inside = self._held.find(self._mark), self._state is _State.BODY
        ends = place >= 0
        cut = place if ends else max(0, len(self._held) - len(self._mark) + 1)
        data, self._held = self._held[:cut], self._held[cut:]
        if inside and data:
            yield data
        if ends:
            self._held, self._state = self._held[len(self._mark) :], _State.BETWEEN
            if inside:
                yield End()

    def _between(self) -> None:
        if len(self._held) < 2:
            return
        after, self._held = self._held[:2], self._held[2:]
        if after not in {b"\r\n", b"--"}:
            raise BrokenFormError
        self._state = _State.HEAD if after == b"\r\n" else _State.OVER

    def _head(self) -> Iterator[Event]:
        head, found, rest = self._held.partition(b"\r\n\r\n")
        if len(head) > LARGEST_HEAD:
            raise BrokenFormError
        if found:
            self._held, self._state = rest, _State.BODY
            yield _part(head)


def _part(head: bytes) -> Part:
    name, file = _NAME.search(head), _FILE.search(head)
    if name is None:
        raise BrokenFormError
    return Part(_text(name[1]), _text(file[1]) if file else None)


def _text(escaped: bytes) -> str:
    text = escaped.decode("utf-8", "replace")
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%22", '"')):
        text = text.replace(code, character)
    return text
