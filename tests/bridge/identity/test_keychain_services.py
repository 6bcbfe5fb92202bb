"""Rotating, revoking and recovering this node's own key."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from jumelage.bridge.boundary import audit
from jumelage.bridge.boundary.standing import begin_recovery
from jumelage.bridge.errors import RecoveringError
from jumelage.bridge.feeds import checkpoints, serve
from jumelage.bridge.feeds.chain import Head
from jumelage.bridge.feeds.verify import verify_chains
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.errors import (
    KeyMissingError,
    KeyNotOursError,
    WrongRecoveryKeyError,
)
from jumelage.bridge.identity.keychain import files, services
from jumelage.bridge.identity.keychain.chain import keys_of, steps_of
from jumelage.bridge.identity.keychain.introduction import introductions
from jumelage.bridge.identity.keys import SigningKey, load, own_key
from jumelage.bridge.identity.origin import Genesis
from jumelage.bridge.identity.requests import signer
from jumelage.bridge.models import Cut, CutEntry, Entry, Feed, KeyStatement, Node
from jumelage.bridge.replication.client import split_page
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.errors import InvalidInputError
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]
BY = "person:1"


def data() -> Path:
    """Return the data folder of this node."""
    return Path(settings.DATA)


def recovery() -> SigningKey:
    """Return the recovery key, as its keeper brings it."""
    return services.recovery_key_in(data() / "recovery.key")


def node() -> Node:
    """Return this node as the database knows it now."""
    return Node.objects.get(is_self=True)


def signs_as_known() -> bool:
    """Tell whether the key on the disk is the one the database names."""
    return own_key().public == bytes(node().signing_key)


def test_rotating_replaces_the_key_and_keeps_the_name(here: Node) -> None:
    former = own_key()
    signing = signer()

    row = services.rotate(by=BY)

    assert own_key().public != former.public
    assert signs_as_known()
    assert (row.number, row.by, row.decided_by) == (1, "former", BY)
    assert node().origin == here.origin
    assert keys_of(node()) == [own_key().public, former.public]
    assert signing.headers("GET", "http://a.invalid/")["Signature"]
    assert [note.kind for note in audit.entries()] == ["audit.key-rotated"]


def test_nothing_of_the_former_key_stays_on_the_disk(here: Node) -> None:
    secret = (data() / "node.key").read_bytes().splitlines()[1]

    services.rotate(by=BY)

    assert stat.S_IMODE((data() / "node.key").stat().st_mode) == 0o600
    for file in data().iterdir():
        assert secret not in file.read_bytes(), file.name
    assert not list(data().glob("node.key.*ew")) + list(data().glob("node.key.f*"))


def test_pages_are_signed_with_the_present_key_whoever_signed_when_they_were_written(
    opened: None, here: Node, sheet: Sheet
) -> None:
    publish(sheet(here.origin))
    services.rotate(by=BY)
    publish(sheet(here.origin))

    lines, signed = split_page(serve.page("public", 0).body)
    _, first = split_page(serve.page("public", 0, limit=1).body)

    feed = Feed.objects.get(name="public")
    head = Head(here.origin, "public", 0, 2, bytes(feed.head_hash))
    checkpoints.check(signed, head, own_key().public)
    assert keys.verify(own_key().public, checkpoints.KIND, first.text, first.signature)
    assert len(lines) == 2
    assert all(chain.whole for chain in verify_chains())


def test_a_process_that_signs_notices_the_new_key_at_once(here: Node) -> None:
    seen = [own_key().public]
    for _ in range(3):
        services.rotate(by=BY)
        seen.append(own_key().public)

    assert len(set(seen)) == 4
    assert [step.key for step in steps_of(node())] == seen[1:]


def test_a_lost_key_is_recovered_with_the_recovery_key(
    opened: None, here: Node, sheet: Sheet
) -> None:
    publish(sheet(here.origin))
    (data() / "node.key").unlink()
    with pytest.raises(KeyMissingError) as caught:
        publish(sheet(here.origin))
    assert "jumelage keys recover" in str(caught.value)

    row = services.recover(recovery_key=recovery(), by=BY)
    publish(sheet(here.origin))

    assert (row.by, steps_of(node())[0].said.why) == ("recovery", "lost")
    assert signs_as_known()
    assert Practice.objects.count() == 2


def test_another_nodes_recovery_key_recovers_nothing(here: Node) -> None:
    with pytest.raises(WrongRecoveryKeyError):
        services.recover(recovery_key=SigningKey.make(), by=BY)
    with pytest.raises(WrongRecoveryKeyError):
        services.revoke(recovery_key=own_key(), last_valid={}, by=BY)

    assert KeyStatement.objects.count() == 0
    assert signs_as_known()


def test_a_recovery_key_on_a_stick_without_modes_is_read(here: Node) -> None:
    (data() / "recovery.key").chmod(0o755)

    assert recovery().public == Genesis.of(here).recovery


def test_a_strange_key_file_rotates_nothing(here: Node) -> None:
    (data() / "node.key").unlink()
    SigningKey.make().save(data() / "node.key")

    with pytest.raises(KeyNotOursError):
        services.rotate(by=BY)

    assert KeyStatement.objects.count() == 0


def test_a_node_that_has_not_compared_with_its_peers_revokes_nothing(here: Node) -> None:
    begin_recovery()

    with pytest.raises(RecoveringError):
        services.rotate(by=BY)
    with pytest.raises(RecoveringError):
        services.revoke(recovery_key=recovery(), last_valid={}, by=BY)
    services.recover(recovery_key=recovery(), by=BY)
    assert signs_as_known()


def test_revoking_says_how_far_each_feed_came_and_hides_what_is_for_one_city(
    opened: None, peer: Peer, here: Node, sheet: Sheet
) -> None:
    for _ in range(5):
        publish(sheet(here.origin))

    services.revoke(recovery_key=recovery(), last_valid={}, by=BY)

    limits = {limit.feed: limit for limit in steps_of(node())[0].limits}
    assert set(limits) == {"public", "network", f"twin:{peer.origin}"}
    assert [seq for seq, _ in limits["public"].points] == [5, 4, 3, 1]
    assert limits["network"].points == [(0, "0" * 64)]
    (told,) = introductions(peer.origin)
    (public,) = introductions("")
    assert f"twin:{peer.origin}".encode() in told
    assert b"twin:" not in public


def test_entries_a_thief_wrote_here_are_taken_back_and_kept_as_evidence(
    opened: None, here: Node, sheet: Sheet
) -> None:
    honest, changed = sheet(here.origin), sheet(here.origin, title="Honest")
    publish(honest)
    publish(changed)
    publish(sheet(here.origin, title="Forged"))
    publish(sheet(here.origin, title="Twisted", uri=changed.uri))

    services.revoke(recovery_key=recovery(), last_valid={"public": 2}, by=BY)

    assert set(Practice.objects.values_list("uri", "title__en")) == {
        (honest.uri, "Quiet streets"),
        (changed.uri, "Honest"),
    }
    assert Feed.objects.get(name="public").head_seq == 2
    assert (Cut.objects.get().entries, Cut.objects.get().seq) == (2, 2)
    assert all(entry.body for entry in CutEntry.objects.all())
    publish(sheet(here.origin, title="After"))
    assert Entry.objects.filter(feed__name="public").count() == 3
    assert all(chain.whole for chain in verify_chains())


@pytest.mark.parametrize(
    "last_valid", [{"public": 3}, {"public": -1}, {"nothing": 1}, {"audit": 0}]
)
def test_a_place_that_is_not_there_revokes_nothing(
    opened: None, here: Node, sheet: Sheet, last_valid: dict[str, int]
) -> None:
    publish(sheet(here.origin))

    with pytest.raises(InvalidInputError):
        services.revoke(recovery_key=recovery(), last_valid=last_valid, by=BY)

    assert KeyStatement.objects.count() == 0


def test_a_crash_before_the_database_knows_leaves_the_former_key(here: Node) -> None:
    former = own_key().public
    files.stage(SigningKey.make())

    files.mend()

    assert own_key().public == former
    assert not (data() / files.NEW_KEY).exists()


@pytest.mark.parametrize("linked", [False, True])
def test_a_crash_after_the_database_knows_brings_the_new_key(here: Node, linked: bool) -> None:
    new = SigningKey.make()
    files.stage(new)
    Node.objects.filter(is_self=True).update(signing_key=new.public)
    if linked:
        (data() / files.FORMER_KEY).hardlink_to(data() / "node.key")

    files.mend()

    assert own_key().public == new.public
    assert sorted(file.name for file in data().glob("node.key*")) == ["node.key", files.LOCK]


def test_a_crash_while_the_new_key_was_written_leaves_the_former_one(here: Node) -> None:
    former = own_key().public
    (data() / files.NEW_KEY).write_bytes(b"-----BEGIN PRIV")

    files.mend()
    services.rotate(by=BY)

    assert own_key().public != former
    assert signs_as_known()


def test_a_crash_after_the_rename_destroys_the_former_key_at_the_next_start(here: Node) -> None:
    secret = (data() / "node.key").read_bytes()
    (data() / files.FORMER_KEY).hardlink_to(data() / "node.key")
    new = SigningKey.make()
    files.stage(new)
    (data() / files.NEW_KEY).replace(data() / "node.key")
    Node.objects.filter(is_self=True).update(signing_key=new.public)

    files.mend()

    assert load(data() / "node.key").public == new.public
    assert not (data() / files.FORMER_KEY).exists()
    assert secret not in b"".join(f.read_bytes() for f in data().iterdir() if f.is_file())
