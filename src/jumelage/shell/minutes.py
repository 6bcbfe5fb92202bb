"""Shared minutes on a page: the text to read, the sentences of its element, and the download.

`frontend/src/minutes/words.ts` holds the names of the sentences; a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jumelage.bridge.api import live_minutes, me, met_nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMinutes:
    """What `shell/partials/minutes.html` shows of the session *uri*.

    `download` is the address of the text as a file, `ticket` that of tickets; empty where the page
    itself connects, or where the session is over and the text is only read.
    """

    uri: str
    text: str
    changed_at: datetime | None
    download: str
    ticket: str
    name: str

    @property
    def told(self) -> Mapping[str, Mapping[str, str]]:
        """The sentences and the names of cities, for the element."""
        return {"words": words(), "cities": city_names()}


def shared_minutes(uri: str, *, title: str, download: str = "", ticket: str = "") -> SharedMinutes:
    """Return the minutes of the session *uri* for a page; the caller asked whether they may be read."""
    held = live_minutes(uri)
    return SharedMinutes(
        uri=uri,
        text=held.text if held else "",
        changed_at=held.changed_at if held else None,
        download=download,
        ticket=ticket,
        name=file_name(title),
    )


def minutes_file(uri: str, *, title: str) -> HttpResponse:
    """Answer the minutes of the session *uri* as a Markdown file (RFC 7763), under their title."""
    held = live_minutes(uri)
    text = f"# {title}\n\n{held.text if held else ''}\n"
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(title)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def file_name(title: str) -> str:
    """Return the name of the file that holds minutes with this title."""
    return f"{slugify(title)[:60] or 'minutes'}.md"


def words() -> Mapping[str, str]:
    """Return every sentence of the element by its name."""
    return {
        "label": _("Minutes, written together"),
        "opening": pgettext("minutes", "Opening…"),
        "saved": pgettext("minutes", "Saved"),
        "saving": pgettext("minutes", "Saving…"),
        "away": _("Not connected; everything is saved. The page comes back by itself."),
        "copied_here": _("Not connected: what you write stays in this page until it is saved."),
        "cut": _(
            "The line to {city} is cut since {time}. Both cities go on writing, "
            "and the texts come together when it returns."
        ),
        "back": _("Everything is saved, and both cities read the same text again."),
        "read_only": _("You may read these minutes, not write in them."),
        "full": _("Not saved: the minutes are full. Take something out first."),
        "broken": _(
            "Not saved: this page and the node do not understand each other. "
            "Download the text, then load the page again."
        ),
        "download": _("Download (Markdown)"),
        "here_now": _("Who has the minutes open"),
        "here_writing": _("{name} writes in line {line}"),
        "here_reading": pgettext("minutes", "{name} reads"),
        "nobody": _("Nobody else has the minutes open."),
    }


def city_names() -> Mapping[str, str]:
    """Return the name of each city by the origin of its node."""
    return {node.origin: str(node.city) for node in (me(), *met_nodes())}
