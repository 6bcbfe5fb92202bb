"""One node with a scratch key, a paired peer, and a kind of record that is open to all."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.identity import genesis
from jumelage.bridge.models import Node
from jumelage.components.practices.records import PracticeShared
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id
from tests.factories.bridge import Peer, demo_city

KIND = PracticeShared.kind


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Settings) -> Node:
    """Return this node, with keys in a scratch folder."""
    settings.DATA = tmp_path
    return genesis.initialise(city=demo_city(), url="http://127.0.0.1:8075")


@pytest.fixture
def opened(here: Node) -> None:
    """Open the practice sheets to the public, as an annex would."""
    open_kind(kind=KIND, audience="public", article="annex", instrument=f"jumelage:{here.origin}:x")


@pytest.fixture
def peer(here: Node) -> Peer:
    """Return another city, paired with this node."""
    found = Peer()
    found.introduce()
    return found


@pytest.fixture
def sheet() -> Callable[..., PracticeShared]:
    """Return what makes a practice sheet of an origin."""

    def make(origin: str, title: str = "Quiet streets", uri: str = "") -> PracticeShared:
        text = Bilingual(en="Text")
        return PracticeShared(
            uri=uri or str(Uri(origin, new_id())),
            title=Bilingual(en=title),
            problem=text,
            action=text,
            result=text,
            contact_role=text,
            shared_on=date(2026, 3, 20),
        )

    return make
