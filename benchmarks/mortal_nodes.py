"""Nodes whose processes can be killed at any moment, and start again at once.

A mortal node is the product's own tree (supervisor, web, worker) with a third child that
publishes without end. A record counts as acknowledged when `publish` has returned: only then
is its identifier written to a journal and forced to the disk.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.nodes import RealNode

PAUSE = 0.02
"""Seconds between two records of one writer."""
_LIVE = "import django; django.setup(); from benchmarks.mortal_nodes import live; live()"
LOOK = """
from collections import Counter
from pathlib import Path
from django.db import connection
from jumelage.bridge.api import verify_chains
from jumelage.bridge.models import Entry, Feed, Refusal
from jumelage.components.practices.models import Practice
uris = Counter(Entry.objects.filter(op="put", kind="practices.practice-shared")
               .values_list("uri", flat=True))
with connection.cursor() as cursor:
    sound = connection.vendor == "postgresql" or [("ok",)] == cursor.execute(
        "PRAGMA integrity_check").fetchall()
answer = {
    "heads": {f"{f.node_id} {f.name}": [f.head_seq, bytes(f.head_hash).hex()]
              for f in Feed.objects.all()},
    "flaws": [f"{c.feed} {w.seq}: {w.reason}" for c in verify_chains() for w in c.flaws],
    "uris": dict(uris), "rows": sorted(Practice.objects.values_list("uri", flat=True)),
    "refusals": Refusal.objects.count(), "sound": sound,
}
"""


@dataclass
class MortalNode(RealNode):
    """A real node under a supervisor that never gives up, with a writer among its processes."""

    writes: bool = True
    killed: dict[str, int] = field(default_factory=dict)

    @property
    def journal(self) -> Path:
        """The identifiers of the records that were acknowledged, one a line."""
        return self.folder / "acknowledged"

    def start(self) -> None:
        """Start the tree until the node answers, again when it ends, as systemd would.

        A database that recovers refuses everybody for a moment.

        Raises:
            RuntimeError: it did not answer within 90 s.
        """
        end = time.monotonic() + 90
        while True:
            self._begin()
            try:
                return self.wait_until_open(60)
            except RuntimeError:
                if time.monotonic() > end or self.process is None or self.process.poll() is None:
                    raise
            time.sleep(0.2)

    def _begin(self) -> None:
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own code
                [*self.within, sys.executable, "-c", _LIVE],
                env=self.env | {"JUMELAGE_WRITES": "1" if self.writes else ""},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> bool:
        """End the process *name* (or `supervisor`) without a word; tell whether it lived."""
        pid = self.process.pid if name == "supervisor" and self.process else self._pid(name)
        if not pid:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed[name] = self.killed.get(name, 0) + 1
            if name == "supervisor" and self.process:
                self.process.wait()
            return True
        return False

    def _pid(self, name: str) -> int:
        """Return the living process *name*: one that was killed may have left its number."""
        with suppress(OSError, ValueError):
            pid = int((self.folder / f"{name}.pid").read_text())
            if b"jumelage" in Path(f"/proc/{pid}/cmdline").read_bytes() or _is_ours(pid):
                return pid
        return 0

    def acknowledged(self) -> list[str]:
        """Return the identifiers in the journal; a line that was cut off was not finished."""
        text = self.journal.read_text("utf-8") if self.journal.exists() else ""
        return text.splitlines() if text.endswith("\n") else text.splitlines()[:-1]

    def look(self) -> Any:  # noqa: ANN401  # JSON
        """Return what the node holds, every chain verified from its stored bytes."""
        return self.python(LOOK)


def _is_ours(pid: int) -> bool:
    return b"mortal_nodes" in Path(f"/proc/{pid}/cmdline").read_bytes()


def live() -> None:
    """Be the node of the environment: the product's processes, and a writer when asked."""
    from django.conf import settings  # noqa: PLC0415  # this runs inside the node

    from jumelage.node.run import up  # noqa: PLC0415
    from jumelage.node.run.supervisor import Supervisor  # noqa: PLC0415

    node = settings.NODE
    with up.ready(node.data, node.host, node.port) as listener:
        targets = dict(up.targets(listener))
        if os.environ.get("JUMELAGE_WRITES"):
            targets["writer"] = partial(write_for_ever, node.data / "acknowledged")
        named = {name: partial(_named, node.data / f"{name}.pid", t) for name, t in targets.items()}
        with Supervisor(named, most_failures=10**9, longest_pause=0.05) as supervisor:
            supervisor.run()


def _named(file: Path, target: Any) -> None:  # noqa: ANN401  # a function
    draft = file.with_suffix(".new")
    draft.write_text(str(os.getpid()))
    draft.replace(file)
    target()


def write_for_ever(journal: Path) -> None:
    """Publish one record after the other; note each one that was acknowledged, durably."""
    from django.db import InterfaceError, OperationalError, connection  # noqa: PLC0415

    from jumelage.bridge.api import new_uri, publish  # noqa: PLC0415
    from jumelage.components.practices.records import PracticeShared  # noqa: PLC0415
    from jumelage.kit.i18n import Bilingual  # noqa: PLC0415

    text = Bilingual(en="Said while processes were killed.")
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    while True:
        try:
            uri = new_uri()
            publish(
                PracticeShared(
                    uri=uri, title=text, problem=text, action=text, result=text,
                    contact_role=text, shared_on=date(2026, 1, 1),
                )
            )  # fmt: skip
        except (OperationalError, InterfaceError):  # the database is away: nothing was promised
            connection.close()
            time.sleep(0.2)
            continue
        os.write(handle, f"{uri}\n".encode())
        os.fsync(handle)
        time.sleep(PAUSE)


def said(facts: Any) -> str:  # noqa: ANN401  # JSON
    """Return *facts* for a person."""
    return json.dumps(facts, ensure_ascii=False)
