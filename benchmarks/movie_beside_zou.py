"""A movie of ten seconds in 1080p from upload to watchable: ours beside Zou 1.0.97, in turns.

The same unmodified client publishes the same movie, with sound (Zou loses the first pictures of
silent ones), three times to each server. Cost is processor seconds of every process that does the
server's work until the movie is ready, and a few seconds more until they rest; bytes are those of
the movies people watch, full size and light. SSIM is that of the full-size movie against what was
uploaded, by ffmpeg; it is stated besides what our own encoder needs for at least Zou's SSIM.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np

from benchmarks.nodes import RealNode
from benchmarks.result import Result, say
from benchmarks.studio import processes
from benchmarks.studio.zou import NoPeerError, Peer, zou
from benchmarks.studio_beside_zou import Client, city, running

PROMISE = "zou-movie"
TURNS, BAR = 3, 1 / 3
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
RATE, FRAMES, SIZE = Fraction(24), 240, (1920, 1080)
REST_SECONDS = 5.0
"""After the movie is ready: thumbnails and tiles are still made."""
RATE_FACTORS = ("26", "23", "20", "17", "14", "11", "9", "7", "5", "3", "1")
"""From coarse to fine."""
_KEPT = """
from jumelage.components.studio.models import Version
from jumelage.components.studio.selectors.media import rendition
from jumelage.components.studio.services.media import path_of
newest = Version.objects.order_by("-created_at").first()
answer = [str(path_of(rendition(newest, name).hash)) for name in ("hd", "light")]
"""


@dataclass
class Server:
    """One server: who asks it, and what its turns cost."""

    client: Client
    seconds: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    ssim: float = 0.0


def lights(number: int) -> Floats:
    """Return the picture *number* without its grain: twelve lamps that go along, red, green, blue."""
    width, height = SIZE
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    sky = np.stack(np.broadcast_arrays(60 + y / 12 + 0 * x, 40 + y / 8, 90 + x / 24), axis=2)
    along = np.zeros(width, np.float32)
    for lamp in range(12):
        at = width * ((lamp / 12 + number / 480) % 1)
        along += np.exp(-((x - at) ** 2) / 900)
    return sky + 150 * (np.exp(-((y - 620) ** 2) / 900) * along)[..., None]


def make_movie(path: Path) -> None:
    """Write lights that move before a soft sky, with a little grain, and a tone."""
    grain = np.random.default_rng(2006).normal(0, 2.2, (8, SIZE[1], SIZE[0], 1)).astype(np.float32)
    with av.open(str(path), "w") as file:
        picture = file.add_stream("libx264", rate=RATE, options={"crf": "19", "preset": "veryfast"})
        picture.width, picture.height = SIZE
        picture.pix_fmt = "yuv420p"
        sound = file.add_stream("aac", rate=48_000)
        for number in range(FRAMES):
            shown = np.clip(lights(number) + grain[number % 8], 0, 255).astype(np.uint8)
            file.mux(picture.encode(av.VideoFrame.from_ndarray(shown, "rgb24")))
        file.mux(picture.encode(None))
        tone = np.sin(np.arange(48_000 * FRAMES // int(RATE)) * 0.05).astype(np.float32)[None] / 5
        for at in range(0, tone.shape[1], 1024):
            chunk = av.AudioFrame.from_ndarray(tone[:, at : at + 1024], "fltp", "mono")
            chunk.sample_rate, chunk.pts = 48_000, at
            file.mux(sound.encode(chunk))
        file.mux(sound.encode(None))


def ssim(one: Path, other: Path) -> float:
    """Return how alike two movies are, over all frames and planes; 1.0: the same."""
    command = ["ffmpeg", "-i", str(one), "-i", str(other), "-lavfi", "ssim", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    found = re.search(r"All:([0-9.]+)", done.stderr)
    return float(found[1]) if found else 0.0


def publish(server: Server, movie: Path) -> str:
    """Publish *movie* once, note what it cost, and return how the server calls it."""
    client = server.client
    before = processes.spent(client.peer.roots)
    told = client.do("movie", str(movie))
    if told["status"] != "ready":
        reason = f"{client.peer.name}: {told}"
        raise RuntimeError(reason)
    rested = processes.spent(client.peer.roots)
    while True:
        time.sleep(REST_SECONDS)
        now = processes.spent(client.peer.roots)
        if now - rested < 0.2 * REST_SECONDS:
            break
        rested = now
    server.seconds.append(rested - before)
    server.ready.append(told["ms"])
    say(
        f"{client.peer.name}: {server.seconds[-1]:.1f} s of processor, ready after {told['ms']:.0f} ms"
    )
    return str(told["id"])


def kept_by(node: RealNode) -> Sequence[str]:
    """Return where our node keeps the full-size and the light movie of the newest version."""
    return cast("Sequence[str]", node.python(_KEPT))


def equal(source: Path, wanted: float, folder: Path) -> dict[str, float]:
    """Return what our encoder needs for an SSIM of at least *wanted*: seconds, megabytes."""
    found: dict[str, float] = {}
    for crf in RATE_FACTORS:
        target = folder / f"{crf}.mp4"
        command = [sys.executable, "-m", "benchmarks.studio.encode", str(source), str(target), crf]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        found = {
            "crf": float(crf), "CPU s": round(json.loads(done.stdout), 1),
            "MB": round(target.stat().st_size / 1e6, 1), "SSIM": ssim(target, source),
        }  # fmt: skip
        if found["SSIM"] >= wanted:
            break
    return found


@contextmanager
def _both(folder: Path) -> Iterator[tuple[RealNode, Sequence[Server]]]:
    with ExitStack() as held:
        theirs = held.enter_context(zou(folder))
        node = city(folder)
        [mine] = held.enter_context(running(node))
        peers: tuple[Peer, ...] = (mine, theirs)
        servers = [Server(Client(peer, held)) for peer in peers]
        for server in servers:
            server.client.do("prepare", f"Movies {os.getpid()}")
            server.client.do("create", 1, 1)
        yield node, servers


def measure(folder: Path) -> tuple[Server, Server, dict[str, float]]:
    """Publish in turns; return ours, Zou, and our cost at Zou's SSIM."""
    if shutil.which("ffmpeg") is None:
        told = "ffmpeg is not installed"
        raise NoPeerError(told)
    source = folder / "source.mp4"
    make_movie(source)
    processes.adopt()
    with _both(folder) as (node, (ours, theirs)):
        for turn in range(TURNS):
            for server in (ours, theirs) if turn % 2 else (theirs, ours):
                named = publish(server, source)
                if server is theirs:
                    movies = [folder / "zou.mp4", folder / "zou-low.mp4"]
                    for word, path in zip(("originals", "low"), movies, strict=True):
                        server.client.do("fetch", named, word, str(path))
                else:
                    movies = [Path(path) for path in kept_by(node)]
                server.megabytes = sum(path.stat().st_size for path in movies) / 1e6
                server.ssim = server.ssim or ssim(movies[0], source)
    return ours, theirs, equal(source, theirs.ssim, folder)


def main() -> int:
    """Run the benchmark; print its line."""
    with tempfile.TemporaryDirectory(prefix="jumelage-movie-") as name:
        try:
            ours, theirs, finer = measure(Path(name))
        except NoPeerError as error:
            return Result(
                PROMISE, 0.0, "x Zou's processor time", BAR, ok=False, peers={"Zou": str(error)}
            ).finish()
    ratios = {
        "CPU": statistics.median(ours.seconds) / statistics.median(theirs.seconds),
        "bytes": ours.megabytes / theirs.megabytes,
        "time until ready": statistics.median(ours.ready) / statistics.median(theirs.ready),
    }
    told = {
        server.client.peer.name: {
            "CPU s": [round(each, 1) for each in server.seconds],
            "ready ms": [round(each) for each in server.ready],
            "MB": round(server.megabytes, 1), "SSIM": server.ssim,
        }
        for server in (ours, theirs)
    }  # fmt: skip
    return Result(
        PROMISE, round(ratios["CPU"], 3), "x Zou's processor time", round(BAR, 3),
        ok=ratios["CPU"] <= BAR and ratios["bytes"] <= BAR,
        conditions={
            "ratios": {name: round(value, 3) for name, value in ratios.items()}, "figures": told,
            "our full size alone at Zou's SSIM": finer, "movie": "10 s, 1920x1080, 24/s, AAC",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
