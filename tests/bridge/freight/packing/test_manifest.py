import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jumelage.bridge.freight.packing import manifest
from jumelage.bridge.freight.packing.packing import pack
from tests.bridge.freight.samples import DAILIES, heading, packed, written
from tools import environments

AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
ODD = {"Œuvre & co/<plan> “1”.exr": b"x", "映像/第一.exr": b"y" * 1000, "empty": b""}


def delivered(folder: Path) -> Path:
    """Return a folder with delivered files and the manifest beside them."""
    written(folder, {f"dailies/{name}": content for name, content in (DAILIES | ODD).items()})
    found = pack([folder / "dailies"], heading=heading())
    manifest.write(folder, found.packing_list, at=AT, place="san-francisco", version="0.3.0")
    return folder


@pytest.fixture(scope="session")
def tool() -> str:
    """Return the path of the reference tool of the ASC."""
    try:
        return environments.program("ascmhl-debug", of="media")
    except subprocess.CalledProcessError:
        pytest.skip("the reference tool ascmhl cannot be installed here")


def verified(tool: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the reference *tool* over *folder*."""
    return subprocess.run(
        [tool, "verify", "-v", folder], capture_output=True, text=True, check=False, timeout=60
    )


def test_reference_tool_verifies_every_file(tool: str, tmp_path: Path) -> None:
    done = verified(tool, delivered(tmp_path / "delivery"))
    assert (done.returncode, done.stderr) == (0, "")


def test_reference_tool_finds_one_flipped_bit(tool: str, tmp_path: Path) -> None:
    folder = delivered(tmp_path / "delivery")
    path = folder / "dailies" / "frames" / "0002.exr"
    content = bytearray(path.read_bytes())
    content[200_000] ^= 1
    path.write_bytes(content)
    done = verified(tool, folder)
    assert done.returncode != 0
    errors = [" ".join(line.split()[:5]) for line in done.stderr.splitlines()]
    assert errors[0] == "ERROR: hash mismatch for dailies/frames/0002.exr"


def test_reference_tool_finds_a_missing_and_a_foreign_file(tool: str, tmp_path: Path) -> None:
    folder = delivered(tmp_path / "delivery")
    (folder / "dailies" / "notes.txt").rename(folder / "dailies" / "other.txt")
    said = verified(tool, folder)
    assert said.returncode != 0
    assert "other.txt" in said.stdout + said.stderr


def test_reference_tool_finds_a_changed_manifest(tool: str, tmp_path: Path) -> None:
    folder = delivered(tmp_path / "delivery")
    path = next((folder / "ascmhl").glob("*.mhl"))
    path.write_bytes(path.read_bytes().replace(b"paris", b"rouen"))
    assert verified(tool, folder).returncode != 0


def test_second_manifest_is_refused(tmp_path: Path) -> None:
    folder = delivered(tmp_path / "delivery")
    found = packed(tmp_path / "x", {"a": b"x"}).packing_list
    with pytest.raises(FileExistsError):
        manifest.write(folder, found, at=AT, place="paris", version="0.3.0")


def test_c4_identifier_is_that_of_the_standard() -> None:
    assert manifest.c4(b"") == (
        "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT"
    )
