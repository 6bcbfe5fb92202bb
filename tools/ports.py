"""Free ports of loopback for servers that tests and benchmarks start."""

import random
import socket

FIRST, LAST = 10_000, 29_999
"""Below the ports that systems give to outgoing connections (32768 to 60999 by default on Linux,
49152 and above by RFC 6335): no connection of another process takes one before its server does."""
_given: set[int] = set()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now and that this process was not given yet.

    Raises:
        RuntimeError: none was found in 200 tries.
    """
    for port in random.sample(range(FIRST, LAST + 1), 200):
        if port not in _given and _is_free(port):
            _given.add(port)
            return port
    raise RuntimeError("no free port of 127.0.0.1 was found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
