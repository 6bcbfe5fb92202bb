"""The studio beside Zou 1.0.97: the same unmodified client, the same steps, in turns.

    python -m benchmarks.studio_beside_zou [SEQUENCES [SHOTS]]

By default 50 sequences of 20 shots with two tasks each are made on both servers, a fifth at a
time in turns, because a core's speed wanders by 1.8 x and only ratios of one run are honest. Cost
is processor seconds of every process that does the server's work, from /proc: for Zou its API,
events, jobs, PostgreSQL and Redis; for ours the supervisor and its four children. Both commit
durably. The grid is asked for after a change each time, so nobody answers from memory.

Then the production is opened to a second node of ours, and what its people wait for there is
measured beside what people wait for who use Zou from 150 ms away.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.lines import Relays
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say
from benchmarks.studio import processes
from benchmarks.studio.zou import NoPeerError, Peer, zou
from benchmarks.trust import introduce
from tools.environments import program

PROMISE = "zou"
ROUNDS = 5
TURNS = 3
BARS = {
    "CPU an entity": 1 / 3, "grid": 0.4, "304": 1.0, "add_comment": 0.4, "event": 1.0,
}  # fmt: skip
LARGEST_GRID = 200_000
"""Bytes on the wire for 1,000 shots with two tasks each."""
NAME = "Benchmark of the studio"
EMAIL, PASSWORD = "bench@city.invalid", "two cities one bridge"
_ACCOUNT = f"""
from allauth.account.models import EmailAddress
from jumelage.directory.services import open_account
person = open_account(email={EMAIL!r}, name="Bench Mark", language="en", roles=("officer",))
person.user.set_password({PASSWORD!r})
person.user.save()
EmailAddress.objects.update_or_create(
    user=person.user, email=person.user.email, defaults={{"verified": True, "primary": True}}
)
answer = True
"""


_PERSON = f"""
import time
from jumelage.bridge.api import peers
from jumelage.components.studio.models import Production
from jumelage.components.studio.services.productions import open_to
from jumelage.components.studio.services.seats import name_coordinator
from jumelage.directory.models import Person
by = Person.objects.get(user__email={EMAIL!r})
"""
_OPEN = f"""{_PERSON}
open_to(production=Production.objects.get(name={NAME!r}), city=peers()[0], by=by)
answer = True
"""
_COORDINATE = f"""{_PERSON}
held = None
for _ in range(600):
    held = held or Production.objects.filter(name={NAME!r}).first()
    if held and held.entities.filter(type="shot").count():
        break
    time.sleep(0.1)
name_coordinator(production=held, person=by, by=by)
answer = True
"""


class Client:
    """A process with gazu, signed in to one server."""

    def __init__(self, peer: Peer, held: ExitStack) -> None:
        """Start it and sign in."""
        self.peer = peer
        command = [program("python", "gazu"), str(Path(__file__).parent / "studio" / "load.py")]
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            [*command, peer.host, peer.event_host, peer.email, peer.password],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        held.callback(self._process.kill)
        self._answer()

    def do(self, *step: object) -> Any:  # noqa: ANN401  # whatever the step answers
        """Do one step and return its answer."""
        assert self._process.stdin is not None  # noqa: S101  # it was asked for
        self._process.stdin.write(json.dumps(step) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:  # noqa: ANN401
        assert self._process.stdout is not None  # noqa: S101  # it was asked for
        line = self._process.stdout.readline()
        if not line:
            told = f"the client of {self.peer.name} ended"
            raise RuntimeError(told)
        return json.loads(line)


@contextmanager
def running(*nodes: RealNode) -> Iterator[list[Peer]]:
    """Run *nodes* of ours inside the block; two of them trust each other."""
    for node in nodes:
        node.init()
        node.python(_ACCOUNT)
    if len(nodes) == 2:
        introduce(*nodes)
    with ExitStack() as held:
        for node in nodes:
            held.callback(node.stop)
            node.start()
        yield [_peer(node) for node in nodes]


def city(folder: Path, slug: str = "paris-bench", zone: str = "Europe/Paris") -> RealNode:
    """Return a node of ours that does not run yet."""
    return RealNode(folder / slug, slug, zone, environment={"JUMELAGE_LOG_LEVEL": "warning"})


def _peer(node: RealNode) -> Peer:
    assert node.process is not None  # noqa: S101  # it runs
    name = "Jumelage" if node.slug == "paris-bench" else f"Jumelage, {node.slug}"
    return Peer(name, f"{node.url}/api", node.url, EMAIL, PASSWORD, (node.process.pid,))


def created(client: Client, sequences: int, shots: int) -> tuple[float, int]:
    """Make things and return the processor seconds of the server, and how many were made."""
    before = processes.spent(client.peer.roots)
    made = client.do("create", sequences, shots)
    return processes.spent(client.peer.roots) - before, made


def measured(clients: Sequence[Client], sequences: int, shots: int) -> dict[str, dict[str, float]]:
    """Do every step with all of *clients*, in turns; return the figures by server."""
    cost = {client.peer.name: [0.0, 0.0] for client in clients}
    for turn in range(ROUNDS):
        for client in clients if turn % 2 else clients[::-1]:
            seconds, made = created(client, max(1, sequences // ROUNDS), shots)
            cost[client.peer.name][0] += seconds
            cost[client.peer.name][1] += made
        say(f"made {turn + 1} of {ROUNDS}: {cost}")
    found: dict[str, dict[str, float]] = {
        name: {"CPU an entity": seconds / made * 1000} for name, (seconds, made) in cost.items()
    }
    for step, times in (("grid", 5), ("again", 9), ("comment", 15), ("event", 10)):
        answers = in_turns(clients, step, times)
        for name, answer in answers.items():
            say(f"{name} {step}: {answer}")
            found[name] |= {f"{step}.{key}": value for key, value in answer.items()}
    return found


def in_turns(clients: Sequence[Client], step: str, times: int) -> dict[str, dict[str, float]]:
    """Do *step* in turns; return what the last turn answered, with the median of the medians."""
    answers: dict[str, list[dict[str, float]]] = {client.peer.name: [] for client in clients}
    for turn in range(TURNS):
        for client in clients if turn % 2 else clients[::-1]:
            answers[client.peer.name].append(client.do(step, times))
    return {
        name: given[-1] | {"ms": statistics.median(each["ms"] for each in given)}
        for name, given in answers.items()
    }


def far(peer: Peer, held: ExitStack) -> Peer:
    """Return *peer* as it is seen from across the ocean: 150 ms away."""
    port = int(peer.host.split(":")[2].partition("/")[0])
    relays = held.enter_context(Relays([port]))
    rest = peer.host.partition(f":{port}")[2]
    return Peer(f"{peer.name}, far", relays.urls[0] + rest, peer.event_host, peer.email,
                peer.password, peer.roots)  # fmt: skip


def main() -> int:
    """Run the benchmark; print its line."""
    given = [int(each) for each in sys.argv[1:3]]
    sequences, shots = [*given, *(50, 20)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="jumelage-zou-") as name, ExitStack() as held:
        folder = Path(name)
        try:
            peer: Peer | None = held.enter_context(zou(folder))
            reason = ""
        except NoPeerError as error:
            peer, reason = None, str(error)
        nodes = city(folder), city(folder, "sf-bench", "America/Los_Angeles")
        mine, twin = held.enter_context(running(*nodes))
        clients = [Client(each, held) for each in (mine, peer) if each]
        for client in clients:
            client.do("prepare", NAME)
        found = measured(clients, sequences, shots)
        across = _across(peer, held) if peer else {}
        found |= {"Jumelage from the other city": _joined(nodes, Client(twin, held))}
    return _result(found, across, reason, sequences * shots)


def _joined(nodes: tuple[RealNode, RealNode], client: Client) -> dict[str, float]:
    """Open the production to the other city; return what a comment and a grid cost at its node."""
    nodes[0].python(_OPEN)
    nodes[1].python(_COORDINATE)
    rows = client.do("join", NAME)
    client.do("create", 1, 1)
    figures = {step: client.do(step, times)["ms"] for step, times in (("comment", 15), ("grid", 5))}
    return {f"{step}.ms": ms for step, ms in figures.items()} | {"rows": rows}


def _across(peer: Peer, held: ExitStack) -> dict[str, float]:
    """Return what a comment and a grid cost with Zou on the other side of the ocean."""
    client = Client(far(peer, held), held)
    client.do("prepare", f"{NAME}, far")
    client.do("create", 1, 1)
    return {step: client.do(step, 5)["ms"] for step in ("comment", "grid")}


def _rounded(found: Mapping[str, float | str]) -> dict[str, float | str]:
    """Round the figures; what a step says instead of one stays as it is."""
    return {key: round(it, 2) if isinstance(it, float) else it for key, it in found.items()}


def _result(
    found: dict[str, dict[str, float]], across: dict[str, float], reason: str, shots: int
) -> int:
    mine = found["Jumelage"]
    theirs = found.get("Zou 1.0.97", {})
    names = {"CPU an entity": "CPU an entity", "grid": "grid.ms", "304": "again.ms",
             "add_comment": "comment.ms", "event": "event.ms"}  # fmt: skip
    ratios = {
        name: round(mine[key] / theirs[key], 3) for name, key in names.items() if key in theirs
    }
    small = mine["grid.bytes"] <= LARGEST_GRID * max(1.0, shots / 1000)
    ok = bool(ratios) and small and all(ratios[name] <= bar for name, bar in BARS.items())
    return Result(
        PROMISE, ratios.get("CPU an entity", 0.0), "x Zou's CPU an entity",
        round(BARS["CPU an entity"], 3), ok=ok,
        peers=_rounded(theirs) or {"Zou": reason},
        conditions={
            "ours": _rounded(mine), "ratios": ratios,
            "bars": {name: round(bar, 2) for name, bar in BARS.items()},
            "Zou from 150 ms away, ms": {k: round(v) for k, v in across.items()},
            "ours in the other city": _rounded(found["Jumelage from the other city"]),
            "shots": shots,
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
