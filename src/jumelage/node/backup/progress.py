"""How long work tells how far it is: a step, what is done of it, and all there is to do."""

from collections.abc import Callable

Told = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much there is (0: unknown)."""

STEPS = (
    "database",
    "media",
    "writing",
    "checking",
    "unpacking",
    "tables",
    "chains",
    "freight",
    "studio",
)


def silent(step: str, done: int, of: int) -> None:
    """Tell nobody."""
    del step, done, of
