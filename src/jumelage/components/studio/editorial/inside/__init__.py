"""The part that runs inside the sandbox: no Django, no tables, one file in, one cut out."""


class RefusedError(ValueError):
    """A file is refused, for a reason in a word, and perhaps about something: `wrong-rate:25`."""

    def __init__(self, word: str, about: object = "") -> None:
        """Put both into the one text that leaves the sandbox."""
        super().__init__(f"{word}:{about}" if about != "" else word)
