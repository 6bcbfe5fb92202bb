"""What a city without scruples asks, says and sends."""

import json
from pathlib import Path

import pytest

from jumelage.bridge.api import Node
from jumelage.components.studio.models import ChangeAnswer, Entity, MediaFile, Production
from jumelage.components.studio.records import ChangeAnswered, ChangeRequested
from jumelage.components.studio.services import requests
from jumelage.components.studio.services.media import keep, keeping
from jumelage.components.studio.services.media.keeping import LISTING, frames_of, laid_out, scratch
from jumelage.kit.errors import InvalidRecordError
from tests.factories import studio
from tests.factories.bridge import Peer

GOOD = {"name": "a.0001.png", "hash": "a" * 64, "size": 3}


def test_no_role_however_trusted_takes_a_production_back(
    here: Node, joint: Production, shot: Entity, there: Peer
) -> None:
    seat = studio.seat_there(there, joint, "coordinator")
    asked = ChangeRequested(
        uri=there.uri(), created_at=studio.NOON, production=joint.uri, seat=seat.uri,
        target=joint.uri, changes={}, withdraws=True,
    )  # fmt: skip
    studio.arrive(there, here, seat, asked)

    assert requests.answer_trusted() == 1

    joint.refresh_from_db()
    answer = ChangeAnswer.objects.get()
    assert (answer.accepted, answer.reason, joint.withdrawn_at) == (False, "impossible", None)


def test_city_that_asks_does_not_answer_itself(joint: Production, there: Peer) -> None:
    with pytest.raises(InvalidRecordError):
        ChangeAnswered(
            uri=there.uri(), created_at=studio.NOON, production=joint.uri, request=there.uri(),
            accepted=True, reason="decided", seat=there.uri(),
        )  # fmt: skip


def _listing(folder: Path, text: str) -> MediaFile:
    place = folder / "listing"
    place.write_text(text, "utf-8")
    return keep(place, type=LISTING)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hash": "../../../key"},
        {"hash": "/etc/hostname"},
        {"hash": "a" * 64 + "\n"},
        {"name": ".."},
        {"name": "."},
        {"name": "../a.png"},
        {"name": "a\n"},
        {"name": ""},
        {"size": -1},
        {"size": "3"},
    ],
)
@pytest.mark.usefixtures("here")
def test_listing_leads_to_kept_files_only(wrong: dict[str, object], tmp_path: Path) -> None:
    kept = _listing(tmp_path, json.dumps({"frames": [GOOD, {**GOOD, **wrong}]}))

    assert frames_of(kept) == []
    assert list(laid_out(kept, scratch()).iterdir()) == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "text", ["", "{}", "[" * 100_000, '{"frames": 3}', "\0", '{"frames": [1]}']
)
def test_what_is_no_listing_has_no_frames(text: str, tmp_path: Path) -> None:
    assert frames_of(_listing(tmp_path, text)) == []


@pytest.mark.usefixtures("here")
def test_listing_of_ones_own_names_its_frames(tmp_path: Path) -> None:
    frame = tmp_path / "a b.0001.png"
    frame.write_bytes(b"one")
    kept = keeping.keep_frames({frame.name: frame})

    assert [one.name for one in frames_of(kept)] == [frame.name]
    assert [one.name for one in laid_out(kept, scratch()).iterdir()] == [frame.name]
