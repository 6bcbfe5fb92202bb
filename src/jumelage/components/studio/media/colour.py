"""Shows scene-linear pictures through a view of an ACES configuration, fast and nearly exactly.

Theory of operation. The ACES 2 output transform takes more than a second for one HD picture. So it is
asked 65^3 times only: the values of the source go through a curve (the *shaper*: a logarithm
with a small offset, tabulated for every 16-bit float there is), and then through a cube of the
exact transform's answers, between which OpenColorIO interpolates on tetrahedra. Whatever lies
before the view, such as other primaries, is baked into the cube and costs nothing.

Video of high dynamic range is no scene: it was rendered already, for a display of 1000 nits. So it
is taken back through the rendering of that display to the scene, and shown from there: white of
203 nits (ITU-R BT.2408) stays below the white of the display, and what is brighter is rolled off
instead of cut off.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import PyOpenColorIO

from jumelage.components.studio.media.facts import Colour

CONFIG = "studio-config-v5.0.0_aces-v2.1_ocio-v2.6"
"""Built into OpenColorIO; nothing is read from a disk."""
DISPLAY = "sRGB - Display"
VIEW = "ACES 2.0 - SDR 100 nits (Rec.709)"
LINEAR_709 = "Linear Rec.709 (sRGB)"
ACES = "ACES2065-1"
REC_709: "Primaries" = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
HLG, PQ, PQ_P3 = "Rec.2100-HLG - Display", "Rec.2100-PQ - Display", "ST2084-P3-D65 - Display"
HDR = frozenset([HLG, PQ, PQ_P3])
"""Spaces of video that was made for a bright display."""
HDR_RENDERING = "ACES 2.0 - HDR 1000 nits (Rec.2020)"
"""The view of the display `PQ` that such video is taken to have come through."""
SIDE = 65
_OFFSET, _HIGHEST = 2.0**-9, 256.0

Pixels = npt.NDArray[np.float16] | npt.NDArray[np.float32] | npt.NDArray[np.uint16]
"""Array (height, width, 3 or 4), in the input space; integers from 0 to 65,535 for 0 to 1."""
Shown = npt.NDArray[np.uint8]
"""Array (height, width, 4): R'G'B' for the display, full range, and 255."""
Primaries = tuple[float, ...]
"""x and y of red, green, blue and white, as OpenEXR writes them."""
XYZ: Primaries = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3)
_KNOWN: dict[str, Primaries] = {
    LINEAR_709: REC_709,
    "ACEScg": (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767),
    ACES: (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    "Linear P3-D65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),
    "Linear Rec.2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),
    "Linear AdobeRGB": (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290),
}
_DEPTHS = {
    "float16": PyOpenColorIO.BIT_DEPTH_F16,
    "float32": PyOpenColorIO.BIT_DEPTH_F32,
    "uint16": PyOpenColorIO.BIT_DEPTH_UINT16,
}
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@cache
def configuration() -> Any:  # noqa: ANN401  # OpenColorIO has no types
    """Return the ACES configuration."""
    return PyOpenColorIO.Config.CreateFromFile(f"ocio://{CONFIG}")


def spaces() -> Sequence[str]:
    """Return the names of the colour spaces a source may be in."""
    return list(configuration().getColorSpaceNames())


def named(primaries: Primaries) -> str:
    """Return the colour space with these *primaries*; empty when it is none of the known."""
    for name, known in _KNOWN.items():
        if np.allclose(primaries, known, atol=0.001):
            return name
    return ""


def to_xyz(primaries: Primaries) -> npt.NDArray[np.float64]:
    """Return the matrix from RGB with these *primaries* to CIE XYZ, white at Y = 1.

    Source: SMPTE RP 177, section 3.3.
    """
    xy = np.array(primaries, float).reshape(4, 2)
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] if y else [x, y, 1 - x - y] for x, y in xy])
    scale = np.linalg.solve(columns[:3].T, columns[3])
    return np.asarray(columns[:3].T * scale)


def to_aces(primaries: Primaries) -> npt.NDArray[np.float64]:
    """Return the matrix from RGB with these *primaries* to ACES2065-1, adapted by Bradford.

    Values stored as CIE XYZ itself belong to a scene whose white is D65: the white point of those
    primaries, equal energy, is that of the coordinates and of no scene.
    """
    there = np.array(_KNOWN[ACES])
    seen = REC_709 if np.allclose(primaries, XYZ, atol=0.001) else primaries
    here_white, there_white = _white(seen), _white(tuple(there))
    gain = np.diag((_BRADFORD @ there_white) / (_BRADFORD @ here_white))
    adapt = np.linalg.inv(_BRADFORD) @ gain @ _BRADFORD
    return np.asarray(np.linalg.inv(to_xyz(tuple(there))) @ adapt @ to_xyz(primaries))


def _white(primaries: Primaries) -> npt.NDArray[np.float64]:
    x, y = primaries[6:]
    return np.array([x / y, 1.0, (1 - x - y) / y])


@dataclass(frozen=True)
class View:
    """How the values of a source become a picture on a display."""

    input: str = LINEAR_709
    display: str = DISPLAY
    view: str = VIEW
    primaries: Primaries | None = None
    """Where they are none of the known ones: the source is taken to ACES2065-1 first."""
    assumed: bool = False

    @cached_property
    def linear(self) -> bool:
        """Whether the values are proportional to light."""
        space = configuration().getColorSpace(self._space)
        return bool(space is None or space.getEncoding() == "scene-linear")

    @property
    def _space(self) -> str:
        return ACES if self.primaries else self.input

    def exact(self, pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return what *pixels*, array (n, 3), become by the transform itself: slow, exact."""
        held = pixels.astype(np.float64)
        if self.primaries:
            held = held @ to_aces(self.primaries).T
        shown = np.ascontiguousarray(held, np.float32)
        processor = configuration().getProcessor(self._transform).getDefaultCPUProcessor()
        processor.apply(PyOpenColorIO.PackedImageDesc(shown, len(shown), 1, 3))
        return shown

    @property
    def _transform(self) -> Any:  # noqa: ANN401
        """From the input space to the display."""
        if self.input not in HDR:
            return PyOpenColorIO.DisplayViewTransform(self._space, self.display, self.view)
        unrendered = PyOpenColorIO.DisplayViewTransform(
            ACES, PQ, HDR_RENDERING, direction=PyOpenColorIO.TRANSFORM_DIR_INVERSE
        )
        return PyOpenColorIO.GroupTransform(
            [
                PyOpenColorIO.ColorSpaceTransform(self.input, PQ),
                unrendered,
                PyOpenColorIO.DisplayViewTransform(ACES, self.display, self.view),
            ]
        )

    @cached_property
    def tables(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """The shaper (65,536 values, by the bits of a half) and the cube (65^3, 3)."""
        halves = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
        values = np.nan_to_num(halves, nan=0.0, posinf=65504.0, neginf=0.0)
        side = np.linspace(0, 1, SIDE)
        lattice = np.stack(np.meshgrid(side, side, side, indexing="ij"), -1).reshape(-1, 3)
        cube = self.exact(self._unshaped(lattice).astype(np.float32))
        return self._shaped(values).astype(np.float32), np.clip(cube, 0, 1)

    def _shaped(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        if not self.linear:
            return np.clip(values, 0, 1)
        low, high = np.log2(_OFFSET), np.log2(_OFFSET + _HIGHEST)
        shaped = (np.log2(np.maximum(values, 0) + _OFFSET) - low) / (high - low)
        return np.asarray(np.clip(shaped, 0, 1), np.float32)

    def _unshaped(self, shaped: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        if not self.linear:
            return shaped
        low, high = np.log2(_OFFSET), np.log2(_OFFSET + _HIGHEST)
        return np.asarray(np.exp2(shaped * (high - low) + low) - _OFFSET)

    @cached_property
    def lut(self) -> str:
        """The SHA-256 of both tables: the same hash is the same picture."""
        shaper, cube = self.tables
        return hashlib.sha256(shaper.tobytes() + cube.tobytes()).hexdigest()

    @cached_property
    def colour(self) -> Colour:
        """What a version says of its colour."""
        return Colour(
            input=self.input,
            assumed=self.assumed,
            config=CONFIG,
            display=self.display,
            view=self.view,
            lut=self.lut,
        )

    @cached_property
    def _processor(self) -> Any:  # noqa: ANN401
        shaper, cube = self.tables
        curve = PyOpenColorIO.Lut1DTransform(65536, True)  # noqa: FBT003  # one entry for every half
        curve.setData(np.repeat(shaper, 3))
        lattice = PyOpenColorIO.Lut3DTransform(SIDE)
        lattice.setInterpolation(PyOpenColorIO.INTERP_TETRAHEDRAL)
        lattice.setData(cube.reshape(-1))
        both = PyOpenColorIO.GroupTransform([curve, lattice])
        return PyOpenColorIO.Config.CreateRaw().getProcessor(both)

    @cache  # noqa: B019  # a view lives as long as the process that works on one file
    def _for(self, depth: Any) -> Any:  # noqa: ANN401
        return self._processor.getOptimizedCPUProcessor(
            depth, PyOpenColorIO.BIT_DEPTH_UINT8, PyOpenColorIO.OPTIMIZATION_DEFAULT
        )

    def apply(self, pixels: Pixels) -> Shown:
        """Return the picture that *pixels* are on the display; others than halves cost more."""
        held = np.ascontiguousarray(pixels)
        depth, (height, width, channels) = _DEPTHS[held.dtype.name], held.shape
        size = held.itemsize
        shown = np.empty((height, width, 4), np.uint8)
        self._for(depth).apply(
            PyOpenColorIO.PackedImageDesc(
                held, width, height, channels, depth, size, size * channels, size * channels * width
            ),
            PyOpenColorIO.PackedImageDesc(
                shown, width, height, 4, PyOpenColorIO.BIT_DEPTH_UINT8, 1, 4, 4 * width
            ),
        )
        return shown
