"""The line between two nodes of a benchmark: network namespaces when root, else a relay."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.delay_line import DelayLine
from benchmarks.nodes import ROOT, RealNode
from benchmarks.result import say
from benchmarks.trust import introduce

OCEAN = Path(os.environ.get("JUMELAGE_OCEAN", ROOT.parent / "shared" / "tools" / "ocean"))
PORT = 8410


Link = Callable[..., None]


@dataclass
class Pair:
    """Two nodes that trust each other, and the line between them."""

    paris: RealNode
    sf: RealNode
    line: str
    """What the line is, for the benchmark's conditions."""
    link: Link | None = None
    """Speaks to the emulator; None where the line is a relay."""

    def change(self, *, rate: str, loss: float = 0.0) -> bool:
        """Change the line, when it is an emulated one; tell whether it could be changed."""
        if self.link is None:
            return False
        self.link("set", f"rate={rate}", f"loss={loss}")
        self.line = _named(rate, loss)
        return True

    def start(self) -> None:
        """Start both nodes."""
        self.paris.start()
        self.sf.start()


@contextmanager
def long_line(
    *, rate: str = "1G", environment: dict[str, str] | None = None, relayed: bool = False
) -> Iterator[Pair]:
    """Give two paired, stopped nodes joined by 150 ms of round trip at *rate*; clean up after.

    *relayed*: by a relay on this machine, even where a line of namespaces could be made.
    """
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-") as name:
        folder = Path(name)
        ocean = ocean_is_possible() and not relayed
        if not ocean and not relayed:
            say(
                "No emulated line here (it needs root, ip, cc, curl, ping): a relay is in its place."
            )
        opened = _ocean(folder, rate) if ocean else _relays(folder)
        with opened as pair:
            try:
                for node in (pair.paris, pair.sf):
                    node.environment |= environment or {}
                    node.init()
                introduce(pair.paris, pair.sf)
                yield pair
            finally:
                pair.paris.stop()
                pair.sf.stop()


def ocean_is_possible() -> bool:
    """Tell whether the emulated line of two network namespaces can be set up here."""
    tools = all(shutil.which(tool) for tool in ("ip", "cc", "curl", "ping"))
    return os.geteuid() == 0 and (OCEAN / "link.sh").exists() and tools


@contextmanager
def _ocean(folder: Path, rate: str) -> Iterator[Pair]:
    one = os.getpid()  # a killed run leaves its namespaces behind, and must not stop the next one
    names = {"OCEAN_A": f"jparis{one}", "OCEAN_B": f"jsf{one}", "OCEAN_NET": "10.75.0"}
    env = {**names, **os.environ, "OCEAN_RUN": str(folder / "ocean")}
    paris, sf, net = (env[name] for name in names)

    def link(*arguments: str) -> None:
        subprocess.run(  # noqa: S603  # the emulator's own script
            [OCEAN / "link.sh", *arguments], env=env, check=True, stdout=subprocess.DEVNULL
        )

    try:
        link("up", f"rate={rate}")
        link("tcp", "tuned", "cubic")
        yield Pair(
            RealNode(folder / "paris", "paris-demo", "Europe/Paris", host=f"{net}.1", port=PORT,
                     within=("ip", "netns", "exec", paris)),
            RealNode(folder / "sf", "sf-demo", "America/Los_Angeles", host=f"{net}.2", port=PORT,
                     within=("ip", "netns", "exec", sf)),
            _named(rate, 0.0),
            link,
        )  # fmt: skip
    finally:
        link("down")


def _named(rate: str, loss: float) -> str:
    lost = f", {loss:.1%} of packets lost" if loss else ""
    return f"two network namespaces, 150 ms round trip, {rate}bit/s{lost}"


@contextmanager
def _relays(folder: Path) -> Iterator[Pair]:
    paris = RealNode(folder / "paris", "paris-demo", "Europe/Paris")
    sf = RealNode(folder / "sf", "sf-demo", "America/Los_Angeles")
    with Relays([paris.port, sf.port]) as relays:
        paris.public_url, sf.public_url = relays.urls
        yield Pair(paris, sf, "TCP relay, 150 ms round trip, no rate limit")


class Relays:
    """Delay lines in a thread of their own, for tests and for benchmarks without root."""

    def __init__(self, targets: Sequence[int], one_way: float = 0.075, rate: float = 0.0) -> None:
        """Relay to each port of *targets*, each connection at *rate* bytes a second (0: any)."""
        self._lines = [DelayLine(target, one_way, rate=rate) for target in targets]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        """Start listening."""
        self._thread.start()
        for line in self._lines:
            self._do(line.start())
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything."""
        for line in self._lines:
            self._do(line.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def urls(self) -> list[str]:
        """The addresses to reach the targets through."""
        return [f"http://127.0.0.1:{line.port}" for line in self._lines]

    def cut(self, *which: int) -> None:
        """Cut the lines to the targets *which*, by place; without any, every line."""
        for number in which or range(len(self._lines)):
            self._do(self._lines[number].cut())

    def mend(self) -> None:
        """Mend every line."""
        for line in self._lines:
            self._do(line.mend())

    def _do(self, coroutine: object) -> object:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)  # type: ignore[arg-type]
