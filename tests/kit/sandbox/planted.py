"""Examiners that try to get out; each returns what it could do. Run inside the sandbox only."""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


def honest(path: Path) -> Facts:
    """Count bytes, in a thread, as real parsers do."""
    found: Facts = {}
    thread = threading.Thread(target=lambda: found.update(size=path.stat().st_size))
    thread.start()
    thread.join()
    return found


def refuses(_path: Path) -> Facts:
    """Refuse the file."""
    raise ValueError("no-good")


def _escapes(tries: dict[str, Callable[[], object]]) -> Facts:
    done = []
    for name, attempt in tries.items():
        try:
            if attempt() is not False:
                done.append(name)
        except (OSError, ValueError, ImportError):
            continue
    return {"escaped": done}


def reads(path: Path) -> Facts:
    """Read the files the examined file names, and what a home or a system would have."""
    named = json.loads(path.read_text())
    usual = ["/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/run"]
    return _escapes({name: _reading(Path(name)) for name in [*named, *usual]})


def _reading(path: Path) -> Callable[[], object]:
    def attempt() -> object:
        if path.is_dir():
            return any(_has_files(path))
        return path.read_bytes() != b""

    return attempt


def _has_files(folder: Path) -> list[bool]:
    """Tell of each thing under *folder* whether it is a readable file (no interpreter)."""
    allowed = tuple(str(Path(p)) for p in (sys.prefix, sys.base_prefix))
    found = []
    for base, _folders, files in os.walk(folder):
        if not base.startswith(allowed):
            found += [True for _ in files]
    return found


def environment(_path: Path) -> Facts:
    """Tell which variables are there."""
    return {"names": sorted(os.environ)}


def processes(_path: Path) -> Facts:
    """Tell which processes can be seen, and whether the parent can be killed."""
    seen = [process for process in Path("/proc").iterdir() if process.name.isdigit()]
    return {"seen": len(seen)} | _escapes({"kill": lambda: os.kill(os.getppid(), 9)})


def connects(path: Path) -> Facts:
    """Call the port the file names, by every way."""
    port = int(path.read_text())
    return _escapes(
        {
            "tcp": lambda: socket.create_connection(("127.0.0.1", port), timeout=2),
            "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "unix": lambda: socket.socket(socket.AF_UNIX),
            "pair": socket.socketpair,
            "curl": lambda: subprocess.run(["curl", f"http://127.0.0.1:{port}"], check=True),
        }
    )


def forks(_path: Path) -> Facts:
    """Be a fork bomb."""
    children = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(60)
            children += 1
    except OSError:
        return {"escaped": ["fork"] if children else []}


def runs(_path: Path) -> Facts:
    """Become another program, or start one."""
    return _escapes(
        {
            "system": lambda: os.system("true") == 0,
            "run": lambda: subprocess.run(["/bin/true"], check=True),
            "exec": lambda: os.execv("/bin/sh", ["sh", "-c", "true"]),
        }
    )


def frees_itself(_path: Path) -> Facts:
    """Raise limits, enter namespaces, trace, mount, load programs into the kernel."""
    kernel = ctypes.CDLL(None, use_errno=True)
    most = resource.RLIM_INFINITY
    return _escapes(
        {
            "limits": lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
            "unshare": lambda: kernel.unshare(0x10000000) == 0,
            "trace": lambda: kernel.ptrace(0, 0, 0, 0) == 0,
            "mount": lambda: kernel.mount(b"none", b"/tmp", b"tmpfs", 0, 0) == 0,
            "root": lambda: os.setuid(0),
            "keys": lambda: kernel.syscall(250, 0, 0, 0, 0, 0) >= 0,
        }
    )


def writes(_path: Path) -> Facts:
    """Write beside the interpreter, the examined file and into the system."""
    places = [Path(__file__).parent, Path(sys.prefix), Path("/usr"), Path("/"), _path.parent]
    return _escapes({str(place): (place / "escaped").touch for place in places})


def hoards(_path: Path) -> Facts:
    """Take four gigabytes."""
    held = [bytearray(64 * 1024**2) for _ in range(64)]
    return {"taken": len(held)}


def fills_the_disk(_path: Path) -> Facts:
    """Write without end where writing is possible."""
    with open("/tmp/large", "wb") as file:  # noqa: PTH123
        while True:
            file.write(bytes(1024**2))


def talks(_path: Path) -> Facts:
    """Answer without end, past the door that was closed."""
    for descriptor in range(3, 20):
        try:
            while True:
                os.write(descriptor, b"x" * 65536)
        except OSError:
            continue
    return {"text": "x" * 2_000_000}


def lies(_path: Path) -> Facts:
    """Answer something that is not an answer."""
    os.write(3, b'{"facts": {"media_type": "text/html"}}')
    return {}


def spins(_path: Path) -> Facts:
    """Use the processor without end."""
    while True:
        pass


def sleeps(_path: Path) -> Facts:
    """Wait without end."""
    while True:
        time.sleep(60)


def dies(_path: Path) -> Facts:
    """Crash the interpreter."""
    ctypes.string_at(0)
    return {}


def digs(_path: Path) -> Facts:
    """Go deeper than the stack of the machine."""
    nested: list[object] = []
    for _ in range(1_000_000):
        nested = [nested]
    sys.setrecursionlimit(10**9)
    return {"text": repr(nested)}
