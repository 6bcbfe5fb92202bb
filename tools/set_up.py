"""Prepares `.venv` for `make`: checks the machine, installs the lock, builds the package.

Runs on the system's Python with the standard library only; the Makefile has checked its version.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
GIGABYTE = 10**9
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
CAUSES = (
    ("No space left on device", "The disk is full; free 1 GB and run the same command again."),
    (
        "Failed to establish a new connection",
        "The package index cannot be reached; check the network.",
    ),
    (
        "Temporary failure in name resolution",
        "The package index cannot be reached; check the network.",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded package differs from the lock; nothing was installed.",
    ),
    (
        "No matching distribution found",
        "A locked package does not exist for this machine and Python.",
    ),
    ("EAI_AGAIN", "The npm registry cannot be reached; check the network."),
    ("ENOTFOUND", "The npm registry cannot be reached; check the network."),
)


def stop(sentence: str) -> NoReturn:
    """End with one sentence for the person."""
    sys.exit("\n" + sentence)


def check_machine() -> None:
    """Refuse a Python without venv, and a full disk."""
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        stop("Python's venv module is missing; install it with: sudo apt-get install python3-venv")
    free = shutil.disk_usage(ROOT).free
    if not VENV.exists() and free < GIGABYTE:
        stop(f"Jumelage needs 1 GB of free disk, and {ROOT} has {free // 10**6} MB.")


def run(title: str, command: list[str], total: int = 0) -> None:
    """Run *command* quietly, one line of progress; on failure show its end and the cause."""
    started, seen = time.monotonic(), 0
    output: list[str] = []
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if total and line.startswith("Collecting "):
                seen += 1
                show(f"{title} {seen}/{total} {line.split()[1].partition('=')[0]}")
            elif total and line.startswith("Installing "):
                show(f"{title} unpacking {total} packages")
            elif not total:
                show(title)
    if process.returncode:
        fail("".join(output))
    show(f"{title} done in {time.monotonic() - started:.0f} s")
    sys.stdout.write("\n")


def show(text: str) -> None:
    """Replace the line on a terminal; print only the last state elsewhere."""
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K" + text)
    elif " done in " in text:
        sys.stdout.write(text)
    sys.stdout.flush()


def fail(output: str) -> NoReturn:
    """Show the end of *output*, then the sentence that explains it."""
    sys.stderr.write("\n" + "\n".join(output.splitlines()[-20:]) + "\n")
    for symptom, sentence in CAUSES:
        if symptom in output:
            stop(sentence)
    stop("The set-up failed; the lines above say why.")


def install(group: str) -> None:
    """Install the lock of *group* unless this very file was installed last time."""
    lock = ROOT / "requirements" / f"{group}.txt"
    digest, mark = hashlib.sha256(lock.read_bytes()).hexdigest(), VENV / f".lock-{group}"
    if mark.exists() and mark.read_text("utf-8") == digest:
        return
    total = sum(line[:1].isalnum() for line in lock.read_text("utf-8").splitlines())
    options = ["install", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "off"]
    run(
        f"  Installing the {group} requirements",
        [str(VENV / "bin/python"), *PIP, *options, "-r", str(lock)],
        total,
    )
    mark.write_text(digest, "utf-8")


def build() -> None:
    """Install the project itself once; later only compile what changed."""
    python = str(VENV / "bin/python")
    project = (ROOT / "pyproject.toml").read_bytes() + (ROOT / "hatch_build.py").read_bytes()
    digest, mark = hashlib.sha256(project).hexdigest(), VENV / ".lock-project"
    if mark.exists() and mark.read_text("utf-8") == digest:
        run("  Building pages and translations", [python, "hatch_build.py"])
        return
    options = ["install", "--no-deps", "--no-build-isolation", "--no-index", "-v", "-e", "."]
    run("  Building pages and translations", [python, *PIP, *options])
    mark.write_text(digest, "utf-8")


def main(group: str) -> None:
    """Prepare `.venv` for *group*: `runtime`, or `dev` on top of it."""
    check_machine()
    if not (VENV / "bin/python").exists():
        run("  Making .venv", [sys.executable, "-m", "venv", str(VENV)])
    install("runtime")
    if group == "dev":
        install("dev")
    else:
        build()
    (VENV / f".stamp-{group}").touch()


if __name__ == "__main__":
    main(sys.argv[1])
