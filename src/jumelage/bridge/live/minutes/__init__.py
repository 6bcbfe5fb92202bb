"""Shared minutes: a text that both cities write in, line or no line.

Theory of operation. The text is a Yjs document. Each node keeps the whole of it, so people write at
the speed of their own city; nodes tell each other what the other lacks (state vector -> difference),
while the line stands at once, after a cut when it returns. `updates` reads what strangers send and
takes only what a text editor makes; `document` is the text in memory; `store` its rows; `frames` is what
is said about it; `sharing` tells those who write what others wrote, and writes to the database in
batches.
"""

from jumelage.bridge.live.minutes.sharing import Minutes

__all__ = ("Minutes",)
