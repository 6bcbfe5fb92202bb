"""What two cuts differ by, and that it makes the new one out of the old one."""

from collections import Counter
from dataclasses import replace

from hypothesis import given

from jumelage.components.studio.editorial.comparing import Aspect, applied, compare
from jumelage.components.studio.editorial.cut import Cut, from_json, to_json
from tests.components.studio.editorial.cuts import CUTS, cut, event

A, B, C, D = (event(name, at) for name, at in (("a", 0), ("b", 24), ("c", 48), ("d", 72)))


def found(old: Cut, new: Cut) -> dict[str, set[str]]:
    return {change.shot: set(change.aspects) for change in compare(old, new).changes}


@given(CUTS, CUTS)
def test_differences_applied_to_the_old_cut_are_the_new_cut(old: Cut, new: Cut) -> None:
    made = applied(old, compare(old, new))
    assert Counter(made.events) == Counter(new.events)
    assert (made.frames, made.gaps) == (new.frames, new.gaps)


@given(CUTS, CUTS)
def test_differences_backwards_are_the_old_cut(old: Cut, new: Cut) -> None:
    assert Counter(applied(new, compare(new, old)).events) == Counter(old.events)


@given(CUTS)
def test_a_cut_differs_from_itself_by_nothing(one: Cut) -> None:
    differences = compare(one, one)
    assert (differences.changes, differences.unchanged) == ((), len(one.events))


@given(CUTS, CUTS)
def test_every_event_of_both_cuts_is_told_of_once(old: Cut, new: Cut) -> None:
    differences = compare(old, new)
    before = [change.before for change in differences.changes if change.before]
    after = [change.after for change in differences.changes if change.after]
    assert len(before) + differences.unchanged == len(old.events)
    assert len(after) + differences.unchanged == len(new.events)
    assert all(change.aspects for change in differences.changes)


@given(CUTS)
def test_a_cut_is_written_and_read_again(one: Cut) -> None:
    assert from_json(to_json(one)) == one


def test_a_new_shot_pushes_the_others_without_moving_them() -> None:
    new = cut(A, event("x", 24), replace(B, record_in=48, record_out=72))
    assert found(cut(A, B), new) == {"x": {Aspect.NEW}, "b": {Aspect.SHIFTED}}


def test_a_shot_taken_out_is_cut_out() -> None:
    assert found(cut(A, B), cut(A)) == {"b": {Aspect.CUT_OUT}}


def test_only_the_shot_that_was_put_elsewhere_has_moved() -> None:
    new = cut(event("b", 0), event("c", 24), event("d", 48), event("a", 72))
    moved = [change.shot for change in compare(cut(A, B, C, D), new).of(Aspect.MOVED)]
    assert moved == ["a"]


def test_a_shot_on_another_track_has_moved() -> None:
    assert found(cut(A), cut(replace(A, track="V2"))) == {"a": {Aspect.MOVED}}


def test_other_frames_of_the_source_are_a_trim_and_another_speed_a_retime() -> None:
    shorter = replace(A, record_out=12, source_out=1013)
    faster = replace(A, speed=2.0, source_out=1049)
    assert found(cut(A), cut(shorter)) == {"a": {Aspect.TRIMMED}}
    assert found(cut(A), cut(faster)) == {"a": {Aspect.RETIMED}}


def test_a_new_version_of_the_same_frames_only_dresses_the_shot() -> None:
    assert found(cut(replace(A, name="a_v001.mov")), cut(replace(A, name="a_v002.mov"))) == {
        "a": {Aspect.DRESSED}
    }


def test_of_two_uses_the_one_with_other_frames_is_the_changed_one() -> None:
    again = event("a", 24, source_in=2000, source_out=2024)
    trimmed = replace(A, source_in=990, source_out=1014)
    changed = compare(cut(A, again), cut(trimmed, again)).changes
    assert [(change.before, change.after) for change in changed] == [(A, trimmed)]
