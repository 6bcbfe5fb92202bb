"""The second opinion: what each owner has really said, and what every city must therefore hold.

Nothing here runs the product's rules. Rows are compared with a replay of the headers that is
written down anew: of all that a city holds of a record, the newest revision counts; a put wins
over a withdrawal of the same revision, for then the record has moved to readers it still has.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import orjson

from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.kit.uris import Uri
from tests.models.cities import City

_FEEDS = "SELECT node_id, name, head_seq FROM bridge_feed WHERE head_seq > 0"
_ENTRIES = """SELECT f.node_id, f.name, e.seq, e.header, e.body FROM bridge_entry e
              JOIN bridge_feed f ON f.id = e.feed_id ORDER BY e.feed_id, e.seq"""
_ROWS = """SELECT uri, json_extract(text, '$.en'), withdrawn_at IS NULL, rev
           FROM agreement_correctionrequest"""
_STOPPED = "SELECT node_id, name FROM bridge_feed WHERE stopped <> ''"
_COMMENTS = "SELECT count(*) FROM practices_comment"

KIND = CorrectionRequested.kind
Place = tuple[str, str]
"""A feed: its origin and its name."""


@dataclass(slots=True)
class Said:
    """What an owner said last of one record; `scope` is empty when nobody may read it."""

    scope: str = ""
    texts: list[str] = field(default_factory=list)
    erased: bool = False

    @property
    def text(self) -> str:
        """The words said last."""
        return self.texts[-1] if self.texts else ""


@dataclass(frozen=True, slots=True)
class Held:
    """One stored entry."""

    place: Place
    seq: int
    header: bytes
    body: bytes | None

    @property
    def fact(self) -> dict[str, str | int]:
        """What the header says."""
        return orjson.loads(self.header)  # type: ignore[no-any-return]  # a header is an object

    @property
    def erases(self) -> bool:
        """Whether it says that the record is erased."""
        return bool(self.fact.get("erase"))

    @property
    def text(self) -> str:
        """The words the body carries, if it is here and carries any."""
        said = orjson.loads(self.body) if self.body else {}
        return str(said["text"]["en"]) if "text" in said else ""


@dataclass
class Truth:
    """What really happened, as the machine that made it happen knows."""

    records: dict[str, Said] = field(default_factory=dict)
    logs: dict[Place, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """The headers each owner has committed."""
    open_to: dict[str, set[str]] = field(default_factory=dict)
    """The origins that may have read a text, by the text."""
    revisions: dict[tuple[str, str], int] = field(default_factory=dict)
    """The newest revision each city has shown of a record."""
    gone: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The records a city has ever heard to be erased, by its origin; no restore brings them back."""
    stopped: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    """The feeds a city has noticed to be written twice, by its origin."""

    def note(self, owner: City) -> None:
        """Take what *owner* holds of its own feeds as said; nothing said before may be gone."""
        for place, entries in _by_place(entries_of(owner)).items():
            if place[0] == owner.origin:
                said = [entry.header for entry in entries]
                assert said[: len(self.logs[place])] == self.logs[place], "an own entry is gone"
                self.logs[place] = said

    def accept_loss(self, owner: City) -> None:
        """Take what *owner* has after a restore as all it ever said; what is lost is lost."""
        entries = [entry for entry in entries_of(owner) if entry.place[0] == owner.origin]
        own = {place for place in self.logs if place[0] == owner.origin}
        for place in own | {entry.place for entry in entries}:
            self.logs[place] = [entry.header for entry in entries if entry.place == place]
        for uri, said in self.records.items():
            if Uri.parse(uri).origin == owner.origin and not said.erased:
                said.scope = _scope_in([entry for entry in entries if uri_of(entry) == uri])
        self.stopped[owner.origin] &= stopped_at(owner)
        self.revisions = {k: rev for k, rev in self.revisions.items() if k[0] != owner.origin}

    def check(self, city: City) -> None:
        """Compare what *city* holds with what was said.

        Raises:
            AssertionError: a copy is not a prefix, or holds what it must not.
        """
        entries = entries_of(city)
        self._check_logs(city, entries)
        self._check_bodies(city, entries)
        assert stopped_at(city) == self.stopped[city.origin], "stopped without proof, or not at all"
        rows = rows_of(city)
        assert {uri: row[0] for uri, row in rows.items() if row[1]} == replay(
            entries, self.gone[city.origin]
        )
        for uri, (_, _, rev) in rows.items():
            assert rev >= self.revisions.get((city.origin, uri), 0), "a revision went back"
            self.revisions[city.origin, uri] = rev

    def _check_logs(self, city: City, entries: Sequence[Held]) -> None:
        held = _by_place(entries)
        for place, found in held.items():
            said = self.logs[place]
            own = place[0] == city.origin
            assert [entry.header for entry in found] == (said if own else said[: len(found)])
            assert [entry.seq for entry in found] == list(range(1, len(found) + 1))
        heads = {(node, name): seq for node, name, seq in city.raw.execute(_FEEDS)}
        assert heads == {place: len(found) for place, found in held.items()}

    def _check_bodies(self, city: City, entries: Sequence[Held]) -> None:
        gone = self.gone[city.origin]
        gone |= {uri_of(entry) for entry in entries if entry.erases}
        for entry in entries:
            if entry.text:
                assert city.origin in self.open_to.get(entry.text, ()), "not for these eyes"
                assert uri_of(entry) not in gone, "an erased body was kept"
        if not city.may_comment:
            assert city.raw.execute(_COMMENTS).fetchone() == (0,), "no article opens comments"
        dump = city.dump()
        for text in [text for uri in gone for text in self.records[uri].texts]:
            assert text.encode() not in dump, "erased words are on the disk"

    def check_settled(self, reader: City, owner: City) -> None:
        """Compare what *reader* shows of *owner* with the owner's live records, after a rest.

        Raises:
            AssertionError: something is missing, or there is more.
        """
        if any(origin == owner.origin for origin, _ in self.stopped[reader.origin]):
            return
        shown = {uri: text for uri, (text, live, _) in rows_of(reader).items() if live}
        mine = {uri: text for uri, text in shown.items() if Uri.parse(uri).origin == owner.origin}
        assert mine == {
            uri: said.text
            for uri, said in self.records.items()
            if Uri.parse(uri).origin == owner.origin
            and reads(reader.origin, owner.origin, said.scope)
        }


def reads(origin: str, owner: str, scope: str) -> bool:
    """Tell whether the node *origin* sees what *owner* says to *scope*."""
    if not scope:
        return False
    return origin == owner or scope in {"public", "network", f"twin:{origin}"}


def uri_of(entry: Held) -> str:
    """Return the URI of the record an entry speaks of."""
    return str(Uri(entry.place[0], str(entry.fact["id"])))


def replay(entries: Sequence[Held], gone: Collection[str]) -> dict[str, str]:
    """Return the words of every live record, as *entries* alone tell it; *gone* are erased.

    What came without its words shows nothing: its owner has erased it, and the entry that says
    so is still to come, perhaps only after the owner was restored.
    """
    newest: dict[str, tuple[int, bool, str]] = {}
    for entry in entries:
        if entry.fact["kind"] == KIND and uri_of(entry) not in gone:
            put = entry.fact["op"] == "put"
            rank = (int(entry.fact["rev"]), put, entry.text)
            newest[uri_of(entry)] = max(newest.get(uri_of(entry), rank), rank)
    return {uri: text for uri, (_, put, text) in newest.items() if put and text}


def entries_of(city: City) -> list[Held]:
    """Return everything *city* has stored, feed by feed, in order."""
    return [
        Held((origin, name), seq, bytes(header), body)
        for origin, name, seq, header, body in city.raw.execute(_ENTRIES)
    ]


def rows_of(city: City) -> dict[str, tuple[str, bool, int]]:
    """Return words, whether they are live, and revision of every request to correct."""
    return {uri: (text, bool(live), rev) for uri, text, live, rev in city.raw.execute(_ROWS)}


def stopped_at(city: City) -> set[Place]:
    """Return the feeds *city* takes nothing more from."""
    return set(city.raw.execute(_STOPPED).fetchall())


def _scope_in(entries: Sequence[Held]) -> str:
    """Return which feed of an owner gave a record last, if it was not withdrawn after."""
    ranks = [(int(e.fact["rev"]), e.fact["op"] == "put", e.place[1]) for e in entries]
    _, put, scope = max(ranks, default=(0, False, ""))
    return scope if put else ""


def _by_place(entries: Iterable[Held]) -> dict[Place, list[Held]]:
    found: dict[Place, list[Held]] = defaultdict(list)
    for entry in entries:
        found[entry.place].append(entry)
    return found
