"""A cut brought to a production: what would follow, and what follows."""

from pathlib import Path

import pytest

from jumelage.bridge.api import Node, me
from jumelage.components.studio.errors import CutSettledError, NoSeatError
from jumelage.components.studio.models import ChangeRequest, Entity, KeptCut, Production
from jumelage.components.studio.records import EntityPlanned
from jumelage.components.studio.selectors.house.cuts import preview
from jumelage.components.studio.services.entities import Plan, plan_entity
from jumelage.components.studio.services.house.cuts import apply_cut, bring_cut, put_cut_aside
from jumelage.directory.models import Person
from jumelage.kit.errors import NotAllowedError
from tests.components.studio.house.edls import edl
from tests.factories import studio
from tests.factories.bridge import Peer
from tests.factories.studio import NOON, arrive

FIRST = [("sh010_v001.mov", 48), ("sh020_v001.mov", 36)]
SECOND = [("sh010_v002.mov", 40), ("sh030_v001.mov", 24)]


def bring(
    production: Production, by: Person, folder: Path, clips: list[tuple[str, int]]
) -> KeptCut:
    path = folder / "reel.edl"
    path.write_text(edl(clips), "utf-8")
    return bring_cut(production=production, path=path, name="reel.edl", by=by)


def deeds(kept: KeptCut) -> set[tuple[str, str]]:
    return {(one.shot, one.deed.value) for one in preview(kept, me().origin).consequences}


def test_the_first_cut_plans_its_shots_in_a_sequence_of_its_name(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    kept = apply_cut(kept=bring(film, producer, tmp_path, FIRST), by=producer)
    shots = Entity.objects.filter(production=film, type="shot").order_by("name")
    assert [(s.name, s.frames, s.frame_in, s.frame_out, str(s.parent)) for s in shots] == [
        ("sh010", 48, 0, 47, "reel 1"),
        ("sh020", 36, 0, 35, "reel 1"),
    ]
    assert (kept.state, kept.outcome) == ("applied", {"plan": 2})


def test_the_next_cut_plans_changes_and_cancels(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    apply_cut(kept=bring(film, producer, tmp_path, FIRST), by=producer)
    second = bring(film, producer, tmp_path, SECOND)
    assert deeds(second) == {("sh010", "change"), ("sh020", "change"), ("sh030", "plan")}
    apply_cut(kept=second, by=producer)
    shots = Entity.objects.filter(production=film, type="shot").order_by("name")
    assert [(shot.name, shot.frames, shot.canceled) for shot in shots] == [
        ("sh010", 40, False),
        ("sh020", 36, True),
        ("sh030", 24, False),
    ]
    assert second.before is not None
    assert preview(second, me().origin).consequences == []


def test_shots_that_left_the_cut_may_stay(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    apply_cut(kept=bring(film, producer, tmp_path, FIRST), by=producer)
    apply_cut(kept=bring(film, producer, tmp_path, SECOND), by=producer, cancels=False)
    assert not Entity.objects.filter(canceled=True).exists()


def test_a_shot_that_comes_back_is_no_longer_cancelled(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    for clips in (FIRST, SECOND, FIRST):
        apply_cut(kept=bring(film, producer, tmp_path, clips), by=producer)
    assert Entity.objects.get(name="sh020").canceled is False


def test_the_same_cut_again_changes_nothing(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    apply_cut(kept=bring(film, producer, tmp_path, FIRST), by=producer)
    again = bring(film, producer, tmp_path, FIRST)
    assert (preview(again, me().origin).differences.changes, deeds(again)) == ((), set())


def test_a_shot_of_the_other_city_is_asked_for(
    joint: Production, producer: Person, tmp_path: Path, here: Node, there: Peer
) -> None:
    theirs = EntityPlanned(
        uri=there.uri(), created_at=NOON, production=joint.uri, type="shot", name="sh010", frames=99
    )
    arrive(there, here, theirs)
    kept = apply_cut(kept=bring(joint, producer, tmp_path, FIRST[:1]), by=producer)
    asked = ChangeRequest.objects.get()
    assert (asked.target, asked.changes["frames"], asked.reason) == (theirs.uri, 48, "reel 1")
    assert kept.outcome == {"ask": 1}
    assert Entity.objects.get(uri=theirs.uri).frames == 99


def test_new_shots_go_into_the_sequence_that_is_chosen(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    chosen = plan_entity(production=film, plan=Plan(type="sequence", name="sq9"), by=producer)
    apply_cut(kept=bring(film, producer, tmp_path, FIRST), by=producer, sequence=chosen)
    assert {shot.parent for shot in Entity.objects.filter(type="shot")} == {chosen}


def test_a_cut_is_settled_once(film: Production, producer: Person, tmp_path: Path) -> None:
    kept = put_cut_aside(kept=bring(film, producer, tmp_path, FIRST), by=producer)
    with pytest.raises(CutSettledError):
        apply_cut(kept=kept, by=producer)
    with pytest.raises(CutSettledError):
        put_cut_aside(kept=kept, by=producer)
    assert not Entity.objects.filter(type="shot").exists()


def test_only_who_plans_there_brings_cuts(
    film: Production, producer: Person, tmp_path: Path
) -> None:
    with pytest.raises(NoSeatError):
        bring(film, studio.producer(), tmp_path, FIRST)
    with pytest.raises(NotAllowedError):
        bring(film, studio.member(film, "artist", producer), tmp_path, FIRST)
