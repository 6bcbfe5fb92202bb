"""The program inside the walls: gives up what it does not need, then lets the examiner look.

Started as a script, not imported, by an interpreter of its own; needs the standard library only.
Its last output is a line of JSON: `{"facts"}`, `{"refused"}` or `{"broke"}`; who works long says
before it how far it is, in lines `{"done", "of"}`.
"""

import ctypes
import errno
import importlib
import json
import os
import platform
import resource
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# Linux <uapi/linux/prctl.h>, <linux/seccomp.h>, <linux/filter.h>, <linux/audit.h>.
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x00010000
_NO_ROOM = {errno.EFBIG, errno.ENOSPC, errno.EDQUOT}
# System calls by machine: its AUDIT_ARCH number, clone, clone3, and those an examiner never needs.
_NEVER = {
    # Processes and sockets, then tracing, mounts, namespaces, kernel interfaces, raised limits.
    "x86_64": (
        0xC000003E, 56, 435,
        (57, 58, 59, 322, 41, 42, 43, 49, 50, 53, 288, 44, 46, 307, 62, 200, 234, 129, 297, 424,
         101, 310, 311, 440, 165, 166, 155, 161, 272, 308, 428, 429, 430, 431, 432, 433, 442,
         246, 320, 175, 313, 176, 321, 298, 323, 425, 426, 427, 248, 249, 250, 160, 302, 317,
         105, 106, 113, 114, 117, 119, 116, 303, 304, 438),
    ),
    "aarch64": (
        0xC00000B7, 220, 435,
        (221, 281, 198, 203, 202, 200, 201, 199, 242, 206, 211, 269, 129, 130, 131, 138, 240, 424,
         117, 270, 271, 440, 40, 39, 41, 51, 97, 268, 428, 429, 430, 431, 432, 433, 442,
         104, 294, 105, 273, 106, 280, 241, 282, 425, 426, 427, 217, 218, 219, 164, 261, 277,
         146, 144, 145, 143, 147, 149, 159, 264, 265, 438),
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]  # ctypes' own


def give_up_resources(limits: dict[str, int]) -> None:
    """Set hard limits; nothing raises them again."""
    for name, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (most, most))
    seconds = limits["processor_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def give_up_calls() -> None:
    """Let the kernel refuse network, other processes and privileges from here on (Linux)."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _NEVER:
        return
    program = _filter(*_NEVER[machine])
    system = ctypes.CDLL(None, use_errno=True)
    told = _Program(len(program) // 8, program)
    system.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or system.prctl(
        _SET_SECCOMP, _FILTER, ctypes.addressof(told), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "seccomp")


def _filter(audit: int, clone: int, clone3: int, never: tuple[int, ...]) -> bytes:
    """Return the filter: threads may begin, everything in *never* answers “not permitted”.

    `clone3` hides its flags from filters; it seems not to exist, so that libraries use `clone`.
    """

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    refuse = step(_RETURN, _REFUSE | errno.EPERM)
    listed = b"".join(step(_JUMP_IF_EQUAL, number, 0, 1) + refuse for number in sorted(set(never)))
    return b"".join(
        (
            step(_LOAD, _MACHINE_AT),
            step(_JUMP_IF_EQUAL, audit, 1, 0),
            step(_RETURN, _KILL),
            step(_LOAD, _NUMBER_AT),
            step(_JUMP_IF_EQUAL, clone3, 0, 1),
            step(_RETURN, _REFUSE | errno.ENOSYS),
            # The other numbering of x86-64 (x32) has this bit set.
            step(_JUMP_IF_SET, 0x40000000, 0, 1),
            step(_RETURN, _KILL),
            listed,
            step(_JUMP_IF_EQUAL, clone, 0, 3),
            step(_LOAD, _FIRST_ARGUMENT_AT),
            step(_JUMP_IF_SET, _CLONE_THREAD, 1, 0),
            refuse,
            step(_RETURN, _ALLOW),
        )
    )


def look(kind: str, *given: object) -> dict[str, Any]:
    """Return the answer of the examiner or worker *kind*, called with what is *given*."""
    module, _, function = kind.partition(":")
    try:
        return {"facts": dict(getattr(importlib.import_module(module), function)(*given))}
    except MemoryError:
        return {"broke": "memory"}
    except ValueError as refusal:
        return {"refused": str(refusal)}
    except OSError as error:
        return {"broke": "room" if error.errno in _NO_ROOM else "ended"}
    except Exception:  # noqa: BLE001  # whatever a parser raises, the answer has a name
        return {"broke": "ended"}


def _line(answer: int, said: Mapping[str, Any]) -> None:
    os.write(answer, json.dumps(said).encode() + b"\n")


def _progress(answer: int) -> Callable[[int, int], None]:
    """Return what a worker calls with how much is done and of how much."""

    def told(done: int, of: int) -> None:
        _line(answer, {"done": done, "of": of})

    return told


def main(package_folder: str, kind: str, path: str, limits: str, *work: str) -> None:
    """Look at one file, or *work* on it (the folder for what is made, options), and answer."""
    answer = os.dup(1)
    os.dup2(2, 1)  # what a parser prints goes where its complaints go
    give_up_resources(json.loads(limits))
    give_up_calls()
    sys.path.insert(0, package_folder)
    more = (Path(work[0]), json.loads(work[1]), _progress(answer)) if work else ()
    _line(answer, look(kind, Path(path), *more))


if __name__ == "__main__":
    main(*sys.argv[1:])
