"""Leaving a partnership: what is kept proves itself, what was for the partner alone goes."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from jumelage.bridge import bundle
from jumelage.bridge.boundary import leaving
from jumelage.bridge.boundary.policy import is_open, open_kind
from jumelage.bridge.erasing import ledger
from jumelage.bridge.errors import NotPairedError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.identity.keychain import services
from jumelage.bridge.identity.keychain.chain import adopt
from jumelage.bridge.models import Entry, Erasure, Node, Pairing
from jumelage.components.agreement.records.evidence import CorrectionRequested
from jumelage.components.practices.models import Practice
from jumelage.components.practices.records import PracticeShared
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import Peer

Sheet = Callable[..., PracticeShared]
BY = "person:1"


@pytest.fixture
def partner(opened: None, here: Node, peer: Peer, sheet: Sheet) -> Peer:
    """Return a partner that both told and was told things, one of them under a former key."""
    for audience in ("public", f"twin:{peer.origin}"):
        open_kind(kind=CorrectionRequested.kind, audience=audience, article="annex", instrument="x")
    node = Node.objects.get(origin=peer.origin)
    receive(node, "public", peer.say(sheet(peer.origin), sheet(peer.origin)), peer.checkpoint())
    peer.change_key()
    adopt(node, peer.chain)
    publish(sheet(here.origin))
    services.rotate(by=BY)
    publish(sheet(here.origin))
    for number in range(3):
        publish(request(here, peer, f"Secret {number}"), audience=f"twin:{peer.origin}")
    return peer


def request(here: Node, peer: Peer, text: str) -> CorrectionRequested:
    """Return something this city asks of *peer*."""
    about = f"jumelage:{peer.origin}:{new_id()}"
    uri = str(Uri(here.origin, new_id()))
    return CorrectionRequested(uri=uri, about=about, text=Bilingual(en=text))


def node(peer: Peer) -> Node:
    """Return the row of *peer* as it is now."""
    return Node.objects.get(origin=peer.origin)


def test_a_bundle_holds_both_sides_and_proves_itself(partner: Peer, tmp_path: Path) -> None:
    leaving.keep_bundle(node(partner), tmp_path / "kept")

    found = bundle.verify(tmp_path / "kept")

    assert [one.flaw for one in found] == [""] * 3
    assert sorted((one.feed.partition(":")[0], one.entries) for one in found) == [
        ("public", 2),
        ("public", 2),
        ("twin", 3),
    ]


def _first(folder: Path, pattern: str) -> Path:
    return min(folder.glob(pattern))


def _without_an_entry(folder: Path) -> None:
    file = _first(folder, "feeds/*public*")
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[1:]))


def _with_another_word(folder: Path) -> None:
    file = _first(folder, "feeds/*public*")
    file.write_bytes(file.read_bytes().replace(b"Quiet", b"Noisy"))


def _signed_by_nobody(folder: Path) -> None:
    file = _first(folder, "feeds/*public*")
    *lines, last = file.read_bytes().splitlines(keepends=True)
    said = msgspec.json.decode(last)
    said["signature"] = "A" * 86 + "=="
    file.write_bytes(b"".join([*lines, msgspec.json.encode(said), b"\n"]))


@pytest.mark.parametrize("change", [_without_an_entry, _with_another_word, _signed_by_nobody])
@pytest.mark.parametrize("rehashed", [False, True])
def test_a_bundle_that_was_changed_is_found_out(
    partner: Peer, tmp_path: Path, change: Callable[[Path], None], rehashed: bool
) -> None:
    folder = tmp_path / "kept"
    leaving.keep_bundle(node(partner), folder)

    change(folder)
    if rehashed:
        said = msgspec.json.decode((folder / bundle.CONTENTS).read_bytes())
        for file in (*said["keys"], *said["feeds"]):
            file["sha256"] = bundle.digest_of((folder / file["path"]).read_bytes())
        (folder / bundle.CONTENTS).write_bytes(msgspec.json.encode(said))

    assert sum(bool(one.flaw) for one in bundle.verify(folder)) == 1


def test_keys_that_prove_nothing_and_files_elsewhere_are_refused(
    partner: Peer, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    leaving.keep_bundle(node(partner), folder)
    said = msgspec.json.decode((folder / bundle.CONTENTS).read_bytes())
    outside = {**said, "keys": [{"path": "../node.key", "sha256": "0" * 64}]}
    (folder / bundle.CONTENTS).write_bytes(msgspec.json.encode(outside))

    with pytest.raises(bundle.BundleError, match="elsewhere"):
        bundle.verify(folder)
    with pytest.raises(bundle.BundleError):
        bundle.verify(tmp_path / "nothing")
    with pytest.raises(bundle.BundleError, match="not empty"):
        leaving.keep_bundle(node(partner), folder)


def test_only_what_was_for_the_partner_alone_is_erased(partner: Peer, here: Node) -> None:
    both = request(here, partner, "Known to all")
    publish(both, audience=f"twin:{partner.origin}")
    publish(both)

    assert leaving.erase_for(node(partner), ["practices.shared"], by=BY) == 0
    assert leaving.erase_for(node(partner), [], by=BY) == 3
    assert leaving.erase_for(node(partner), [], by=BY) == 0

    assert set(Erasure.objects.values_list("ground", flat=True)) == {"partner-left"}
    assert Entry.objects.filter(uri=both.uri, body__isnull=False).count() == 2
    assert len(leaving.unanswered(node(partner))) == 3
    assert ledger.read() == [] or len(ledger.read()) == 3


def test_somebody_who_never_answers_is_not_waited_for_for_ever(partner: Peer) -> None:
    leaving.erase_for(node(partner), [], by=BY)

    assert leaving.unanswered(node(partner), patience=timedelta()) == []
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert leaving.unanswered(node(partner)) == []


def test_ending_closes_what_was_opened_and_keeps_what_crossed(partner: Peer) -> None:
    leaving.end(node(partner), by=BY)

    pairing = Pairing.objects.get()
    assert (pairing.state, pairing.untold) == (Pairing.State.ENDED, True)
    assert pairing.ended_at is not None
    assert not is_open(CorrectionRequested, f"twin:{partner.origin}")
    assert is_open(CorrectionRequested, "public")
    assert leaving.kept_of(node(partner)) == 2
    assert Practice.objects.filter(origin=partner.origin).count() == 2
    with pytest.raises(NotPairedError):
        receive(node(partner), "public", [], partner.checkpoint())
    with pytest.raises(NotPairedError):
        leaving.end(node(partner), by=BY)
