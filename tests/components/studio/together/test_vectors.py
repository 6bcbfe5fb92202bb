"""The picture and the state of a session, by the vectors that the browser's code reads as well."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jumelage.components.studio.together.folding import begin, fold
from jumelage.components.studio.together.transport import due, moved
from jumelage.kit.live import Act, Facts

FILE = Path(__file__).parents[4] / "docs/protocol/vectors/review.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text())


@pytest.mark.parametrize("case", VECTORS["due"])
def test_due_frame_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    frame = due(case["transport"], case["item"], case["now"])

    assert frame == pytest.approx(case["frame"], abs=1e-6)


@pytest.mark.parametrize("case", VECTORS["moved"], ids=lambda case: case["asked"]["command"])
def test_moved_transport_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    found = moved(case["transport"], case["items"], case["asked"], case["now"])

    assert found == case["result"]


@pytest.mark.parametrize("case", VECTORS["fold"], ids=lambda case: case["name"])
def test_folded_state_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    told = {name: value for name, value in case["facts"].items() if name != "cities"}
    state = begin(Facts(**told, cities=tuple(case["facts"]["cities"])))
    for act in case["acts"]:
        before = json.dumps(state)
        later = fold(state, Act(**{**act, "at": datetime.fromisoformat(act["at"])}))
        assert json.dumps(state) == before
        state = later

    assert state == case["state"]
