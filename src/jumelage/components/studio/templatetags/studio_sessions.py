"""`{% load studio_sessions %}`: which city has which pictures of a session, in words and shapes."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from jumelage.bridge.api import Node
from jumelage.components.studio.selectors.sessions import Place

register = template.Library()
SHAPES = {"here": "confirmed", "on-its-way": "begun", "missing": "waiting", "none": "quiet"}


def _label(copy: str) -> str:
    return {
        "here": _("ready"),
        "on-its-way": _("on its way"),
        "missing": _("asked for"),
    }.get(copy, _("being prepared"))


@register.inclusion_tag("shell/partials/state.html")
def copy_of(place: Place, city: Node) -> dict[str, object]:
    """Write what *city* has of *place*."""
    copy = place.copies.get(city.origin, "none")
    return {"name": SHAPES[copy], "label": _label(copy), "since": "", "inline": True}


@register.simple_tag
def copy_lacking(place: Place, city: Node) -> str:
    """Write `San Francisco: on its way`, or nothing when *city* is ready."""
    copy = place.copies.get(city.origin, "none")
    if copy == "here":
        return ""
    return _("%(city)s: %(copy)s") % {"city": city, "copy": _label(copy)}


@register.simple_tag
def city_named(nodes: Mapping[str, Node], origin: str) -> str:
    """Write the name of the city *origin*."""
    return str(nodes.get(origin, ""))
