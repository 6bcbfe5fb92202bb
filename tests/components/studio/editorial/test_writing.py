"""A cut given back as OTIO is read as the same cut; OTIOZ carries the media that is kept."""

import zipfile
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from hypothesis import given, settings

from jumelage.components.studio.editorial.cut import Cut, from_json
from jumelage.components.studio.editorial.inside.worker import read
from jumelage.components.studio.editorial.reading import read as read_in_the_sandbox
from jumelage.components.studio.editorial.writing import Media, otio, otioz
from tests.components.studio.editorial.cuts import assemblies, cut, event


def nothing_kept(_event: object) -> None:
    return None


@given(assemblies())
@settings(deadline=None)
def test_a_cut_written_as_otio_is_read_as_the_same_cut(tmp_path_factory: object, made: Cut) -> None:
    folder = Path(tmp_path_factory.mktemp("otio"))  # type: ignore[attr-defined]  # pytest's own
    source = folder / "cut.otio"
    source.write_text(otio(made, nothing_kept), "utf-8")
    read(source, folder, {"format": "otio", "rate": made.rate}, lambda done, of: None)
    again = from_json((folder / "cut.json").read_bytes())
    assert again.events == made.events
    assert (again.start, again.rate) == (made.start, made.rate)


def test_otioz_carries_the_media_that_is_kept_here_by_its_hash(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"frames")
    media = Media(path=kept, hash="ab" * 32, ending="mp4", first=0, frames=48, rate=Fraction(24))
    made = cut(event("a", 0), event("b", 24))
    into = tmp_path / "cut.otioz"
    with into.open("wb") as file:
        count = otioz(made, lambda one: media if one.name == "a" else None, file)
    with zipfile.ZipFile(into) as bundle:
        names = [one.filename for one in bundle.infolist()]
        assert bundle.read(media.place) == b"frames"
    assert (count, names) == (1, ["version.txt", "content.otio", media.place])
    again = read_in_the_sandbox(into, "cut.otioz", rate=Fraction(24))
    assert [(one.name, one.file) for one in again.events] == [("a", f"{'ab' * 32}.mp4"), ("b", "")]


def test_media_used_twice_is_packed_once() -> None:
    media = Media(
        path=Path(__file__), hash="cd" * 32, ending="mov", first=0, frames=9, rate=Fraction(24)
    )
    into = BytesIO()
    assert otioz(cut(event("a", 0), event("a", 24)), lambda _one: media, into) == 1
