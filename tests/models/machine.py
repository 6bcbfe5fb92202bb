"""Three cities that publish, move, withdraw, pull, crash and lie, checked after every step.

Theory of operation. Hypothesis chooses the steps; every step runs the product's own functions
on a city's own database. `Truth` is the only second opinion. After each step every copy must
be an exact prefix of what its owner has said, nobody may hold a word that was never theirs to
read, and revisions may not go back. At the end the line is whole, everybody pulls, and every
table must be exactly the owner's live records; so must be the table of a reader that begins
again with nothing.
"""

from contextlib import suppress
from functools import partial
from itertools import permutations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jumelage.bridge.boundary.policy import allowed_fields
from jumelage.bridge.erasing import ledger
from jumelage.bridge.erasing.receipts import give_receipts
from jumelage.bridge.erasing.services import UnknownRecordError, erase
from jumelage.bridge.errors import BridgeError, ErasedRecordError, ForkError, RecoveringError
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import extend
from jumelage.bridge.feeds.wire import encode_body
from jumelage.bridge.feeds.write import move, publish, withdraw
from jumelage.bridge.forks import tell_forks
from jumelage.bridge.recovery import state
from jumelage.bridge.replication.client import split_page
from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.components.practices.records import PracticeCommented
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import line_of
from tests.models.cities import City
from tests.models.letters import (
    Letter,
    head_of,
    receive_letter,
    refused_as,
    reworded,
    uri_in,
)
from tests.models.recovering import recover
from tests.models.truth import Said, Truth, reads, rows_of

CITY = st.integers(0, 2)
OTHER = st.integers(1, 2)
"""Steps round the table, so that nobody writes to itself."""
ANY = st.integers(0, 1000)
SLOT = st.sampled_from("pqr")
STATEMENT = st.integers(0, 25)
CHANGE = st.sampled_from(["body", "line", "line", "cut", "turn"])


class ThreeCities(RuleBasedStateMachine):
    """The steps; the test that runs them gives the `cities`."""

    cities: tuple[City, City, City]

    @initialize()
    def begin(self) -> None:
        """Begin with three empty cities that trust each other."""
        self.truth, self.mail, self.words = Truth(), list[Letter](), 0
        self.has_lost = False
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
        said = self.truth.records.get(uri_in(owner, slot))
        if said is not None and said.scope:
            with owner.here():
                withdraw(uri_in(owner, slot), audience=said.scope)
            said.scope = ""
            self.truth.note(owner)

    @rule(who=CITY, scope=ANY)
    def says_three_things(self, who: int, scope: int) -> None:
        """Publish several records one after the other, so that pages have several lines."""
        for slot in "pqr":
            self._say(self.cities[who], slot, self._scope(who, scope))

    @rule(who=CITY, slot=SLOT)
    def erases(self, who: int, slot: str) -> None:
        """Erase a record everywhere."""
        self._erase(self.cities[who], slot)

    @rule(who=CITY, slot=SLOT, step=OTHER)
    def erases_what_is_on_its_way(self, who: int, slot: str, step: int) -> None:
        """Erase a record that was moved: one feed tells it before the other brings its words."""
        owner, reader = self.cities[who], self.cities[(who + step) % 3]
        self._say(owner, slot, "public")
        page = owner.page("public", head_of(reader, owner, "public").seq, 500)
        self._say(owner, slot, "network")
        self._erase(owner, slot)
        self._pull_feed(owner, reader, "network")
        if page:
            with suppress(BridgeError):
                receive_letter(Letter(owner, reader, "public", split_page(page)))

    @rule(who=CITY)
    def does_its_duties(self, who: int) -> None:
        """Confirm erasures and tell forks, as the worker does."""
        city = self.cities[who]
        with city.here():
            give_receipts()
            tell_forks()
        self.truth.note(city)

    @rule()
    def comments(self) -> None:
        """Say something of a kind that no article opens where the readers are."""
        owner = self.cities[-1]
        text = self._word()
        comment = PracticeCommented(
            uri=str(Uri(owner.origin, new_id())),
            practice=uri_in(owner, "p"),
            text=Bilingual(en=text),
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
        name = self._feed(source, reader, feed)
        after = max(0, head_of(reader, source, name).seq + shift)
        page = source.page(name, after, limit)
        if page:
            self.mail.append(Letter(source, reader, name, split_page(page)))

    @precondition(lambda self: self.mail)
    @rule(which=ANY, again=st.booleans())
    def delivers(self, which: int, again: bool) -> None:
        """Bring a letter, in whatever order; perhaps it comes again."""
        letter = self._take(which, keep=again)
        with suppress(BridgeError):
            receive_letter(letter)

    @precondition(lambda self: self.mail)
    @rule(which=ANY)
    def loses(self, which: int) -> None:
        """Lose a letter."""
        self._take(which)

    @rule(owner=CITY, step=OTHER, feed=ANY, after=STATEMENT)
    def crashes_while_it_receives(self, owner: int, step: int, feed: int, after: int) -> None:
        """End the reader's process somewhere between two statements of its next page."""
        source, reader = self.cities[owner], self.cities[(owner + step) % 3]
        name = self._feed(source, reader, feed)
        page = source.page(name, head_of(reader, source, name).seq, 500)
        letter = Letter(source, reader, name, split_page(page)) if page else None
        if letter is None and self.mail:
            letter = self._take(feed, keep=True)
        if letter is not None:
            with suppress(BridgeError):
                letter.reader.crashes(after, partial(receive_letter, letter))

    # What liars do.

    @rule(owner=CITY, step=OTHER, feed=ANY, back=st.integers(0, 1), at=ANY, how=CHANGE)
    def is_tampered_with(
        self, *, owner: int, step: int, feed: int, back: int, at: int, how: str
    ) -> None:
        """Change a page: other words, with or without their hash, a line less, another order."""
        source, reader = self.cities[owner], self.cities[(owner + step) % 3]
        name = self._feed(source, reader, feed)
        cursor = head_of(reader, source, name).seq
        page = source.page(name, max(0, cursor - back), 5)
        if not page:
            return
        lines, signed = split_page(page)
        at %= len(lines)
        changed = {
            "body": [*lines[:at], reworded(lines[at], rehash=False), *lines[at + 1 :]],
            "line": [*lines[:at], reworded(lines[at], rehash=True), *lines[at + 1 :]],
            "cut": [*lines[:at], *lines[at + 1 :]],
            "turn": lines[::-1],
        }[how]
        with suppress(BridgeError):
            receive_letter(Letter(source, reader, name, (changed, signed)))

    @rule(owner=CITY, step=OTHER)
    def is_impersonated(self, owner: int, step: int) -> None:
        """Continue somebody's feed with a key that is not theirs."""
        victim, reader = self.cities[owner], self.cities[(owner + step) % 3]
        liar = self.cities[(owner + 2 * step) % 3]
        head = head_of(reader, victim, "public")
        request = self._request(victim, "p", self._word())
        body = encode_body(request, allowed_fields(type(request), "public"))
        head, link = extend(
            head, kind=request.kind, record_id=Uri.parse(request.uri).id, rev=99, op="put",
            body=body, time=clock.now(),
        )  # fmt: skip
        with liar.here():
            signed = checkpoints.sign(head)
        with suppress(BridgeError):
            receive_letter(Letter(victim, reader, "public", ([line_of(link)], signed)))

    @rule()
    def tells_two_stories(self) -> None:
        """Let the last city tell the first one a story, and then another from the same point."""
        reader, _, liar = self.cities
        if (liar.origin, "public") in self.truth.stopped[reader.origin] or self._is_gone(liar, "p"):
            return
        before = liar.dump()
        fork = head_of(liar, liar, "public").seq
        self._say(liar, "p", "public")
        self._pull(liar, reader)
        real = liar.dump()
        liar.load(before)
        with liar.here():
            publish(self._request(liar, "p", f"slurs-{self.words}."), audience="public")
        page = liar.page("public", fork, 5)
        liar.load(real)
        with refused_as(ForkError):
            receive_letter(Letter(liar, reader, "public", split_page(page)))
        self.truth.stopped[reader.origin].add((liar.origin, "public"))

    # What a lost machine does.

    @rule(who=CITY)
    def backs_up(self, who: int) -> None:
        """Keep a backup."""
        self.cities[who].backup = self.cities[who].dump()

    @precondition(lambda self: not self.has_lost)
    @rule(who=CITY, step=OTHER, slot=SLOT, what=st.sampled_from(["some", "withdrawal", "erasure"]))
    def loses_a_machine(self, who: int, step: int, slot: str, what: str) -> None:
        """Begin again from a backup, once a story: with whatever is lost, or with one last word."""
        owner, friend = self.cities[who], self.cities[(who + step) % 3]
        if what == "withdrawal" and not self._is_gone(owner, slot):
            self._lose_a_withdrawal(owner, friend, slot)
        elif what == "erasure" and not self._is_gone(owner, slot):
            self._lose_an_erasure(owner, friend, slot)
        if owner.backup:
            self.has_lost = True
            self._restore(owner)

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
            self._pull(owner, reader)
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
                self._pull(owner, reader)
        foreign = {uri: row for uri, row in rows.items() if Uri.parse(uri).origin != own}
        assert {uri: row[:2] for uri, row in rows_of(reader).items() if row[1]} == {
            uri: row[:2] for uri, row in foreign.items() if row[1]
        }

    # How it is done.

    def _say(self, owner: City, slot: str, scope: str, crash: int | None = None) -> None:
        """Publish or move; note what was said unless the process ended before it was."""
        uri, text = uri_in(owner, slot), self._word()
        said = self.truth.records.setdefault(uri, Said())
        request = self._request(owner, slot, text)
        if said.erased:
            with owner.here(), refused_as(ErasedRecordError):
                publish(request, audience=scope)
            return
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

    def _erase(self, owner: City, slot: str) -> None:
        said = self.truth.records.get(uri_in(owner, slot))
        if said is not None and said.texts and not said.erased:
            with owner.here(), suppress(UnknownRecordError):  # a restore has lost all of it
                erase(uri=uri_in(owner, slot), by="model", ground="mistake")
                said.scope, said.erased = "", True
            self.truth.note(owner)

    def _lose_a_withdrawal(self, owner: City, friend: City, slot: str) -> None:
        """Move a record after the backup; only who has it now hears of that before the loss."""
        self._say(owner, slot, "public")
        for reader in self.cities:
            if reader is not owner:
                self._pull(owner, reader)
        owner.backup = owner.dump()
        self._say(owner, slot, f"twin:{friend.origin}")
        self._pull_feed(owner, friend, f"twin:{friend.origin}")

    def _lose_an_erasure(self, owner: City, reader: City, slot: str) -> None:
        """Erase a record after the backup; nobody hears of that before the loss."""
        self._say(owner, slot, "network")
        self._pull(owner, reader)
        owner.backup = owner.dump()
        self._erase(owner, slot)

    def _is_gone(self, owner: City, slot: str) -> bool:
        return self.truth.records.get(uri_in(owner, slot), Said()).erased

    def _restore(self, owner: City) -> None:
        """Load the backup, and do what a node does until it may write again."""
        self.mail = [letter for letter in self.mail if letter.owner is not owner]
        owner.load(owner.backup)
        with owner.here():
            state.begin(backup_at=None, by="model")
            ledger.reconcile()
            with refused_as(RecoveringError):
                publish(self._request(owner, "p", "too early"), audience="public")
            assert recover(owner, self.cities), "everybody answered"
        self.truth.accept_loss(owner)

    def _pull(self, owner: City, reader: City) -> None:
        """Copy everything *reader* may read over a whole line."""
        for name in owner.heads_for(reader):
            self._pull_feed(owner, reader, name)

    def _pull_feed(self, owner: City, reader: City, name: str) -> None:
        """Copy one feed page by page, unless it was stopped."""
        cursor, head = head_of(reader, owner, name).seq, owner.heads_for(reader).get(name, 0)
        while cursor < head and (owner.origin, name) not in self.truth.stopped[reader.origin]:
            receive_letter(Letter(owner, reader, name, split_page(owner.page(name, cursor, 500))))
            before, cursor = cursor, head_of(reader, owner, name).seq
            assert cursor > before, "a page changed nothing"

    def _request(self, owner: City, slot: str, text: str) -> CorrectionRequested:
        about = next(city for city in self.cities if city is not owner)
        return CorrectionRequested(
            uri=uri_in(owner, slot), about=uri_in(about, slot), text=Bilingual(en=text)
        )

    def _word(self) -> str:
        """Return words that nobody has said."""
        self.words += 1
        return f"words-{self.words:04}."

    def _scope(self, who: int, number: int) -> str:
        """Return one of the audiences a city can speak to."""
        twins = [f"twin:{self.cities[(who + step) % 3].origin}" for step in (1, 2)]
        return ["public", "public", "network", *twins][number % 5]

    def _feed(self, owner: City, reader: City, number: int) -> str:
        """Return one of the feeds that *owner* shows *reader*, one with entries if there is one."""
        heads = owner.heads_for(reader)
        spoken = [name for name, head in heads.items() if head] or list(heads)
        return spoken[number % len(spoken)]

    def _take(self, which: int, *, keep: bool = False) -> Letter:
        at = which % len(self.mail)
        return self.mail[at] if keep else self.mail.pop(at)
