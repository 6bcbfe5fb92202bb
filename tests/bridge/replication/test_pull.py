"""The plan of a pull, driven over a scripted line that loses, repeats and shortens pages."""

from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.replication.pull import Pull


def test_pull_asks_ahead_up_to_its_window() -> None:
    pull = Pull[str](cursor=0, page=500, window=3)
    pull.learn_head(10_000)

    assert pull.wanted() == [0, 500, 1000]
    assert pull.wanted() == []


def test_pull_hands_out_pages_in_order() -> None:
    pull = Pull[str](cursor=0, page=10, window=3)
    pull.learn_head(30)
    pull.wanted()

    pull.arrived(10, "second", 10)
    assert pull.next_page() is None
    pull.arrived(0, "first", 10)
    assert pull.next_page() == "first"
    pull.applied(10)
    assert pull.next_page() == "second"


def test_pull_stops_when_the_head_was_overstated() -> None:
    pull = Pull[str](cursor=5, page=10)
    pull.learn_head(9)
    pull.wanted()

    pull.arrived(5, "", 0)

    assert pull.caught_up


def test_pull_asks_for_the_hole_that_a_short_page_leaves() -> None:
    pull = Pull[str](cursor=0, page=10, window=3)
    pull.learn_head(100)
    pull.wanted()

    pull.arrived(0, "short", 4)
    pull.page = 5

    assert (pull.wanted(), pull.length(4)) == ([], 0)  # the window is full
    pull.next_page()
    pull.applied(4)
    assert (pull.wanted(), pull.length(4)) == ([4], 5)


@given(st.integers(0, 60), st.integers(1, 7), st.integers(1, 4), st.data())
def test_pull_copies_everything_once_over_any_line(
    head: int, page: int, window: int, data: st.DataObject
) -> None:
    """Pages may be lost, doubled, reordered, cut short, asked shorter; each entry is applied once."""
    pull = Pull[list[int]](cursor=0, page=page, window=window)
    pull.learn_head(head)
    flying: list[int] = []
    asked: dict[int, int] = {}
    applied: list[int] = []
    faults = data.draw(st.lists(st.sampled_from("ldsr"), max_size=30))
    for _ in range(2000):
        pull.page = data.draw(st.integers(1, page)) if faults else page
        wanted = pull.wanted()
        asked |= {after: pull.length(after) for after in wanted}
        flying += wanted
        assert len(flying) <= window
        if pull.caught_up:
            break
        after = flying.pop(data.draw(st.integers(0, len(flying) - 1)) if faults else 0)
        fault = faults.pop() if faults else ""
        if fault == "l":
            pull.failed(after)
            asked.pop(after)
            continue
        entries = list(range(after + 1, min(after + asked.pop(after), head) + 1))
        if fault == "s":
            entries = entries[: max(1, len(entries) // 2)]
        for _copy in range(2 if fault == "d" else 1):
            pull.arrived(after, entries, len(entries))
        while (batch := pull.next_page()) is not None:
            applied += [seq for seq in batch if seq > pull.cursor]
            pull.applied(batch[-1])

    assert applied == list(range(1, head + 1))
