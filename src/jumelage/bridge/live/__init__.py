"""Live sessions: people of both cities at the same moment, through their own city's node.

Theory of operation. A browser speaks to its own node only (`door/`), one node hosts the session and
the others dial it (`line/`). Each node keeps the whole log: an act is numbered and stamped by the
node that logs it, committed, and only then told to anybody (`log/`); sorted by stamp, origin and
number it comes to the same state everywhere, whatever came first. Who is let in and what only the
host may order is decided by the host in one thread, so that of N + 10 who come at once N are in.
While the line is cut each city goes on with what any node may log, and both logs merge after.
Specification: docs/protocol/live.md.
"""
