"""`{% load bridge_words %}`: the bridge's own things in words and shapes."""

from django import template

from jumelage.bridge import api as bridge

register = template.Library()

_State = bridge.Pairing.State
_MARKS = {
    _State.PAIRED: "confirmed",
    _State.REFUSED: "disputed",
    _State.ENDED: "ended",
    _State.CANCELLED: "withdrawn",
    _State.EXPIRED: "ended",
}


@register.filter
def sentence(refusal: bridge.Refusal) -> str:
    """Write why something was refused."""
    return bridge.refusal_sentence(refusal)


@register.filter
def pairing_mark(state: str) -> str:
    """Return the shape of a pairing's *state*."""
    return _MARKS.get(_State(state), "waiting")
