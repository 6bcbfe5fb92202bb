"""What a process of the node frees, it gives back to the system."""

import ctypes
import subprocess
import sys

import pytest

GROWN_AND_SHRUNK = """
import re
from pathlib import Path
from jumelage.kit import memory

def megabytes():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

memory.few_heaps()
{call}
del (large := bytearray(30_000_000))[:]
before = megabytes()
blocks, kept = [], []
for _ in range(40):
    blocks.append(bytearray(b"x") * 2_000_000)
    kept.append(bytearray(b"x") * 5_000)
del blocks, large
print(megabytes() - before)
"""


def grown(call: str) -> int:
    """Return the megabytes a process keeps that once held 80 MB."""
    program = [sys.executable, "-c", GROWN_AND_SHRUNK.format(call=call)]
    return int(subprocess.run(program, check=True, capture_output=True).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="not glibc")
def test_what_is_freed_is_given_back() -> None:
    assert grown("memory.give_back()") < 10
    assert grown("") > 50, "the rule is not what gave it back"
