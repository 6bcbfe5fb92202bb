"""Whatever HTML a twin puts into its words, pages show it as text."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.boundary.refusals import record_refusal
from jumelage.bridge.errors import FeedNotReadableError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node, Refusal
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
from tests.factories.bridge import Peer, demo_city
from tests.factories.directory import person

pytestmark = [pytest.mark.promise("P9"), pytest.mark.django_db]
EVIL = "<script>evil()</script><img src=x onerror=evil()>'\"--><b>"
BRAND = re.compile(r"<script>evil|<img src=x|onerror=evil\(\)>")
MOST_PAGES = 80


@pytest.fixture
def twin(tmp_path: Path, settings: Settings) -> Peer:
    """Return a twin whose name and every word is HTML, copied here."""
    settings.DATA = tmp_path
    genesis.initialise(city=demo_city(), url="http://127.0.0.1:8075")
    open_kind(kind=PracticeShared.kind, audience="public", article=EVIL, instrument="x")
    peer = Peer()
    node = peer.introduce()
    Node.objects.filter(pk=node.pk).update(name={"fr": EVIL, "en": EVIL})
    words = Bilingual(fr=EVIL, en=EVIL)
    sheet = PracticeShared(
        uri=peer.uri(), title=words, problem=words, action=words, result=words,
        contact_role=words, shared_on=date(2026, 3, 20),
    )  # fmt: skip
    assert receive(node, "public", peer.say(sheet), peer.checkpoint()) == 1
    record_refusal(peer.origin, FeedNotReadableError(feed=EVIL), path=f"/{EVIL}", method=EVIL)
    return peer


def test_every_page_that_can_be_reached_shows_it_as_text(twin: Peer) -> None:
    browser = Client()
    browser.force_login(person("officer").user)
    fresh, seen, shown = ["/en/", "/fr/"], set[str](), 0
    while fresh and len(seen) < MOST_PAGES:
        address = fresh.pop(0)
        seen.add(address)
        answer = browser.get(address, follow=True)
        if (
            answer.streaming
            or answer.status_code != 200
            or "html" not in answer.headers.get("Content-Type", "")
        ):
            continue
        page = answer.content.decode()
        assert BRAND.search(page) is None, address
        shown += "&lt;script&gt;evil()" in page
        found = re.findall(r'href="(/(?:en|fr)/[^"#?]*)', page)
        fresh += [one for one in dict.fromkeys(found) if one not in seen and one not in fresh]
    assert shown >= 5
    assert Refusal.objects.count() == 1
