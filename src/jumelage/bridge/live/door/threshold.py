"""Who has connected and shown no ticket yet: few at a time, and who came first goes first."""

from jumelage.bridge.live.door.browser import TOO_MUCH, Browser

MOST = 200


class Threshold:
    """Strangers who say nothing keep out nobody: the longest of them makes room for who comes."""

    def __init__(self, most: int = MOST) -> None:
        """Hold at most so many."""
        self._most = most
        self._waiting: dict[str, Browser] = {}

    def __len__(self) -> int:
        """Count who waits."""
        return len(self._waiting)

    def add(self, browser: Browser) -> None:
        """Take in who has just connected."""
        if len(self._waiting) >= self._most:
            self._waiting.pop(next(iter(self._waiting))).close(TOO_MUCH)
        self._waiting[browser.id] = browser

    def remove(self, browser: Browser) -> None:
        """Let go who has shown a ticket, or went; twice does no harm."""
        self._waiting.pop(browser.id, None)
