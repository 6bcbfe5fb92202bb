"""The lock names no index and no path; the build refuses to ship a page without its style."""

import gettext
import re
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Bridge"\nmsgstr "Pont"\n'
LOCKED_LINE = re.compile(r"[\w.-]+==[\w.]+(?: ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?")


@pytest.mark.parametrize("lock", ["runtime.txt", "dev.txt"])
def test_lock_holds_only_versions_and_hashes(lock: str) -> None:
    lines = (ROOT / "requirements" / lock).read_text("utf-8").splitlines()

    assert [line for line in lines if not LOCKED_LINE.fullmatch(line)] == []


def test_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in ("runtime.txt", "dev.txt"):
        for line in (ROOT / "requirements" / lock).read_text("utf-8").splitlines():
            if match := re.match(r"([\w.-]+)==([\w.]+) \\", line):
                versions.setdefault(match[1], set()).add(match[2])

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_catalogue_is_compiled_without_gettext_tools(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(CATALOGUE, "utf-8")

    (compiled,) = hatch_build.compile_catalogues(tmp_path)

    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Bridge") == "Pont"


def test_package_without_assets_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "src" / "django.po"
    source.parent.mkdir()
    source.write_text(CATALOGUE, "utf-8")

    with pytest.raises(hatch_build.MissingAssetsError) as refusal:
        hatch_build.refuse_without_assets(tmp_path)

    assert str(refusal.value) == (
        "Not packaging without compiled assets; missing for: "
        "src/django.po, src/jumelage/shell/static/shell/build/shell.css"
    )
