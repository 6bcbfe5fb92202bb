"""Tokens that were taken away with the device: a new password ends them."""

import pytest

from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.errors import WrongTokenError
from jumelage.components.studio.kitsu.events.audience import audience_of
from jumelage.components.studio.models import Token
from jumelage.directory.models import Person


@pytest.fixture
def forgetful() -> None:
    """Let nothing be remembered from before."""
    tokens._remembered.clear()


@pytest.mark.usefixtures("forgetful", "film")
@pytest.mark.parametrize("kind", [Token.Kind.ACCESS, Token.Kind.REFRESH])
def test_new_password_ends_every_token_of_before(kind: str, producer: Person) -> None:
    pair = tokens.issue(person=producer)
    text = pair.access if kind == Token.Kind.ACCESS else pair.refresh
    held = tokens.read(text, kind)
    listens = {"socket": held}
    assert audience_of(listens).gone == frozenset()

    producer.user.set_password("another long enough sentence")
    producer.user.save()
    tokens._remembered.clear()

    with pytest.raises(WrongTokenError):
        tokens.read(text, kind)
    assert audience_of(listens).gone == {"socket"}
    again = tokens.issue(person=producer)
    assert tokens.read(again.access).person == producer


@pytest.mark.usefixtures("forgetful", "film")
def test_closed_account_opens_nothing_with_its_tokens(producer: Person) -> None:
    pair = tokens.issue(person=producer)
    producer.user.is_active = False
    producer.user.save()

    for text, kind in ((pair.access, Token.Kind.ACCESS), (pair.refresh, Token.Kind.REFRESH)):
        with pytest.raises(WrongTokenError):
            tokens.read(text, kind)
