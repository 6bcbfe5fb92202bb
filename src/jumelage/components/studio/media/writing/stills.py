"""Small pictures of a version: poster, thumbnail, filmstrip; and the picture itself, for a still."""

from math import ceil
from pathlib import Path

import av
from av.video.reformatter import VideoReformatter
from PIL import Image

POSTER, THUMBNAIL, PICTURE, CELL = (1280, 1280), (300, 200), (2048, 2048), (160, 90)
COLUMNS, CELLS = 10, 100


def image(picture: av.VideoFrame) -> Image.Image:
    """Return *picture* for Pillow."""
    return Image.fromarray(picture.to_ndarray(format="rgb24"))


def save(held: Image.Image, path: Path, box: tuple[int, int], quality: int = 88) -> tuple[int, int]:
    """Write *held* as JPEG, no larger than *box*; return its size."""
    small = held.copy()
    small.thumbnail(box, Image.Resampling.LANCZOS)
    small.save(path, "JPEG", quality=quality, optimize=True, progressive=True)
    return small.size


class Filmstrip:
    """Cells of every so-manieth frame, ten in a row."""

    def __init__(self, frames: int, width: int, height: int) -> None:
        """Plan the strip of *frames* frames with pictures of this size."""
        self.frames_each = max(1, ceil(frames / CELLS))
        self.cells = ceil(frames / self.frames_each)
        share = min(CELL[0] / width, CELL[1] / height)
        self.cell = (max(1, round(width * share)), max(1, round(height * share)))
        self.columns = min(COLUMNS, self.cells)
        self.rows = ceil(self.cells / self.columns)
        self._shrink = VideoReformatter()
        self._sheet = Image.new(
            "RGB", (self.columns * self.cell[0], self.rows * self.cell[1]), (0, 0, 0)
        )

    def note(self, number: int, picture: av.VideoFrame) -> None:
        """Put frame *number* into the strip if it is one of its cells."""
        place, rest = divmod(number, self.frames_each)
        if rest or place >= self.cells:
            return
        small = image(self._shrink.reformat(picture, *self.cell, "rgb24", interpolation="AREA"))
        row, column = divmod(place, self.columns)
        self._sheet.paste(small, (column * self.cell[0], row * self.cell[1]))

    def write(self, path: Path) -> dict[str, int]:
        """Write the strip and return what a player must know of it."""
        self._sheet.save(path, "JPEG", quality=80, optimize=True)
        return {
            "columns": self.columns,
            "rows": self.rows,
            "cells": self.cells,
            "frames_each": self.frames_each,
            "width": self.cell[0],
            "height": self.cell[1],
        }
