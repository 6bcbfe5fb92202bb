"""What the first city keeps for itself: cuts of the editor, somebody who applies, a guest, a vendor."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from jumelage.components.studio.editorial.timecode import timecode
from jumelage.components.studio.models import Category, KeptCut, Production, Task
from jumelage.components.studio.services import tasks
from jumelage.components.studio.services.house import access, cuts, guests
from jumelage.components.studio.services.house.vendors import set_vendor
from jumelage.directory.models import Person
from jumelage.node.demonstration.cities import DemoCity
from jumelage.node.demonstration.film import crew

CUTS = (
    ("Le Gardien, montage 1", (("sh010", 48), ("sh020", 48), ("sh030", 60), ("sh040", 72))),
    (
        "Le Gardien, montage 2",
        (("sh010", 48), ("sh030", 84), ("sh020", 48), ("sh025", 36), ("sh040", 72)),
    ),
)
"""Cuts of the editor, shots with their frames: in the second one is longer, two change over, one is new."""
HOUR = 3600 * 24


def settle_in(film: Production, city: DemoCity) -> None:
    """Apply a cut and bring another that waits; let an application wait, and a guest have a link."""
    officer = crew.person(city, "officer")
    first, _second = [_brought(film, title, shots, officer) for title, shots in CUTS]
    cuts.apply_cut(kept=first, by=officer)
    access.apply_for_access(
        category=Category.STUDENT,
        purpose="Notre classe veut éclairer deux plans du film (inventé).",
        by=crew.person(city, "coordinator"),
    )
    guests.make_link(
        production=film, name="Un commanditaire (inventé)", lasts=timedelta(days=14), by=officer
    )


def give_to_partner(film: Production, task: Task, city: DemoCity) -> None:
    """Let the company work on *task*, and its organisation see no other task of *film*."""
    officer, organisation = crew.person(city, "officer"), crew.partner()
    tasks.assign(tasks=[task], put=[crew.seat_of(crew.person(city, "owner"), film)], by=officer)
    if organisation:
        set_vendor(production=film, organisation=organisation, apart=True, by=officer)


def _brought(film: Production, title: str, shots: Sequence[tuple[str, int]], by: Person) -> KeptCut:
    """Bring a cut as the file an editor would save."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{title}.edl"
        file.write_text(_edl(title, shots, film.exact_rate), "utf-8")
        return cuts.bring_cut(production=film, path=file, name=file.name, by=by)


def _edl(title: str, shots: Sequence[tuple[str, int]], rate: Fraction) -> str:
    """Return an edit decision list (CMX 3600) of *shots* one after the other."""
    lines, at = [f"TITLE: {title}", "FCM: NON-DROP FRAME"], HOUR
    for number, (shot, frames) in enumerate(shots, 1):
        times = " ".join(timecode(frame, rate) for frame in (0, frames, at, at + frames))
        lines += [f"{number:03d}  AX  V  C  {times}", f"* FROM CLIP NAME: {shot}"]
        at += frames
    return "\n".join(lines) + "\n"
