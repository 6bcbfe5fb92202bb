"""Which names a delivery may carry: those that mean the same file on every machine.

A name is a relative path with `/` between its parts, in Unicode's form NFC. What a reader's
machine could take for something else is refused, each with its own reason: a way out of the
folder, a device, a second spelling of the same name. Names from a disk are brought to NFC
when a delivery is packed (macOS stores them decomposed); names from a peer must be it.

Source: Unicode Standard, D145 (canonical caseless matching).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.freight.errors import UnsafeNameError

LONGEST_PATH = 1024
LONGEST_PART = 255
"""Bytes in UTF-8; what Linux, macOS and Windows can all store."""
DEEPEST = 32
MANIFEST_FOLDER = "ascmhl"
"""Where the ASC MHL manifest of a delivery lies; a delivery may not bring its own there."""
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
TURNING = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters that change the direction in which a name is read, and so hide what it is."""

Reason = str | Promise
Rule = tuple[Callable[[str], bool], Reason]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _has_control(name: str) -> bool:
    return not (name.isascii() and name.isprintable()) and any(
        unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or ord(c) & 0xFFFE == 0xFFFE
        for c in name
    )


RULES: tuple[Rule, ...] = (
    (lambda name: not name, _("it is empty")),
    (
        lambda name: len(name) > LONGEST_PATH or len(_utf8(name)) > LONGEST_PATH,
        _("it is longer than 1,024 bytes"),
    ),
    (_has_control, _("it holds a control character")),
    (
        lambda name: not TURNING.isdisjoint(name),
        _("it holds a character that turns the direction of reading"),
    ),
    (lambda name: "\\" in name, _("it holds a backslash")),
    (lambda name: name.startswith("/"), _("it begins at the root of the disk")),
    (lambda name: ":" in name, _("it holds a colon, which names a drive or a stream elsewhere")),
    (lambda name: not unicodedata.is_normalized("NFC", name), _("it is not in Unicode’s form NFC")),
    (lambda name: name.count("/") >= DEEPEST, _("it is more than 32 folders deep")),
)
PART_RULES: tuple[Rule, ...] = (
    (lambda part: not part, _("a part of it is empty")),
    (lambda part: part in {".", ".."}, _("it leads out of its folder")),
    (lambda part: len(_utf8(part)) > LONGEST_PART, _("a part of it is longer than 255 bytes")),
    (
        lambda part: part[-1] in " .",
        _("a part of it ends in a space or a dot, which Windows drops"),
    ),
    (
        lambda part: part.partition(".")[0].rstrip().casefold() in DEVICES,
        _("it is the name of a device on Windows"),
    ),
)


PART = r"(?!(?:con|prn|aux|nul|com\d|lpt\d) *(?:[./]|\Z))\w(?:[\w .-]*[\w-])?"
PLAIN = re.compile(
    rf"(?!{MANIFEST_FOLDER}(?:/|\Z)){PART}(?:/{PART}){{0,7}}", re.ASCII | re.IGNORECASE
)
SHORT = 200
"""Names that are plain and so short break no rule; the rules need not be asked one by one."""


def check(name: str) -> None:
    """Accept *name* as a path in a delivery.

    Raises: UnsafeNameError with the first reason against it.
    """
    if len(name) <= SHORT and PLAIN.fullmatch(name):
        return
    for wrong, reason in RULES:
        if wrong(name):
            raise UnsafeNameError(name=shown(name), reason=reason)
    parts = name.split("/")
    for part in parts:
        for wrong, reason in PART_RULES:
            if wrong(part):
                raise UnsafeNameError(name=shown(name), reason=reason)
    if folded(parts[0]) == MANIFEST_FOLDER:
        raise UnsafeNameError(name=shown(name), reason=_("the manifest of the delivery lies there"))


def check_together(names: Iterable[str]) -> None:
    """Accept *names*, each sound by itself, in one folder: no two may meet on any machine.

    Raises: UnsafeNameError when two differ only in case or form, or when a file of one name
    is a folder of another.
    """
    spelling: dict[str, tuple[str, bool]] = {}
    known = ""
    for name in names:
        folder = name.rpartition("/")[0]
        if folder and folder != known:
            for path in _folders(folder):
                _meet(spelling, name, path, is_file=False)
            known = folder
        _meet(spelling, name, name, is_file=True)


def _folders(folder: str) -> Iterator[str]:
    """Yield *folder* and those it lies in, the outermost first."""
    end = folder.find("/")
    while end >= 0:
        yield folder[:end]
        end = folder.find("/", end + 1)
    yield folder


def _meet(spelling: dict[str, tuple[str, bool]], name: str, path: str, *, is_file: bool) -> None:
    """Take up the *path* of *name*, or part of it, unless it meets another one."""
    key = folded(path)
    if (before := spelling.get(key)) is None:
        spelling[key] = (path, is_file)
    else:
        _compare(name, path, before, is_file=is_file)


def _compare(name: str, path: str, before: tuple[str, bool], *, is_file: bool) -> None:
    if before[0] != path:
        reason = _("it differs from “{other}” only in capitals or accents’ form")
        raise UnsafeNameError(name=name, reason=str(reason).format(other=shown(before[0])))
    if before[1] != is_file:
        raise UnsafeNameError(name=name, reason=_("it is a file and a folder at once"))
    if is_file:
        raise UnsafeNameError(name=name, reason=_("it stands in the list twice"))


def folded(name: str) -> str:
    """Return what *name* has in common with all names that some machine takes for the same."""
    if name.isascii():
        return name.lower()
    decomposed = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFD", decomposed.casefold())


def shown(name: str) -> str:
    """Return a hostile *name* so that it can be printed: short, without controls."""
    plain = "".join(c if c.isprintable() and c not in TURNING else "\ufffd" for c in name[:100])
    return plain + ("…" if len(name) > len(plain) else "")
