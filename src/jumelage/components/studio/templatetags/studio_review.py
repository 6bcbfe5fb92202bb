"""`{% load studio_review %}`: frames and whereabouts in words."""

from django import template
from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jumelage.components.studio.review.notes import Note

register = template.Library()


@register.filter
def machine_frame(value: int) -> str:
    """Write the number of a frame in no language: `1043`, never `1,043`."""
    return str(value)


@register.simple_tag
def frames(note: Note) -> str:
    """Write the frames of a note: `frame 1043`, `frames 1041–1047`."""
    first, last = note.numbers or (0, 0)
    many = last - first + 1
    said = ngettext("frame %(first)s", "frames %(first)s–%(last)s", many)
    return said % {"first": str(first), "last": str(last)}


@register.simple_tag(takes_context=True)
def whereabouts(context: Context, where: str) -> str:
    """Write where a file is: `Paris`, `both cities`, `on its way`."""
    frame = context.get("shell")
    here = str(frame.here) if frame and frame.here else _("here")
    there = str(frame.peers[0]) if frame and frame.peers else _("the other city")
    known = {
        "here": here,
        "there": there,
        "both": _("both cities"),
        "on-its-way": _("on its way"),
    }
    return known.get(where, _("nowhere"))
