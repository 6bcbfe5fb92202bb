"""Eight words: the same on both sides, another for any other pairing."""

from collections.abc import Iterator

import pytest

from jumelage.bridge.identity.pairing.words import Words, spell

INVITER, ACCEPTER = b'{"v":1,"a":"inviter"}', b'{"v":1,"a":"accepter"}'
FIRST, SECOND = "a" * 26, "b" * 26


def _spell(
    inviter: bytes = INVITER,
    accepter: bytes = ACCEPTER,
    inviter_nonce: str = FIRST,
    accepter_nonce: str = SECOND,
) -> Words:
    return spell(
        inviter=inviter,
        accepter=accepter,
        inviter_nonce=inviter_nonce,
        accepter_nonce=accepter_nonce,
    )


def _others() -> Iterator[Words]:
    yield _spell(inviter=b"x")
    yield _spell(accepter=b"x")
    yield _spell(inviter_nonce="c" * 26)
    yield _spell(accepter_nonce="c" * 26)
    yield _spell(inviter=ACCEPTER, accepter=INVITER)
    yield _spell(inviter_nonce=SECOND, accepter_nonce=FIRST)


@pytest.mark.parametrize("other", list(_others()))
def test_every_part_counts(other: Words) -> None:
    assert other != _spell()
    assert _spell() == _spell()


def test_words_are_composed_and_unmistakable() -> None:
    words = _spell()
    assert [len(words.english), len(words.french)] == [8, 8]
    assert all(word.isalpha() and word.islower() for word in words.english + words.french)
    assert str(words) == f"{' '.join(words.english)} / {' '.join(words.french)}"
