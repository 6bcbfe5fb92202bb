"""How the C library keeps the memory that the node's processes give back."""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3)."""
ARENAS = 2
RETURNED_BYTES = 1024 * 1024


def few_heaps() -> None:
    """Let the threads of this process and of those forked from it share two heaps.

    By itself glibc keeps up to eight a processor, one for each busy thread.
    """
    _set(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Let this process return large blocks to the system when it frees them.

    By itself glibc keeps what was freed, and after one large block the next ones too, up to
    32 MB: a node that once met large entries stayed larger for good. Freight does not ask for
    this: it fills the same buffers over and over, and new pages cost it a quarter of its speed.
    """
    _set(M_MMAP_THRESHOLD, RETURNED_BYTES)
    _set(M_TRIM_THRESHOLD, RETURNED_BYTES)


def _set(parameter: int, value: int) -> None:
    """Set *parameter* of glibc; other C libraries have none, and nothing is done there."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(parameter, value)
