"""The texts of a session, against the vectors of docs/protocol/freight.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from jumelage.bridge.freight.deliveries import conversation
from jumelage.bridge.freight.deliveries.conversation import Question, Reply, Wanted
from jumelage.bridge.freight.errors import SessionRefusedError

FILE_OF_VECTORS = Path(__file__).parents[4] / "docs/protocol/vectors/freight-sessions.json"
VECTORS: dict[str, Any] = json.loads(FILE_OF_VECTORS.read_text("utf-8"))


def test_question_answer_and_rates_have_the_bytes_of_the_vectors() -> None:
    told: list[tuple[Any, dict[str, Any]]] = [
        (Question, VECTORS["question"]),
        (Reply, VECTORS["answer"]),
        *((Wanted, one) for one in VECTORS["rates"]),
    ]
    for kind, one in told:
        said = kind(**one["members"])
        assert conversation.encode(said).decode() == one["bytes"]
        assert conversation.read(one["bytes"].encode(), kind) == said


def test_an_answer_without_a_rate_has_no_limit_and_more_members_are_no_matter() -> None:
    members = dict(VECTORS["answer"]["members"])
    del members["rate"]
    raw = json.dumps({**members, "later": 1}).encode()
    assert conversation.read(raw, Reply).rate is None


@pytest.mark.parametrize("bad", VECTORS["refused_rates"])
def test_what_is_no_rate_is_refused(bad: object) -> None:
    raw = json.dumps({**VECTORS["rates"][0]["members"], "rate": bad}).encode()
    with pytest.raises(SessionRefusedError):
        conversation.read(raw, Wanted)
