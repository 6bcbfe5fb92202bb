"""Bad input, end to end: a clear sentence in both languages, nothing half written."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override

from jumelage.bridge.errors import NotPairedError, SignatureError
from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.models import Node, Refusal
from jumelage.components.agreement.errors import (
    AgreementFileError,
    DocumentRefusedError,
    DocumentTooLargeError,
)
from jumelage.components.agreement.models import Partnership
from jumelage.components.agreement.services import evidence, imports
from jumelage.components.agreement.services.documents import read_agreement
from jumelage.directory.models import Person
from jumelage.kit.errors import JumelageError
from jumelage.kit.i18n import Bilingual
from tests.components.agreement.conftest import *  # noqa: F403  # the agreement's fixtures
from tests.factories.agreement import AGREEMENT, Convention
from tests.factories.bridge import Peer

pytestmark = pytest.mark.promise("bad-input")

DAY = date(2026, 3, 20)
TEXT = Bilingual(fr="Un fait.", en="A fact.")


@dataclass
class World:
    """What a case of the table may use."""

    convention: Convention
    officer: Person
    peer: Peer

    def file(self, change: Callable[[dict[str, Any]], object]) -> object:
        """Import the real agreement after *change*."""
        document = deepcopy(dict(read_agreement(AGREEMENT)))
        change(document)
        return imports.import_agreement(document, by=self.officer)

    def document(self, content: bytes, name: str) -> object:
        """Attach *content* as evidence."""
        light = self.convention.light("practices")
        return evidence.attach_document(
            commitment=light, content=content, file_name=name, text=TEXT, on=DAY, by=self.officer
        )

    def statement(self, text: Bilingual) -> object:
        """State *text* as evidence."""
        light = self.convention.light("practices")
        return evidence.state_evidence(commitment=light, text=text, on=DAY, by=self.officer)

    def page(self, peer: Peer, *, flip: bool) -> object:
        """Receive a page of *peer*, with one bit flipped in its last header if asked."""
        line = peer.say_bytes("practices.practice-shared", "a" * 26, b"{}")
        signed = peer.checkpoint()
        if flip:
            turned = line.h.replace('"rev":1', '"rev":3')
            assert sum(a != b for a, b in zip(line.h, turned, strict=True)) == 1
            line = type(line)(h=turned, s=line.s, b=line.b)
        return receive(Node.objects.get(origin=peer.origin), "public", [line], signed)

    def stranger(self) -> Peer:
        """Return a node that was met and never confirmed."""
        found = Peer(slug="stranger")
        found.introduce(paired=False)
        return found


def _commitment(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["agreements"][1]["commitments"][0]
    return found


CASES: dict[str, tuple[Callable[[World], object], type[JumelageError]]] = {
    "a file that violates the schema": (
        lambda w: w.file(lambda d: d["agreements"][0].pop("title")),
        AgreementFileError,
    ),
    "a date in two precisions": (
        lambda w: w.file(lambda d: d["agreements"][2]["signed"].update(precision="year")),
        AgreementFileError,
    ),
    "a day that does not exist": (
        lambda w: w.file(lambda d: d["agreements"][2]["signed"].update(date="2013-02-30")),
        AgreementFileError,
    ),
    "an owner that does not exist": (
        lambda w: w.file(lambda d: _commitment(d).update(owners=["nobody-knows"])),
        AgreementFileError,
    ),
    "a file of 10 MB": (
        lambda w: imports.import_agreement("# " + "x" * 10_000_000, by=w.officer),
        AgreementFileError,
    ),
    "a broken PDF": (lambda w: w.document(b"%PDF-1.7 broken", "plan.pdf"), DocumentRefusedError),
    "a broken picture": (
        lambda w: w.document(b"\x89PNG\r\n\x1a\n broken", "photo.png"),
        DocumentRefusedError,
    ),
    "a document of 60 MB": (
        lambda w: w.document(b"%PDF-1.7" + b"x" * 60_000_000, "plan.pdf"),
        DocumentTooLargeError,
    ),
    "a text of 10 MB": (lambda w: w.statement(Bilingual(en="x" * 10_000_000)), JumelageError),
    "a page with one flipped bit": (
        lambda w: w.page(w.peer, flip=True),
        SignatureError,
    ),
    "a node that is not paired": (lambda w: w.page(w.stranger(), flip=False), NotPairedError),
}


def counts() -> dict[str, int]:
    """Count the rows of every table of the product."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("jumelage.") and model is not Refusal
    }


@pytest.fixture
def world(convention: Convention, partnership: Partnership, officer: Person, peer: Peer) -> World:
    """Return a node with the real history and the demonstration convention."""
    return World(convention, officer, peer)


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_in_both_languages_and_changes_nothing(
    world: World, case: str
) -> None:
    attempt, expected = CASES[case]
    stranger_met = counts()
    if case == "a node that is not paired":
        stranger_met["bridge.Node"] += 1

    with pytest.raises(expected) as caught:
        attempt(world)

    assert counts() == stranger_met
    said = {}
    for language in ("fr", "en"):
        with override(language):
            said[language] = caught.value.message
    assert said["fr"] != said["en"]
    assert "{" not in said["fr"] + said["en"]


def test_html_in_a_text_stays_text(world: World) -> None:
    stated = world.statement(Bilingual(en="<script>alert(1)</script>"))

    assert str(stated) == f"{DAY}: <script>alert(1)</script>"
