"""`{% load bridge_words %}`: the bridge's own things in words and shapes."""

from babel.numbers import format_decimal, format_percent
from django import template
from django.utils.translation import gettext

from jumelage.bridge import api as bridge
from jumelage.kit.component import components
from jumelage.shell.look import times

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
def service(role: str) -> str:
    """Write who sent a delivery: a service of the node by its name on the pages, or as it is."""
    return next((str(one.label) for one in components() if one.name == role), role)


@register.filter
def pairing_mark(state: str) -> str:
    """Return the shape of a pairing's *state*."""
    return _MARKS.get(_State(state), "waiting")


_UNITS = {"fr": ("o", "ko", "Mo", "Go", "To", "Po"), "en": ("B", "kB", "MB", "GB", "TB", "PB")}


@register.filter("bytes")
def size(value: float) -> str:
    """Write a number of bytes by thousands: `1.2 GB`, `1,2 Go`."""
    amount, unit = float(value or 0), 0
    while amount >= 999.5 and unit < len(_UNITS["en"]) - 1:
        amount, unit = amount / 1000, unit + 1
    pattern = "0" if unit == 0 or amount >= 99.5 else "0.0"
    figure = format_decimal(amount, pattern, locale=times.language())
    return f"{figure}\u00a0{_UNITS[times.language()][unit]}"


@register.filter
def speed(rate: float) -> str:
    """Write a rate of bytes as lines are sold: `196 Mbit/s`."""
    bits = (rate or 0) * 8 / 1_000_000
    pattern = "#,##0" if bits >= 9.95 else "0.0"
    return f"{format_decimal(bits, pattern, locale=times.language())}\u00a0Mbit/s"


@register.filter
def percent(share: float) -> str:
    """Write a share as whole percent, cut off so that 100 % is all: `97%`, `97 %`."""
    return str(format_percent(int((share or 0) * 100) / 100, locale=times.language()))


@register.filter
def percent_fine(share: float) -> str:
    """Write a small share: `0.12%`, `0,12 %`."""
    pattern = "0.0#\u202f%" if times.language() == "fr" else "0.0#%"
    return str(format_percent(share or 0, pattern, locale=times.language()))


@register.filter
def duration(seconds: float) -> str:
    """Write a length of time by its two largest units: `1 h 12 min`, `3 min 4 s`."""
    whole = max(0, int(seconds))
    if not whole:
        return gettext("less than a second")
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours}\u00a0h {minutes:02}\u00a0min"
    return f"{minutes}\u00a0min {whole % 60:02}\u00a0s" if minutes else f"{whole}\u00a0s"


@register.filter
def machine(value: float) -> str:
    """Write a number for an attribute, in no language."""
    return f"{value:.4f}"


@register.filter
def carrier(name: str) -> str:
    """Write how bytes are carried, in words."""
    known = {
        "tls": gettext("several TLS connections"),
        "udp": gettext("encrypted datagrams"),
        "https": gettext("the web port"),
    }
    return known.get(name, name)
