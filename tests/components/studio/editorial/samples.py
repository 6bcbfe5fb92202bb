"""Fetches the sample cuts that come with the sources of OpenTimelineIO's adapters, once.

Nobody here made them, and they are not ours to ship; they lie in `var/cut-samples`.
"""

import fcntl
import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[4]
SOURCES = {
    "otio-aaf-adapter==2.0.0": "e7712161e08fcf891ea7aa75e5d86efb96eee5a767253f73bc8165c4236443ca",
    "otio-ale-adapter==1.1.0": "05baceea8cab7c82569a542729a0a4115ac4482ed1f41f5724da6b7b9e72ff5e",
    "otio-cmx3600-adapter==1.0.0": (
        "a10cca794617795bbc147d784ec33e6381a57eb6157e87d2b74b65b02516b621"
    ),
    "otio-fcp-adapter==1.0.0": "38544c1064cc85e169428c8c3436bd7c36b90bad99a253851db130d9d7298ce6",
}
ENDINGS = {".edl", ".aaf", ".xml", ".ale"}
SECONDS = 120


class NoSamplesError(Exception):
    """The sources cannot be had; the text says why."""


def samples() -> list[Path]:
    """Return the sample cuts, by format and name; fetched when they are not there.

    Raises:
        NoSamplesError: the package index cannot be reached, or gives something else.
    """
    folder = ROOT / "var" / "cut-samples"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)  # tests run in several processes
        for requirement, digest in SOURCES.items():
            _fetch(requirement, digest, folder / requirement.partition("==")[0])
    found = [path for path in folder.glob("*/*") if path.suffix in ENDINGS]
    return sorted(found, key=lambda path: (path.suffix, path.name))


def _fetch(requirement: str, digest: str, folder: Path) -> None:
    mark = folder / ".digest"
    if mark.is_file() and mark.read_text("utf-8") == digest:
        return
    folder.mkdir(exist_ok=True)
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
        "--no-binary", ":all:", "--dest", str(folder), requirement,
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # our own command
    except (OSError, subprocess.SubprocessError) as error:
        raise NoSamplesError(requirement, "cannot be fetched", error) from error
    archive = next(folder.glob("*.tar.gz"))
    if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
        raise NoSamplesError(requirement, "is not what it was")
    _unpack(archive, folder)
    mark.write_text(digest, "utf-8")


def _unpack(archive: Path, folder: Path) -> None:
    """Take the samples out of *archive*, flat, by their bare names."""
    with tarfile.open(archive) as held:
        for member in held:
            path = PurePosixPath(member.name)
            if member.isfile() and path.parent.name == "sample_data" and path.suffix in ENDINGS:
                contents = held.extractfile(member)
                (folder / path.name).write_bytes(contents.read() if contents else b"")
