"""The sound of a movie: two channels at 48 kHz that begin with its first picture, and its shape."""

import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 48_000
FRAME = 1024
"""Samples of one AAC frame."""
BARS = 1000
Chunk = npt.NDArray[np.float32]
"""Array (2, samples), -1 to 1."""


class Sound:
    """Takes decoded sound, hands it on in pieces of `FRAME` samples, and keeps its peaks."""

    def __init__(self, seconds: float, pass_on: Callable[[Chunk], None]) -> None:
        """Take what sounds in the first *seconds* after the first picture."""
        self._most = max(FRAME, round(seconds * RATE))
        self._pass_on = pass_on
        self._resample = av.AudioResampler("fltp", "stereo", RATE)
        self._held: Chunk = np.zeros((2, 0), np.float32)
        self._taken = 0
        self._begun = False
        self._peaks = np.zeros(BARS, np.float32)

    def hear(self, frame: av.AudioFrame, at: float) -> None:
        """Take a piece that sounds *at* seconds after the first picture."""
        pieces = [made.to_ndarray() for made in self._resample.resample(frame)]
        if not self._begun:
            self._begun = True
            self._begin(round(at * RATE))
        for piece in pieces:
            self._add(piece.astype(np.float32, copy=False))

    def _begin(self, late: int) -> None:
        """Be silent until the sound begins, or leave out what sounds before the pictures."""
        self._leave_out = max(0, -late)
        silence = min(max(0, late), self._most)
        if silence:
            self._add(np.zeros((2, silence), np.float32))

    def _add(self, piece: Chunk) -> None:
        if self._leave_out:
            left_out = min(self._leave_out, piece.shape[1])
            self._leave_out -= left_out
            piece = piece[:, left_out:]
        piece = piece[:, : max(0, self._most - self._taken)]
        if not piece.shape[1]:
            return
        self._note(piece)
        self._taken += piece.shape[1]
        self._held = np.concatenate([self._held, piece], axis=1)
        while self._held.shape[1] >= FRAME:
            self._pass_on(self._held[:, :FRAME])
            self._held = self._held[:, FRAME:]

    def _note(self, piece: Chunk) -> None:
        places = (np.arange(self._taken, self._taken + piece.shape[1]) * BARS) // self._most
        loudest = np.nan_to_num(np.abs(piece).max(axis=0))
        np.maximum.at(self._peaks, np.minimum(places, BARS - 1), loudest)

    def end(self) -> None:
        """Hand on what is left."""
        if self._held.shape[1]:
            self._pass_on(self._held)
            self._held = self._held[:, :0]

    def write(self, path: Path) -> None:
        """Write the peaks: `{"seconds", "peaks": [0 ... 1]}`, equally long pieces."""
        peaks = [round(float(peak), 3) for peak in np.minimum(self._peaks, 1)]
        said = {"seconds": round(self._most / RATE, 3), "peaks": peaks}
        path.write_text(json.dumps(said, separators=(",", ":")), "utf-8")
