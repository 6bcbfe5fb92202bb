"""Saying again what a cut took back together with words that were not ours."""

from collections.abc import Sequence

from jumelage.bridge.feeds.write import append, next_revisions, own_feed
from jumelage.bridge.models import Entry
from jumelage.kit.uris import Uri


def say_again(audience: str, entries: Sequence[Entry]) -> None:
    """Append what *entries* of this node's former feed for *audience* said, as new entries.

    Content that was dropped since cannot be said again; its record has ended anyway.
    """
    lively = [entry for entry in entries if entry.body is not None]
    if not lively:
        return
    feed = own_feed(audience)
    revs = next_revisions(feed, list({entry.uri for entry in lively}))
    drafts = []
    for entry in lively:
        body = bytes(entry.body or b"")
        drafts.append((entry.kind, Uri.parse(entry.uri).id, revs[entry.uri], entry.op, body))
        revs[entry.uri] += 1
    append(feed, drafts)
