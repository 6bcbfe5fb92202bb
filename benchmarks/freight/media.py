"""Makes media in two versions; runs in the environment `media`, which has OpenEXR and ffmpeg.

    python media.py FOLDER

FOLDER/exr-ZIP and -DWAA hold `before` and `after`: eight frames of 1080p in half floats, in
which one object, a third of the frame high, is lit anew while every other pixel and the grain
stay. FOLDER/prores holds eight seconds of ProRes HQ in 720p, of which one second is regraded.
"""

import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import OpenEXR

WIDTH, HEIGHT, FRAMES = 1920, 1080, 8
OBJECTS = ((480, 300, 180), (960, 540, 180), (1500, 760, 180))
"""Centre and radius of each disc, in pixels."""
RELIT = 1
SOURCE = "testsrc2=size=1280x720:rate=25:duration=8,noise=alls=6:allf=t:all_seed=7"
REGRADE = ",eq=brightness=0.08:enable='between(t,3,3.99)'"


def frame(number: int, light: float) -> np.ndarray:
    """Return a frame, `array (height, width, 3), float16`, with one object lit by *light*."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = np.stack([across / WIDTH, down / HEIGHT, (across + down) / 3000], axis=2)
    for place, (x, y, radius) in enumerate(OBJECTS):
        inside = (across - x - 4 * number) ** 2 + (down - y) ** 2 < radius**2
        shade = 1 - ((across - x) ** 2 + (down - y) ** 2) / radius**2 / 2
        picture[inside] = (shade * (light if place == RELIT else 1.0))[inside][:, None]
    grain = np.random.default_rng(number).normal(0, 0.01, (HEIGHT, WIDTH, 3))
    return (picture + grain).astype(np.float16)


def sequence(folder: Path, compression: int, light: float) -> None:
    """Write the frames of one version."""
    folder.mkdir(parents=True)
    for number in range(FRAMES):
        header = {"compression": compression, "type": OpenEXR.scanlineimage}
        with OpenEXR.File(header, {"RGB": frame(number, light)}) as file:
            file.write(str(folder / f"shot.{number:04}.exr"))


def movie(path: Path, grade: str) -> None:
    """Write one version of the movie."""
    path.parent.mkdir(parents=True)
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run(  # noqa: S603
        [
            *(program, "-v", "error", "-f", "lavfi", "-i", SOURCE + grade),
            *("-c:v", "prores_ks", "-profile:v", "hq", "-pix_fmt", "yuv422p10le"),
            *("-fflags", "+bitexact", "-flags:v", "+bitexact", str(path)),
        ],
        check=True,
    )


def main(folder: Path) -> None:
    """Make everything below *folder*."""
    kinds = {"ZIP": OpenEXR.ZIP_COMPRESSION, "DWAA": OpenEXR.DWAA_COMPRESSION}
    for name, compression in kinds.items():
        sequence(folder / f"exr-{name}" / "before", compression, 1.0)
        sequence(folder / f"exr-{name}" / "after", compression, 1.6)
    movie(folder / "prores" / "before" / "cut.mov", "")
    movie(folder / "prores" / "after" / "cut.mov", REGRADE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
