"""What the command line says of a bundle; needs no node."""

from collections.abc import Sequence

from django.utils.translation import gettext

from jumelage.bridge.bundle import Checked


def lines(found: Sequence[Checked]) -> list[str]:
    """Return what was found in a bundle, one line a feed."""
    good = gettext("good")
    whole = gettext(
        "%(feed)s of %(origin)s: %(entries)s entries, %(empty)s without content: %(word)s"
    )
    return [
        whole
        % {
            "feed": one.feed,
            "origin": one.origin,
            "entries": one.entries,
            "empty": one.without_content,
            "word": one.flaw or good,
        }
        for one in found
    ]
