"""The state of a call on the node is that of the browser: both are held to the same vectors."""

import copy
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumelage.components.rooms.calls import state
from jumelage.kit.live import Act

VECTORS = json.loads(
    (Path(__file__).parents[4] / "docs/protocol/vectors/call.json").read_text("utf-8")
)["vectors"]
KINDS = (
    "joined", "left", "admitted", "denied", "opened", "closed", "hand", "consented", "wished",
    "recording", "carried", "line", "chat", "unheard-of",
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


def act(told: dict[str, Any]) -> Act:
    """Return the act that *told* describes."""
    return Act(**told | {"at": datetime.fromisoformat(told["at"])})


def folded(host: str, acts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what *acts* come to."""
    so_far = state.begin(host)
    for one in acts:
        so_far = state.fold(so_far, act(one))
    return so_far


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["what"]))
def test_a_call_comes_to_what_the_vector_says(vector: dict[str, Any]) -> None:
    assert folded(vector["host"], vector["acts"]) == vector["state"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS),
            st.dictionaries(
                st.sampled_from(["participant", "participants", "person", "role", "up", "on", "yes",
                                 "engine", "reason"]),
                JSON | st.sampled_from(["1", "2", "host", "member", "waiting", "early", "ana"]),
                max_size=4,
            ),
            st.sampled_from(["", "ana", "bo"]),
        ),
        max_size=25,
    )
)  # fmt: skip
def test_nothing_another_city_says_breaks_the_state(acts: list[tuple[str, Any, str]]) -> None:
    so_far = state.begin("h")
    for number, (kind, body, by) in enumerate(acts, 1):
        told = {
            "session": "s", "origin": "g", "number": number, "stamp": number, "by": by,
            "city": "g", "kind": kind, "body": body, "at": f"2026-10-27T17:{number:02}:00+00:00",
        }  # fmt: skip
        before = copy.deepcopy(so_far)
        after = state.fold(so_far, act(told))
        assert so_far == before
        so_far = after
    assert json.loads(json.dumps(so_far)) == so_far
    assert so_far["engine"] == "mesh"  # only the host names another


def test_attendance_names_nobody() -> None:
    told = next(one["state"] for one in VECTORS if one["what"].startswith("the fifth"))
    assert state.attendance(told) == {"g" * 32: 5, "h" * 32: 1}
