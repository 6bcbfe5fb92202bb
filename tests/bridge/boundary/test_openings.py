"""What no article opens, a kind or a field, is refused with its reason, also over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import orjson
import pytest

from jumelage.bridge.errors import KindNotOpenedError
from jumelage.bridge.feeds.apply import FieldNotOpenedError, Item, check_fields, provenance_of
from jumelage.bridge.feeds.chain import Link, follow
from jumelage.bridge.identity.requests import error_response
from jumelage.bridge.models import Feed, Node
from jumelage.kit.errors import JumelageError
from tests.factories.bridge import Peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """A record of which the public may see less than the twin."""

    kind: ClassVar[str] = "test.narrow"
    opened_by_pairing: ClassVar[bool] = False
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "title"}),
        "twin": frozenset({"uri", "title", "inner"}),
    }

    uri: str
    title: str = ""
    inner: str = ""


def _item(peer: Peer, feed: Feed, body: Mapping[str, object]) -> Item:
    head = peer.head(feed.name)
    line = peer.say_bytes(Narrow.kind, "a" * 26, orjson.dumps(body), feed=feed.name)
    link: Link = next(iter(follow(head, [line])))
    item = Item(link, f"jumelage:{peer.origin}:{'a' * 26}", provenance_of(feed, link))
    item.record_type, item.sent = Narrow, frozenset(body)  # type: ignore[assignment]  # never applied
    return item


def test_a_field_is_refused_where_its_audience_may_not_see_it(here: Node, peer: Peer) -> None:
    body = {"uri": "x", "inner": "y", "a_newer_field": 1}
    for name, refused in (("public", True), (f"twin:{here.origin}", False)):
        feed = Feed(node_id=peer.origin, name=name)
        item = _item(peer, feed, body)
        if not refused:
            check_fields(feed, item)
            continue
        with pytest.raises(FieldNotOpenedError) as caught:
            check_fields(feed, item)
        assert caught.value.facts["fields"] == "inner"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KindNotOpenedError(kind="a.b", audience="public"), "kind-not-opened"),
        (FieldNotOpenedError(uri="jumelage:x:y", kind="a.b", fields="inner"), "field-not-opened"),
    ],
)
def test_what_is_not_opened_is_forbidden_over_http(error: JumelageError, code: str) -> None:
    answer = error_response(error)

    told = json.loads(answer.content)["error"]
    assert (answer.status_code, told["code"], told["facts"]["kind"]) == (403, code, "a.b")
    assert "a.b" in told["message"]
