"""Edit decision lists for tests."""

from collections.abc import Iterable
from fractions import Fraction

from jumelage.components.studio.editorial.timecode import timecode


def edl(clips: Iterable[tuple[str, int]], title: str = "reel 1", rate: int = 24) -> str:
    """Return a list of *clips*, each a name and a length in frames, one after the other."""
    lines, at = [f"TITLE: {title}"], 86400
    for number, (name, frames) in enumerate(clips, 1):
        times = (0, frames, at, at + frames)
        written = " ".join(timecode(frame, Fraction(rate)) for frame in times)
        lines += [f"{number:03d}  AX  V  C  {written}", f"* FROM CLIP NAME: {name}"]
        at += frames
    return "\n".join(lines) + "\n"
