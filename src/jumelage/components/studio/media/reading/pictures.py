"""Reads single pictures and numbered frames that are not OpenEXR: with Pillow and with PyAV."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from PIL import Image, ImageCms, ImageOps

from jumelage.components.studio.media import colour
from jumelage.components.studio.media.facts import Colour, Options, Refusal
from jumelage.components.studio.media.limits import Limits

FORMATS = (
    "png_pipe,jpeg_pipe,mjpeg,tiff_pipe,dpx_pipe,bmp_pipe,webp_pipe,j2k_pipe,hdr_pipe,"
    "psd_pipe,cri_pipe,sgi_pipe,sunrast_pipe,pam_pipe,ppm_pipe,qoi_pipe,jpegxl_pipe"
)
DNG_VERSION = 50706
"""The tag of TIFF by which a camera says that it is raw. Source: Adobe DNG 1.7, chapter 4."""
LARGEST = 1024**3
"""Bytes of one picture."""
BROKEN = (OSError, ValueError, SyntaxError, struct.error, EOFError, IndexError, TypeError, KeyError)
Picture = npt.NDArray[np.uint8]
"""Array (height, width, 3): R'G'B' for a display, full range."""


def still(path: Path, limits: Limits) -> Picture:
    """Return the picture of *path* as it is shown, turned as its camera was held, in sRGB.

    Raises:
        Refusal: it is damaged, cut off or too large.
    """
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")
        try:
            with Image.open(file) as held:
                limits.check_size(*held.size)
                return _shown(held)
        except MemoryError:
            raise
        except Refusal:
            raise
        except Image.DecompressionBombError as error:
            raise Refusal("too-many-pixels") from error
        except BROKEN as error:
            raise Refusal("broken") from error


def _shown(held: Image.Image) -> Picture:
    if held.format == "TIFF" and DNG_VERSION in held.getexif():
        raise Refusal("camera-raw")
    if held.mode.startswith("I") or held.mode == "F":
        levels = np.asarray(held, np.float64)
        top = 1.0 if held.mode == "F" else 65535.0
        gray = (np.clip(levels / top, 0, 1) * 255 + 0.5).astype(np.uint8)
        return np.repeat(gray[..., None], 3, axis=2)
    turned = ImageOps.exif_transpose(_in_srgb(held))
    if turned.has_transparency_data:
        over = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", over.size, (0, 0, 0, 255)), over)
    return np.asarray(turned.convert("RGB"), np.uint8)


def _in_srgb(held: Image.Image) -> Image.Image:
    """Return *held* in sRGB if it carries another profile that can be read."""
    profile = held.info.get("icc_profile")
    if profile and held.mode in {"RGB", "L", "CMYK"}:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            there = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(
                held, there, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if found is not None:
                return found
    return held


def moves(path: Path) -> bool:
    """Tell whether *path* holds several pictures one after the other; damage says no."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path) as held:
                return int(getattr(held, "n_frames", 1)) > 1
        except (*BROKEN, Image.DecompressionBombError):
            return False


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a sequence, decoded."""

    picture: av.VideoFrame
    timecode: str = ""
    view: colour.View | None = None
    """Where its values are not those of a display."""


def frame(path: Path, options: Options, limits: Limits) -> Frame:
    """Return the picture of *path* with all its bits.

    Raises:
        Refusal: it is damaged, cut off or too large.
    """
    if path.stat().st_size > LARGEST:
        raise Refusal("too-large")
    data = path.read_bytes()
    head = data[:2048]
    decoded = next(_decoded(io.BytesIO(data), limits), None)
    if decoded is None or decoded.is_corrupt:
        raise Refusal("broken")
    if decoded.format.name.startswith("bayer"):
        raise Refusal("camera-raw")
    if head[:4] in DPX:
        return Frame(decoded, dpx_timecode(head), view_of(dpx_input(head), options))
    return Frame(decoded, "", view_of(hdr_input(decoded), options))


def _decoded(file: BinaryIO, limits: Limits) -> Iterator[av.VideoFrame]:
    try:
        with av.open(file, "r", options={"format_whitelist": FORMATS}) as container:
            if not container.streams.video:
                raise Refusal("broken")
            held = container.streams.video[0].codec_context
            if held is None:
                raise Refusal("unknown-codec")
            limits.check_size(held.width, held.height)
            yield from container.decode(video=0)
    except MemoryError:
        raise
    except (FFmpegError, OSError) as error:
        raise Refusal("broken") from error


def view_of(found: str, options: Options) -> colour.View | None:
    """Return the view of a source in the space *found* or the one a person named."""
    if not options.input and not found:
        return None
    return colour.View(
        input=options.input or found,
        display=options.display or colour.DISPLAY,
        view=options.view or colour.VIEW,
    )


_PQ, _HLG, _P3_D65 = 16, 18, 12


def hdr_input(picture: av.VideoFrame) -> str:
    """Return the colour space that the tags of *picture* mean where it is HDR; else empty.

    Source: ITU-T H.273, tables 2 (colour primaries) and 3 (transfer characteristics).
    """
    if int(picture.color_trc) == _HLG:
        return colour.HLG
    if int(picture.color_trc) == _PQ:
        return colour.PQ_P3 if int(picture.color_primaries) == _P3_D65 else colour.PQ
    return ""


DPX = {b"SDPX": ">", b"XPDS": "<"}
_TRANSFERS = {1: "ADX10", 2: colour.LINEAR_709, 3: "ADX10"}
"""Printing density and logarithm are film; what is made for a display needs no view."""


def dpx_input(head: bytes) -> str:
    """Return the colour space that a DPX header means; empty: for a display, or not said.

    Source: SMPTE ST 268-1, image element, transfer characteristic (byte 801).
    """
    return _TRANSFERS.get(head[801], "") if len(head) > 801 else ""


def dpx_timecode(head: bytes) -> str:
    """Return the timecode of a DPX header, binary coded decimals at byte 1920.

    Source: SMPTE ST 12-1, section 6.2: bit 6 of the frames says that numbers drop.
    """
    if len(head) < 1924:
        return ""
    (bits,) = struct.unpack(DPX[head[:4]] + "I", head[1920:1924])
    fields = ((24, 0x3F), (16, 0x7F), (8, 0x7F), (0, 0x3F))
    pairs = [f"{bits >> shift & mask:02x}" for shift, mask in fields]
    if bits == 0xFFFFFFFF or not all(map(str.isdigit, pairs)):
        return ""
    return ":".join(pairs[:3]) + (";" if bits & 0x40 else ":") + pairs[3]


def through(picture: av.VideoFrame, view: colour.View) -> av.VideoFrame:
    """Return *picture*, whose values belong to the input space of *view*, as it is shown."""
    values = np.asarray(picture.to_ndarray(format="rgb48le"), np.uint16)
    return av.VideoFrame.from_numpy_buffer(view.apply(values), "rgba")


def display_colour() -> Colour:
    """Return what is said of a picture that was made for a display."""
    return Colour(input="sRGB", assumed=True)
