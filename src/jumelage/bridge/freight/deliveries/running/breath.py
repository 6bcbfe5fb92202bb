"""Whether the city's own site still breathes: freight gives way when its pages get slow.

The freight process asks the web process for its health now and then, as a visitor would. What it
takes when the node is idle is learnt from the quickest answers and slowly forgotten again.
"""

import threading
import time
from dataclasses import dataclass

import httpx
from django.conf import settings

ASK_SECONDS = 3.0
SLOW, CERTAIN = 2.0, 0.08
"""An answer is slow when it takes twice the idle time, and at least so many seconds."""
SEVERAL = 3
"""So many slow answers in a row ease freight off, so many quick ones let it go on."""
FORGET = 1.01


@dataclass(slots=True)
class Breath:
    """What the site's answers took of late; `short` tells that freight should give way."""

    short: bool = False
    idle: float = 0.0
    _row: int = 0

    def heard(self, seconds: float) -> None:
        """Take the time of one answer."""
        self.idle = min(self.idle * FORGET, seconds) if self.idle else seconds
        slow = seconds > max(SLOW * self.idle, CERTAIN)
        self._row = self._row + 1 if slow != self.short else 0
        if self._row >= SEVERAL:
            self.short, self._row = slow, 0

    def watch(self, stop: threading.Event) -> None:
        """Ask until *stop* is set; a site that does not answer at all is another matter."""
        node = settings.NODE
        host = "127.0.0.1" if node.host in {"", "0.0.0.0", "::"} else node.host  # noqa: S104  # compared
        url = (
            f"http://[{host}]:{node.port}/healthz"
            if ":" in host
            else f"http://{host}:{node.port}/healthz"
        )
        with httpx.Client(trust_env=False, timeout=10, headers={"Host": "localhost"}) as site:
            while not stop.wait(ASK_SECONDS):
                began = time.monotonic()
                try:
                    site.get(url)
                except httpx.HTTPError:
                    continue
                self.heard(time.monotonic() - began)
