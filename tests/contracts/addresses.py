"""Every address of the product, read from the URL configuration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from jumelage.directory.access import PUBLIC, View, guards_itself, verb_of

SOME_URI = f"jumelage:{'a' * 32}:{'b' * 26}"
SOME_UUID = "6f0e3b57-93a8-5d5c-a7c5-2f1f6a1f0c27"
ENDLESS = {"live/"}
"""Public addresses that stream until the visitor leaves."""
NAMED = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """An address of the product, with words in place of what it names."""

    path: str
    view: View

    @property
    def verb(self) -> str:
        """What the view asks for: `public`, a verb, or empty when it guards itself."""
        return verb_of(self.view)

    @property
    def example(self) -> str:
        """An address of this form that names nothing that exists."""
        words = {"int": "987654", "slug": "nobody", "uri": SOME_URI, "uuid": SOME_UUID}
        return "/" + NAMED.sub(
            lambda m: words.get(m[2]) or words.get(m[1] or "", "nobody"), self.path
        )


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[Route]:
    for pattern in patterns:
        path = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield Route(path, pattern.callback)
        else:
            yield from _walk(pattern.url_patterns, path)


def routes() -> list[Route]:
    """Return every address, in English."""
    with translation.override("en"):
        return list(_walk(get_resolver().url_patterns))


OURS = [route for route in routes() if not guards_itself(route.view)]
THEIRS = [route for route in routes() if guards_itself(route.view)]
"""Addresses of the bridge (guarded by signatures) and of libraries."""
OPEN = [r for r in OURS if r.verb == PUBLIC and r.path not in ENDLESS]
CLOSED = [r for r in OURS if r.verb != PUBLIC]
