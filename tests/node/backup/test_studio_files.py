"""The files of the studio are saved beside the backup, or the backup says that it left them out."""

import subprocess
import sys
from pathlib import Path

from blake3 import blake3

from tests.node.conftest import Jumelage, clean_environment

FILM = b"a film" * 100_000
KEEP = """
from pathlib import Path
from jumelage.node import boot
boot.node("en")
from jumelage.components.studio.services.media import keep
keep(Path({path!r}))
"""


def _keep(node: Jumelage, film: Path) -> str:
    """Let the node keep *film*; return its hash."""
    film.write_bytes(FILM)
    command = [sys.executable, "-c", KEEP.format(path=str(film))]
    subprocess.run(command, env=clean_environment(JUMELAGE_DATA=str(node.data)), check=True)
    return blake3(FILM).hexdigest()


def test_backup_says_what_it_leaves_out_and_a_folder_brings_the_films_back(
    node: Jumelage, tmp_path: Path
) -> None:
    name, copy = _keep(node, tmp_path / "film.mov"), tmp_path / "films"

    without = node.run("backup", str(tmp_path / "first.tar"))
    saved = node.run("backup", str(tmp_path / "second.tar"), "--studio", str(copy))
    again = node.run("backup", str(tmp_path / "third.tar"), "--studio", str(copy))
    assert "are not in it (1 files, 600\xa0kB): add --studio" in without.out
    assert "holds 1 files of the studio, 600\xa0kB, of which 600\xa0kB are new" in saved.out
    assert "of which 0\xa0B are new" in again.out

    lost = node.on(tmp_path / "new")
    back = lost.run("restore", str(tmp_path / "third.tar"), "--studio", str(copy))
    assert back.code == 0, back.err
    assert "1 files of the studio, 600\xa0kB, are back" in back.out
    assert (lost.data / "studio" / "files" / name[:2] / name).read_bytes() == FILM


def test_a_damaged_copy_is_not_taken_back(node: Jumelage, tmp_path: Path) -> None:
    name, copy = _keep(node, tmp_path / "film.mov"), tmp_path / "films"
    node.run("backup", str(tmp_path / "first.tar"), "--studio", str(copy))
    held = copy / "files" / name[:2] / name
    held.chmod(0o600)
    held.write_bytes(FILM[:-1] + b"x")

    lost = node.on(tmp_path / "new")
    back = lost.run("restore", str(tmp_path / "first.tar"), "--studio", str(copy))

    assert back.code == 210
    assert "was not copied: its bytes hash to" in back.err
    assert list((lost.data / "studio" / "files").rglob("*.draft")) == []
