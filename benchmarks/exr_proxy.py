"""OpenEXR to proxies: frames per CPU-second on the product's own path, and how true the colour is.

The product decodes 1080p half floats, shows them through ACES 2, encodes `hd` and `light`, cuts a
filmstrip, then decodes both proxies and compares every frame with its source, behind the walls:
all of it counts. Beside it, in the same run and round by round, ffmpeg encodes one 1080p proxy
from the same files, with a display's curve instead of ACES and with the values as they are: less
work, and another picture. What is baked is compared with what OpenColorIO itself computes, on a
gray ramp and on a picture.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenEXR

from benchmarks.result import Result, say
from jumelage.components.studio.media import WORKER, colour
from jumelage.kit.sandbox import Limits, work
from jumelage.node.demonstration.footage import GOLDEN_GATE
from tools import environments

PROMISE = "studio-exr"
BAR, TRUE_BAR = 12.0, 0.998
WIDTH, HEIGHT = 1920, 1080
PICTURES, REPEATS, ROUNDS = 24, 3, 3
LIMITS = Limits(seconds=300, processor_seconds=300, memory=6 * 1024**3, written=1024**3)
IMAGES = Path(
    os.environ.get("JUMELAGE_OPENEXR_IMAGES", "")
    or environments.ROOT.parent / "shared/data/studio/openexr-images"
)
"""The sample images of OpenEXR, where somebody has them."""
CURVES = {
    "ffmpeg, one proxy, a display's curve": (
        "-vf",
        "scale=out_transfer=iec61966-2-1:out_primaries=bt709:out_color_matrix=bt709:out_range=tv",
    ),
    "ffmpeg, one proxy, no colour at all": (),
}
"""What ffmpeg is asked to do with the values."""
Light = npt.NDArray[np.float32]


def photograph() -> Light | None:
    """Return a photograph in linear light, or None where there is none."""
    path = IMAGES / "ScanLines" / "Desk.exr"
    if not path.is_file():
        return None
    pixels = OpenEXR.File(str(path)).channels()["RGBA"].pixels[..., :3]
    return np.asarray(np.tile(pixels, (3, 4, 1)), np.float32)


def pictures() -> list[Light]:
    """Return 24 grainy pictures with highlights: a photograph that pans, or a painted scene."""
    random = np.random.default_rng(7)
    wide = photograph()
    if wide is None:
        plain = list(GOLDEN_GATE.frames(WIDTH, HEIGHT, PICTURES))
    else:
        plain = [
            wide[n * 7 : n * 7 + HEIGHT, n * 13 : n * 13 + WIDTH].copy() for n in range(PICTURES)
        ]
    grainy = [light * (1 + random.normal(0, 0.03, light.shape)).astype("f4") for light in plain]
    for number, light in enumerate(grainy):
        light[200:300, 100 + number * 20 : 220 + number * 20] *= 12
    return grainy


def write(folder: Path, plain: list[Light]) -> None:
    """Write the pictures as half floats, ZIP, several times over by links."""
    for number, light in enumerate(plain):
        first = folder / f"shot.{1001 + number:04d}.exr"
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, {"RGB": light.astype(np.float16)}).write(str(first))
        for again in range(1, REPEATS):
            (folder / f"shot.{1001 + number + again * PICTURES:04d}.exr").hardlink_to(first)


def ours(source: Path) -> dict[str, Any]:
    """Prepare the frames as a worker does; return what it answers."""
    with tempfile.TemporaryDirectory() as made:
        answer = work(
            source, Path(made), WORKER,
            options={"rate": "24"}, limits=LIMITS,
            told=lambda _done, _of: None, stop=lambda: False,
        )  # fmt: skip
        size = sum((Path(made) / f"{name}.mp4").stat().st_size for name in ("hd", "light"))
    return {**answer, "bytes": size}


def ffmpeg() -> str:
    """Return the path of an ffmpeg program; empty where none can be installed."""
    asked = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
    try:
        python = environments.made("media") / "bin" / "python"
        told = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, OSError):
        return ""
    return told.stdout.strip()


def beside(program: str, source: Path, curve: Sequence[str]) -> float:
    """Return the CPU-seconds in which ffmpeg encodes one 1080p proxy of *source*."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as made:
        command = [
            program, "-v", "error", "-y", "-framerate", "24", "-start_number", "1001",
            "-i", str(source / "shot.%04d.exr"), *curve, "-pix_fmt", "yuv420p",
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", f"{made}/out.mp4",
        ]  # fmt: skip
        subprocess.run(command, check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def truth(light: Light) -> dict[str, float]:
    """Compare what is baked with what OpenColorIO computes, by code values of 8 bits."""
    halves = np.ascontiguousarray(light, np.float16)
    view = colour.View()
    shown = view.apply(halves)[..., :3].astype(int).reshape(-1, 3)
    exact = view.exact(halves.reshape(-1, 3).astype(np.float32))
    wanted = (np.clip(exact, 0, 1) * 255 + 0.5).astype(int)
    away = np.abs(shown - wanted)
    return {"within_1": round(float((away <= 1).mean()), 5), "most": int(away.max())}


def gray_ramp() -> Light:
    """Return grays from far below black to far above white, as an array (64, 1024, 3)."""
    stops = np.linspace(-12, 8, 64 * 1024)
    return np.asarray(np.repeat((0.18 * 2**stops)[:, None], 3, axis=1).reshape(64, 1024, 3), "f4")


def main() -> int:
    """Measure, and print the one line."""
    plain = pictures()
    say("colour: baked beside exact")
    true = {"ramp": truth(gray_ramp()), "picture": truth(plain[0][::2, ::2])}
    frames, program = PICTURES * REPEATS, ffmpeg()
    rates: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in CURVES}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write(folder, plain)
        for turn in range(ROUNDS):
            say(f"round {turn + 1} of {ROUNDS}")
            answer = ours(folder)
            rates.append(frames / answer["took"]["processor"])
            for name, curve in CURVES.items() if program else ():
                theirs[name].append(frames / beside(program, folder, curve))
    value = round(statistics.median(rates), 2)
    is_true = all(one["within_1"] >= TRUE_BAR for one in true.values())
    peers: dict[str, float | str] = {
        name: round(statistics.median(found), 2) if found else "absent"
        for name, found in theirs.items()
    }
    conditions: dict[str, object] = {
        "frames": frames,
        "rounds": [round(rate, 2) for rate in rates],
        "memory": answer["took"]["memory"],
        "bytes": answer["bytes"],
        "view": answer["facts"]["colour"]["view"],
        "true": true,
        "picture": "photograph" if photograph() is not None else "painted",
    }
    return Result(
        id=PROMISE,
        value=value,
        unit="frames per CPU-second",
        bar=BAR,
        ok=value >= BAR and is_true,
        peers=peers,
        conditions=conditions,
    ).finish()


if __name__ == "__main__":
    sys.exit(main())
