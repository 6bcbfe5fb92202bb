"""Three cities that publish, move, withdraw, pull, crash and lie, checked after every step.

Theory of operation. Hypothesis chooses the steps; every step runs the product's own functions
on a city's own database. `Truth` is the only second opinion. After each step every copy must
be an exact prefix of what its owner has said, nobody may hold a word that was never theirs to
read, and revisions may not go back. At the end the line is whole, everybody pulls, and every
table must be exactly the owner's live records; so must be the table of a reader that begins
again with nothing.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations

import orjson
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jumelage.bridge.boundary.policy import allowed_fields
from jumelage.bridge.errors import BridgeError, ForkError
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head, extend
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.wire import Line, digest, encode_body
from jumelage.bridge.feeds.write import move, publish, withdraw
from jumelage.bridge.models import Node
from jumelage.bridge.replication.client import Batch, split_page
from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.components.practices.records import PracticeCommented
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import line_of
from tests.models.cities import City
from tests.models.truth import Said, Truth, entries_of, reads, rows_of

CITY = st.integers(0, 2)
OTHER = st.integers(1, 2)
"""Steps round the table, so that nobody writes to itself."""
ANY = st.integers(0, 1000)
SLOT = st.sampled_from("pqr")
STATEMENT = st.integers(0, 25)


@dataclass(frozen=True, slots=True)
class Letter:
    """A page on its way from *owner* to *reader*."""

    owner: City
    reader: City
    feed: str
    batch: Batch


class ThreeCities(RuleBasedStateMachine):
    """The steps; the test that runs them gives the `cities`."""

    cities: tuple[City, City, City]

    @initialize()
    def begin(self) -> None:
        """Begin with three empty cities that trust each other."""
        self.truth, self.mail, self.words = Truth(), list[Letter](), 0
        for city in self.cities:
            city.begin_again()

    # What cities say.

    @rule(who=CITY, slot=SLOT, scope=ANY)
    def says(self, who: int, slot: str, scope: int) -> None:
        """Publish a record, say it anew, or move it to other readers."""
        self._say(self.cities[who], slot, self._scope(who, scope))

    @rule(who=CITY, slot=SLOT, scope=ANY, after=STATEMENT)
    def crashes_while_it_says(self, who: int, slot: str, scope: int, after: int) -> None:
        """End the owner's process while it publishes: what was not committed was not said."""
        self._say(self.cities[who], slot, self._scope(who, scope), crash=after)

    @rule(who=CITY, slot=SLOT)
    def takes_back(self, who: int, slot: str) -> None:
        """Withdraw a record from those who read it."""
        owner = self.cities[who]
        said = self.truth.records.get(_uri(owner, slot))
        if said is not None and said.scope:
            with owner.here():
                withdraw(_uri(owner, slot), audience=said.scope)
            said.scope = ""
            self.truth.note(owner)

    @rule()
    def comments(self) -> None:
        """Say something of a kind that no article opens where the readers are."""
        owner = self.cities[-1]
        text = self._word()
        comment = PracticeCommented(
            uri=str(Uri(owner.origin, new_id())), practice=_uri(owner, "p"), text=Bilingual(en=text)
        )
        with owner.here():
            publish(comment, audience="public")
        self.truth.open_to[text] = {owner.origin}
        self.truth.note(owner)

    # What the line does.

    @rule(owner=CITY, step=OTHER, feed=ANY, shift=st.integers(-3, 3), limit=st.integers(1, 5))
    def asks(self, owner: int, step: int, feed: int, shift: int, limit: int) -> None:
        """Ask for a page around the own cursor: the next one, one held already, one ahead."""
        source, reader = self.cities[owner], self.cities[(owner + step) % 3]
        heads = [name for name, head in source.heads_for(reader).items() if head]
        if heads:
            name = heads[feed % len(heads)]
            after = max(0, _head(reader, source, name).seq + shift)
            self._post(source, reader, name, after, limit)

    @precondition(lambda self: self.mail)
    @rule(which=ANY, again=st.booleans())
    def delivers(self, which: int, again: bool) -> None:
        """Bring a letter, in whatever order; perhaps it comes again."""
        letter = self._take(which, keep=again)
        with suppress(BridgeError):
            _receive(letter)

    @precondition(lambda self: self.mail)
    @rule(which=ANY)
    def loses(self, which: int) -> None:
        """Lose a letter."""
        self._take(which)

    @precondition(lambda self: self.mail)
    @rule(which=ANY, after=STATEMENT)
    def crashes_while_it_receives(self, which: int, after: int) -> None:
        """End the reader's process somewhere between two statements."""
        letter = self._take(which, keep=True)
        with suppress(BridgeError):
            letter.reader.crashes(after, partial(_receive, letter))

    # What liars do.

    @precondition(lambda self: self.mail)
    @rule(which=ANY, at=ANY, how=st.sampled_from(["body", "line", "cut", "turn"]))
    def is_tampered_with(self, which: int, at: int, how: str) -> None:
        """Change a letter: other words, with or without their hash, a line less, another order."""
        letter = self._take(which, keep=True)
        lines, signed = letter.batch
        at %= len(lines)
        changed = {
            "body": [*lines[:at], _reworded(lines[at], rehash=False), *lines[at + 1 :]],
            "line": [*lines[:at], _reworded(lines[at], rehash=True), *lines[at + 1 :]],
            "cut": lines[:at] + lines[at + 1 :],
            "turn": lines[::-1],
        }[how]
        with suppress(BridgeError):
            _receive(replace(letter, batch=(changed, signed)))

    @rule(owner=CITY, step=OTHER)
    def is_impersonated(self, owner: int, step: int) -> None:
        """Continue somebody's feed with a key that is not theirs."""
        victim, reader = self.cities[owner], self.cities[(owner + step) % 3]
        liar = self.cities[(owner + 2 * step) % 3]
        head = _head(reader, victim, "public")
        request = self._request(victim, "p", self._word())
        body = encode_body(request, allowed_fields(type(request), "public"))
        head, link = extend(
            head, kind=request.kind, record_id=Uri.parse(request.uri).id, rev=99, op="put",
            body=body, time=clock.now(),
        )  # fmt: skip
        with liar.here():
            signed = checkpoints.sign(head)
        with suppress(BridgeError):
            _receive(Letter(victim, reader, "public", ([line_of(link)], signed)))

    @rule(owner=CITY)
    def keeps_a_copy(self, owner: int) -> None:
        """Keep what the owner's database says now, for another story."""
        self.cities[owner].kept["story"] = self.cities[owner].dump()

    @rule(owner=CITY, step=OTHER)
    def tells_another_story(self, owner: int, step: int) -> None:
        """Go on from the kept copy and tell a reader, who holds the first story, the second."""
        liar, reader = self.cities[owner], self.cities[(owner + step) % 3]
        if "story" not in liar.kept or (liar.origin, "public") in self.truth.stopped[reader.origin]:
            return
        real = liar.dump()
        liar.load(liar.kept["story"])
        fork = _head(liar, liar, "public").seq
        with liar.here():
            publish(self._request(liar, "p", f"slurs-{self._word()}"), audience="public")
        page = liar.page("public", fork, 5)
        liar.load(real)
        if _head(reader, liar, "public").seq > fork:
            with pytest.raises(ForkError):
                _receive(Letter(liar, reader, "public", split_page(page)))

    # What must be true.

    @invariant()
    def holds_only_what_was_said(self) -> None:
        """Check every city after every step."""
        for city in self.cities:
            self.truth.check(city)

    def teardown(self) -> None:
        """Let everybody pull over a whole line, and compare; then again from nothing."""
        if not hasattr(self, "truth"):
            return
        for owner, reader in permutations(self.cities, 2):
            _pull(owner, reader)
        for city in self.cities:
            self.truth.check(city)
            for owner in self.cities:
                self.truth.check_settled(city, owner)
        self._begin_again_as(self.cities[1])

    def _begin_again_as(self, reader: City) -> None:
        """Let *reader* lose its copies and take them again: the same rows must come of it."""
        rows, own = rows_of(reader), reader.origin
        reader.load(reader.template)
        for owner in self.cities:
            if owner is not reader:
                _pull(owner, reader)
        foreign = {uri: row for uri, row in rows.items() if Uri.parse(uri).origin != own}
        assert {uri: row[:2] for uri, row in rows_of(reader).items() if row[1]} == {
            uri: row[:2] for uri, row in foreign.items() if row[1]
        }

    # How it is done.

    def _say(self, owner: City, slot: str, scope: str, crash: int | None = None) -> None:
        """Publish or move; note what was said unless the process ended before it was."""
        uri, text = _uri(owner, slot), self._word()
        said = self.truth.records.setdefault(uri, Said())
        request = self._request(owner, slot, text)
        say = partial(move if said.scope else publish, request, audience=scope)
        self.truth.open_to[text] = {
            c.origin for c in self.cities if reads(c.origin, owner.origin, scope)
        }
        if crash is None:
            with owner.here():
                say()
        elif owner.crashes(crash, say):
            return
        said.scope = scope
        said.texts.append(text)
        self.truth.note(owner)

    def _request(self, owner: City, slot: str, text: str) -> CorrectionRequested:
        about = next(city for city in self.cities if city is not owner)
        return CorrectionRequested(
            uri=_uri(owner, slot), about=_uri(about, slot), text=Bilingual(en=text)
        )

    def _word(self) -> str:
        """Return words that nobody has said."""
        self.words += 1
        return f"words-{self.words:04}."

    def _scope(self, who: int, number: int) -> str:
        """Return one of the audiences a city can speak to."""
        twins = [f"twin:{self.cities[(who + step) % 3].origin}" for step in (1, 2)]
        return ["public", "network", *twins][number % 4]

    def _post(self, owner: City, reader: City, feed: str, after: int, limit: int) -> None:
        page = owner.page(feed, after, limit)
        if page:
            self.mail.append(Letter(owner, reader, feed, split_page(page)))

    def _take(self, which: int, *, keep: bool = False) -> Letter:
        at = which % len(self.mail)
        return self.mail[at] if keep else self.mail.pop(at)


def _reworded(line: Line, *, rehash: bool) -> Line:
    """Return *line* with other words, and with *rehash* a header that fits them."""
    body, header = (line.body or b"").replace(b"words", b"slurs"), orjson.loads(line.header)
    if rehash:
        header["body"] = digest((line.salt or b"") + body).hex()
    return Line(h=orjson.dumps(header).decode(), s=line.s, b=body.decode())


def _uri(owner: City, slot: str) -> str:
    return str(Uri(owner.origin, slot * 26))


def _receive(letter: Letter) -> None:
    with letter.reader.here():
        peer = Node.objects.get(origin=letter.owner.origin)
        receive(peer, letter.feed, *letter.batch)


def _head(reader: City, owner: City, feed: str) -> Head:
    """Return where the copy that *reader* holds of a feed ends."""
    held = [entry for entry in entries_of(reader) if entry.place == (owner.origin, feed)]
    return Head(owner.origin, feed, 0, len(held), digest(held[-1].header) if held else bytes(32))


def _pull(owner: City, reader: City) -> None:
    """Copy everything *reader* may read, page by page, over a whole line."""
    for name, head in owner.heads_for(reader).items():
        cursor = _head(reader, owner, name).seq
        while cursor < head:
            _receive(Letter(owner, reader, name, split_page(owner.page(name, cursor, 500))))
            before, cursor = cursor, _head(reader, owner, name).seq
            assert cursor > before, "a page changed nothing"
