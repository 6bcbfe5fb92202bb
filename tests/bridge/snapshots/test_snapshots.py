"""A snapshot says what is live; who joins by it holds exactly that, proven."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from jumelage.bridge.errors import ChainError, CursorCompactedError, SnapshotError
from jumelage.bridge.feeds import serve as feeds
from jumelage.bridge.feeds.checkpoints import Signed
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.wire import Line, decode_header, decode_line, digest
from jumelage.bridge.feeds.write import publish, withdraw
from jumelage.bridge.models import Entry, Feed, Node, Reader
from jumelage.bridge.records.snapshots import SnapshotTaken
from jumelage.bridge.snapshots import compact, join, kept, serve, take
from jumelage.bridge.snapshots.serve import Claim
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from jumelage.kit.uris import Uri
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]


class Story:
    """A peer that said three sheets, changed one, withdrew one, and summed it all up."""

    def __init__(self, peer: Peer, sheet: Sheet) -> None:
        """Let the peer speak."""
        self.peer = peer
        self.stays, self.changes, self.goes = (sheet(peer.origin, t) for t in "abc")
        self.lines = peer.say(self.stays, self.changes, self.goes)
        self.lines += peer.say(replace(self.changes, title=sheet(peer.origin, "d").title), rev=2)
        goes = Uri.parse(self.goes.uri).id
        self.lines.append(peer.say_bytes(self.goes.kind, goes, b"{}", rev=2, op="withdraw"))
        head = peer.head()
        self.kept = [self.lines[0], self.lines[3]]
        self.listed = [(decode_header(li.header).seq, digest(li.header)) for li in self.kept]
        self.claim = Claim(epoch=0, seq=head.seq, head=head.hash.hex())
        self.record = SnapshotTaken(
            uri=peer.uri(),
            feed="public",
            epoch=0,
            seq=head.seq,
            head=head.hash.hex(),
            kept=2,
            digest=kept.digest(self.listed).hex(),
        )
        self.after = peer.say(self.record)

    @property
    def node(self) -> Node:
        """The peer's row here."""
        return Node.objects.get(origin=self.peer.origin)

    def begin(self, listed: bytes = b"", claim: Claim | None = None) -> join.Join:
        """Begin to join."""
        text = listed or b"".join(kept.write(self.listed))
        batch = (self.after, self.peer.checkpoint())
        return join.begin(self.node, "public", claim or self.claim, batch, text)

    def join(self) -> int:
        """Join whole."""
        joined = self.begin()
        join.take_page(joined, self.kept)
        return join.finish(joined)


@pytest.fixture
def story(peer: Peer, opened: None, sheet: Sheet) -> Story:
    """Return a peer with a snapshot."""
    return Story(peer, sheet)


def titles() -> list[str]:
    """Return the titles of the live sheets."""
    return sorted(row.title["en"] for row in Practice.objects.live())


def test_joining_by_a_snapshot_gives_what_is_live(story: Story) -> None:
    assert story.join() == 5

    assert titles() == ["a", "d"]
    feed = Feed.objects.get(node=story.node)
    assert (feed.base_seq, feed.head_seq) == (5, 5)
    assert receive(story.node, "public", story.after, story.peer.checkpoint()) == 6
    assert feed.snapshots.get().kept == 2
    assert [chain.flaws for chain in verify_chains() if chain.seq] == [()]


def test_who_was_away_too_long_loses_what_was_withdrawn(story: Story) -> None:
    receive(story.node, "public", story.lines[:3], _checkpoint_at(story, 3))
    assert titles() == ["a", "b", "c"]

    story.join()

    assert titles() == ["a", "d"]
    assert sorted(Entry.objects.values_list("seq", flat=True)) == [1, 4]
    assert Practice.objects.get(uri=story.goes.uri).withdrawn_at is not None


def _checkpoint_at(story: Story, seq: int) -> Signed:
    line = decode_header(story.lines[seq - 1].header)
    head = replace(story.peer.head(), seq=seq, hash=digest(story.lines[seq - 1].header))
    now, story.peer.heads["public"] = story.peer.heads["public"], head
    signed = story.peer.checkpoint()
    story.peer.heads["public"] = now
    assert line.seq == seq
    return signed


def test_a_join_that_broke_off_goes_on(story: Story) -> None:
    join.take_page(story.begin(), story.kept[:1])
    with pytest.raises(SnapshotError):
        join.finish(story.begin())

    assert story.join() == 5
    assert titles() == ["a", "d"]


@pytest.mark.parametrize("what", ["list", "head", "entry", "record"])
def test_a_snapshot_that_was_tampered_with_is_not_believed(story: Story, what: str) -> None:
    shorter = b"".join(kept.write(story.listed[:1]))
    tampered: dict[str, Callable[[], object]] = {
        "list": lambda: story.begin(shorter),
        "head": lambda: story.begin(claim=Claim(epoch=0, seq=4, head=story.claim.head)),
        "entry": lambda: join.take_page(story.begin(), [_other(story)]),
        "record": lambda: join.begin(
            story.node, "public", story.claim, (story.lines[:1], story.peer.checkpoint()), b""
        ),
    }
    with pytest.raises((SnapshotError, ChainError)):
        tampered[what]()

    assert (titles(), Entry.objects.count()) == ([], 0)


def _other(story: Story) -> Line:
    return story.lines[1]


def test_own_snapshot_is_served_and_what_lies_behind_it_goes(
    here: Node, peer: Peer, opened: None, sheet: Sheet
) -> None:
    said = [sheet(here.origin, title) for title in "abc"]
    for one in said:
        publish(one)
    publish(said[0])
    withdraw(said[1].uri)
    taken = take.take("public")
    assert taken is not None
    assert (taken.seq, taken.kept) == (5, 2)
    assert take.take("public") == taken

    lines = [decode_line(line) for line in serve.page("public", 0).splitlines()]
    assert [decode_header(line.header).seq for line in lines] == [3, 4]
    assert kept.digest(kept.read(serve.listing("public"))) == bytes(taken.digest)

    feed = Feed.objects.get(name="public")
    assert compact.compact(keep=timedelta(0)) == 0  # nobody has copied it yet
    node = Node.objects.get(origin=peer.origin)
    Reader.objects.create(feed=feed, node=node, seq=6, at=clock.now())
    assert compact.compact() == 0  # too young
    assert compact.compact(keep=timedelta(0)) == 3

    feed.refresh_from_db()
    assert feed.base_seq == 5
    assert [chain.flaws for chain in verify_chains() if chain.seq] == [()]
    with pytest.raises(CursorCompactedError):
        feeds.page("public", 2)
    assert feeds.page("public", 5).count == 1
    assert titles() == ["a", "c"]


def test_is_due_when_most_of_what_is_new_was_taken_back(opened: None, sheet: Sheet) -> None:
    """Half of it is not enough, a record that came back counts as live; one that is due is taken."""
    origin = Node.objects.get(is_self=True).origin
    sheets = [sheet(origin, title) for title in "abcd"]
    for one in sheets:
        publish(one)
    assert take.take_due(least=4) == []
    for one in sheets[:2]:
        withdraw(one.uri)
        publish(one)
    assert take.take_due(least=4) == []
    for one in sheets[:3]:
        withdraw(one.uri)
    [taken] = take.take_due(least=4)
    assert (taken.feed.name, taken.kept) == ("public", 1)
    assert take.take_due(least=4) == []
