"""Key statements: what is believed about a change of key, and what is not."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from jumelage.bridge.errors import BridgeError
from jumelage.bridge.identity.errors import KeyStatementError
from jumelage.bridge.identity.keychain import statements, wire
from jumelage.bridge.identity.keychain.statements import Signed, follow, make, merge
from jumelage.bridge.identity.keys import SigningKey
from tests.factories.bridge import Peer


def test_a_chain_leads_from_the_genesis_to_the_present_key() -> None:
    city = Peer()
    first = city.key.public
    words: list[statements.Why] = ["rotated", "lost", "revoked", "rotated"]
    for why in words:
        city.change_key(why)

    steps = follow(city.genesis, city.chain)

    assert [step.said.why for step in steps] == ["rotated", "lost", "revoked", "rotated"]
    assert [step.by_recovery for step in steps] == [False, True, True, False]
    assert statements.current_key(city.genesis, []) == first
    assert statements.current_key(city.genesis, steps) == city.key.public


def _said(city: Peer, **changed: object) -> Signed:
    """Return a fresh rotation of *city* with some members changed, signed as it must be."""
    new = SigningKey.make()
    text = msgspec.json.decode(make(city.genesis, [], why="rotated", new=new, signer=city.key).text)
    raw = msgspec.json.encode({**text, **changed})
    return Signed(raw, city.key.sign(statements.KIND, raw), new.sign(statements.PROOF, raw))


def _by(city: Peer, why: statements.Why, signer: SigningKey) -> Signed:
    return make(city.genesis, [], why=why, new=SigningKey.make(), signer=signer)


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (lambda city: _by(city, "rotated", SigningKey.make()), "must be signed by"),
        (lambda city: _by(city, "rotated", city.recovery), "must be signed by"),
        (lambda city: _by(city, "revoked", city.key), "must be signed by"),
        (lambda city: _by(city, "lost", city.key), "must be signed by"),
        (lambda city: _said(city, origin=Peer().origin), "does not follow"),
        (lambda city: _said(city, number=2), "does not follow"),
        (lambda city: _said(city, prev="0" * 64), "does not follow"),
        (lambda city: _said(city, key=city.recovery.public.hex()), "used before"),
        (lambda city: _said(city, key=city.key.public.hex()), "used before"),
        (lambda city: _said(city, key=SigningKey.make().public.hex()), "did not prove"),
        (lambda city: _said(city, why="sold"), "cannot be read"),
        (lambda city: _said(city, v=2), "cannot be read"),
        (lambda city: _said(city, created="2026-11-22T09:00:00"), "cannot be read"),
        (lambda city: _said(city, more=1), "cannot be read"),
        (lambda city: replace(_said(city), proof=bytes(64)), "did not prove"),
        (lambda city: replace(_said(city), limits=(city.limit(0),)), "does not fit its hash"),
    ],
)
def test_a_forged_statement_is_refused_with_its_reason(
    forged: Callable[[Peer], Signed], reason: str
) -> None:
    city = Peer()

    with pytest.raises(KeyStatementError) as caught:
        follow(city.genesis, [forged(city)])

    assert reason in str(caught.value)


def test_a_former_key_cannot_be_stated_again() -> None:
    city = Peer()
    first = city.key
    city.change_key()
    steps = follow(city.genesis, city.chain)
    back = make(city.genesis, steps, why="rotated", new=first, signer=city.key)

    with pytest.raises(KeyStatementError):
        follow(city.genesis, [*city.chain, back])


def test_what_is_held_stays_when_less_is_offered_and_grows_with_more() -> None:
    city = Peer()
    city.change_key()
    held = follow(city.genesis, city.chain)
    city.change_key()

    assert merge(city.genesis, held, []) == held
    assert merge(city.genesis, held, city.chain[:1]) == held
    assert len(merge(city.genesis, held, city.chain)) == 2
    assert len(merge(city.genesis, held, city.chain[1:])) == 2
    with pytest.raises(KeyStatementError):
        merge(city.genesis, [], city.chain[1:])


def test_the_recovery_key_overrules_a_thief_and_nobody_overrules_it() -> None:
    city = Peer()
    thief = city.twin()
    thief.change_key()
    thief.change_key()
    held = follow(city.genesis, thief.chain)
    city.change_key("revoked")

    after = merge(city.genesis, held, city.chain)

    assert [step.said.why for step in after] == ["revoked"]
    assert after[-1].key == city.key.public
    with pytest.raises(KeyStatementError, match="contradicts"):
        merge(city.genesis, after, thief.chain)


def test_two_words_of_the_recovery_key_for_one_place_are_refused() -> None:
    city = Peer()
    other = city.twin()
    city.change_key("lost")
    other.change_key("lost")

    with pytest.raises(KeyStatementError, match="contradicts"):
        merge(city.genesis, follow(city.genesis, city.chain), other.chain)


def test_a_limit_says_nothing_to_who_has_no_opening_of_it() -> None:
    city = Peer()
    secret = f"twin:{Peer().origin}"
    limits = [city.limit(7, feed=secret), city.limit(3)]
    city.change_key("revoked", limits)

    shown = b"".join(wire.pushes(city.origin, city.chain, ["public"]))

    assert secret.encode() not in shown
    _, (heard,) = wire.decode(shown)
    assert [limit.read().feed for limit in heard.limits] == ["public"]
    assert follow(city.genesis, [heard])[0].key == city.key.public


def test_openings_that_come_later_are_added() -> None:
    city = Peer()
    city.change_key("revoked", [city.limit(7, feed="network"), city.limit(3)])
    _, one = wire.decode(b"".join(wire.pushes(city.origin, city.chain, ["public"])))
    _, other = wire.decode(b"".join(wire.pushes(city.origin, city.chain, ["network"])))

    both = statements.with_openings(follow(city.genesis, one), other)

    assert {limit.feed for limit in both[0].limits} == {"public", "network"}


def test_a_long_chain_is_pushed_in_pieces_that_each_fit() -> None:
    city = Peer()
    for _ in range(120):
        city.change_key()

    bodies = wire.pushes(city.origin, city.chain, [])

    assert len(bodies) > 1
    assert all(len(body) <= wire.LARGEST for body in bodies)
    steps: list[statements.Step] = []
    for body in bodies:
        steps = merge(city.genesis, steps, wire.decode(body)[1])
    assert steps[-1].key == city.key.public


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"origin":"a"}',
        b'{"origin":"a","origin":"b","statements":[]}',
        b'{"origin":"a","statements":[{"text":"","signature":"?","proof":"","limits":[]}]}',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(BridgeError):
        wire.decode(body)
