"""Examines files nobody here made in a process that can do nothing else.

Theory of operation. A file from outside is read by a parser, and parsers of images, documents
and media have faults. So the parser runs alone: `examine` starts a fresh interpreter for each
file, which first gives up what it does not need (`inside.py`: limits on memory, time, files and
size; system calls for network, other processes and privileges), and only then imports the
parser. Where bubblewrap is installed and allowed, the process moreover sees no network, no other
process and no file but the interpreter, the parser's own package and the one file.

The parser, called an examiner, is an ordinary function `path -> facts` named as
`package.module:function`; it must not need Django. It refuses a file by raising `ValueError`
with a reason in a word, such as `broken`. Whatever else happens to it, the caller gets an error
with a name: `FileRefusedError`, `TooSlowError`, `TooMuchMemoryError`, `ParserEndedError`.

Long work that makes files, such as proxies of a movie, runs behind the same walls by `work`: it
may write into one folder, says how far it is, and can be stopped at any time.
"""

from jumelage.kit.sandbox.errors import (
    FileRefusedError,
    NotExaminedError,
    ParserEndedError,
    StoppedError,
    TooMuchMemoryError,
    TooSlowError,
    WroteTooMuchError,
)
from jumelage.kit.sandbox.examining import Facts, Limits, examine
from jumelage.kit.sandbox.walls import Walls, protection
from jumelage.kit.sandbox.working import work

__all__ = (
    "Facts",
    "FileRefusedError",
    "Limits",
    "NotExaminedError",
    "ParserEndedError",
    "StoppedError",
    "TooMuchMemoryError",
    "TooSlowError",
    "Walls",
    "WroteTooMuchError",
    "examine",
    "protection",
    "work",
)
