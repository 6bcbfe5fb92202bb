"""Damaged and hostile files are refused by name, within their memory, and nothing else happens."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest
from PIL import Image

from jumelage.components.studio.media import WORKER
from jumelage.components.studio.troubles import SENTENCES, sentence
from jumelage.kit.sandbox import FileRefusedError, Limits, NotExaminedError, work
from tests.components.studio.media import made

pytestmark = pytest.mark.promise("studio-media")

Make = Callable[[Path], Path]
GIGABYTE = 1024**3
LIMITS = Limits(
    seconds=60, processor_seconds=60, memory=4 * GIGABYTE, written=GIGABYTE, open_files=256
)
MOST_RESIDENT = GIGABYTE


def _written(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def _cut(make: Make, share: float) -> Make:
    def cut(folder: Path) -> Path:
        path = make(folder)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        return path

    return cut


def _dirty(make: Make, at: float, length: int = 2000) -> Make:
    def dirty(folder: Path) -> Path:
        path = make(folder)
        data = bytearray(path.read_bytes())
        place = int(len(data) * at)
        data[place : place + length] = bytes(
            n * 37 % 256 for n in range(len(data[place:][:length]))
        )
        path.write_bytes(data)
        return path

    return dirty


def _opatom_sound(folder: Path) -> Path:
    path = folder / "a.mxf"
    with av.open(str(path), "w", format="mxf_opatom") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        silence = np.zeros((1, 48000), np.int16)
        frame = av.AudioFrame.from_ndarray(silence, "s16", "mono")
        frame.sample_rate, frame.pts = 48000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _movie(name: str = "a.mp4", many: int = 48, **how: object) -> Make:
    return lambda folder: made.movie(folder / name, frames=many, **how)  # type: ignore[arg-type]


def _exr(folder: Path) -> Path:
    return made.exr(folder / "a.exr", 7)


def _png(folder: Path) -> Path:
    Image.fromarray(made.picture(5)).save(folder / "a.png")
    return folder / "a.png"


def _vast_exr(folder: Path) -> Path:
    """Return an OpenEXR file whose windows claim two thousand million pixels."""
    data = bytearray(_exr(folder).read_bytes())
    for name in (b"dataWindow\0box2i\0", b"displayWindow\0box2i\0"):
        place = data.index(name) + len(name) + 4
        data[place : place + 16] = struct.pack("<4i", 0, 0, 49_999, 39_999)
    (folder / "a.exr").write_bytes(data)
    return folder / "a.exr"


def _bomb(folder: Path) -> Path:
    """Return a PNG of a few hundred bytes that claims 65,000 x 65,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (folder / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return folder / "bomb.png"


def _deep(folder: Path) -> Path:
    height, width = 4, 6
    depths = np.empty((height, width), object)
    for place in np.ndindex(height, width):
        depths[place] = np.array([1.0, 2.0], np.float32)
    header = {"compression": OpenEXR.ZIPS_COMPRESSION, "type": OpenEXR.deepscanline}
    OpenEXR.File(header, {"Z": depths, "A": depths}).write(str(folder / "deep.exr"))
    return folder / "deep.exr"


def _mixed(folder: Path) -> Path:
    made.exr(folder / "a.0001.exr", 1)
    made.exr(folder / "a.0002.exr", 2, size=(200, 100))
    return folder


def _several(folder: Path) -> Path:
    for name in ("a.0001.exr", "a.0002.exr", "b.0001.exr", "b.0002.exr"):
        made.exr(folder / name, 1)
    return folder


def _one_bad_frame(folder: Path) -> Path:
    for number in range(1001, 1006):
        made.exr(folder / f"a.{number}.exr", number)
    bad = folder / "a.1003.exr"
    bad.write_bytes(bad.read_bytes()[:3000])
    return folder


def _dng(name: str) -> Make:
    """Return what writes a TIFF that says of itself that it is a camera's."""

    def make(folder: Path) -> Path:
        made_ = Image.fromarray(made.picture(5))
        made_.save(folder / "a.tif", tiffinfo={50706: b"\x01\x04\0\0"})
        return (folder / "a.tif").rename(folder / name)

    return make


def _dng_frames(folder: Path) -> Path:
    for number in range(3):
        _dng(f"A001_{number:06}.dng")(folder)
    return folder


def _moving_webp(folder: Path) -> Path:
    first, *others = [Image.fromarray(made.picture(number)) for number in range(4)]
    first.save(folder / "a.webp", save_all=True, append_images=others, duration=40)
    return folder / "a.webp"


def _boxes(*brands: bytes) -> bytes:
    said = b"".join([brands[0], bytes(4), *brands])
    return (8 + len(said)).to_bytes(4, "big") + b"ftyp" + said + bytes(400)


PLAYLIST = b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n"
REFUSED: dict[str, tuple[Make, set[str]]] = {
    "nothing": (_written("a.mp4", b""), {"empty"}),
    "text called a movie": (_written("a.mp4", b"hello " * 500), {"broken"}),
    "text called frames": (_written("a.exr", b"hello " * 500), {"broken"}),
    "text called a picture": (_written("a.png", b"hello " * 500), {"broken"}),
    "a script that names files": (
        _written("a.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"), {"broken"},
    ),
    "a playlist that names files": (_written("a.mp4", PLAYLIST), {"broken"}),
    "a movie cut off before its index": (_cut(_movie(), 0.6), {"cut-off"}),
    "a movie cut off after its index": (
        _cut(_movie(container={"movflags": "faststart"}), 0.6), {"cut-off", "broken"},
    ),
    "a Matroska cut off": (_cut(_movie("a.mkv"), 0.6), {"cut-off", "frame-broken"}),
    "an AVI cut off": (_cut(_movie("a.avi", codec="mpeg4"), 0.6), {"cut-off", "frame-broken"}),
    "a movie with dirt in it": (
        _dirty(_movie(options={"crf": "8"}), 0.3), {"frame-broken", "broken", "frames-lost"},
    ),
    "ProRes with dirt in it": (
        _dirty(_movie("a.mov", codec="prores_ks", pixels="yuv422p10le"), 0.4, 60_000),
        {"frame-broken", "broken", "frames-lost", "cut-off"},
    ),
    "sound in a movie": (lambda folder: made.sound(folder / "a.mp4"), {"only-sound"}),
    "sound in MXF OP-Atom": (_opatom_sound, {"only-sound"}),
    "CinemaDNG": (_dng_frames, {"camera-raw"}),
    "one DNG": (_dng("a.dng"), {"camera-raw"}),
    "DNG called TIFF": (_dng("a.tiff"), {"camera-raw"}),
    "Canon raw": (_written("a.cr2", b"II*\0\x10\0\0\0CR\x02\0" + bytes(500)), {"camera-raw"}),
    "Canon raw in boxes": (_written("a.cr3", _boxes(b"crx ")), {"camera-raw"}),
    "Nikon raw": (_written("a.nef", b"MM\0*" + bytes(500)), {"camera-raw"}),
    "RED raw": (_written("A001.R3D", b"\0\0\1\0RED2" + bytes(500)), {"camera-raw"}),
    "Blackmagic raw": (_written("a.braw", b"\0\0\0\x08wide" + bytes(500)), {"camera-raw"}),
    "HEIC of a telephone": (_written("a.heic", _boxes(b"heic", b"mif1")), {"heic"}),
    "HEIC called JPEG": (_written("a.jpg", _boxes(b"mif1", b"heic")), {"heic"}),
    "moving WebP": (_moving_webp, {"several-pictures"}),
    "larger than 8K": (
        _movie("a.avi", codec="rawvideo", pixels="gray", size=(16_000, 2_500), many=1),
        {"too-many-pixels"},
    ),
    "a document called a movie": (_written("a.mov", b"%PDF-1.7\n" + bytes(500)), {"broken"}),
    "a frame cut off": (_cut(_exr, 0.5), {"broken"}),
    "a frame with dirt in it": (_dirty(_exr, 0.5), {"broken"}),
    "a frame of two thousand million pixels": (_vast_exr, {"too-many-pixels", "broken"}),
    "deep data": (_deep, {"deep"}),
    "a picture cut off": (_cut(_png, 0.5), {"broken"}),
    "a bomb": (_bomb, {"too-many-pixels"}),
    "frames of two sizes": (_mixed, {"mixed"}),
    "two sequences": (_several, {"mixed"}),
    "one bad frame": (_one_bad_frame, {"frame-broken:1003"}),
    "an empty folder": (lambda folder: folder, {"empty"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    source, target = tmp_path / "source", tmp_path / "made"
    source.mkdir()
    target.mkdir()
    make, reasons = REFUSED[name]

    path = make(source)
    with pytest.raises(FileRefusedError) as refusal:
        work(
            path, target, WORKER,
            options={"name": path.name}, limits=LIMITS, told=lambda _d, _o: None, stop=lambda: False,
        )  # fmt: skip

    reason = refusal.value.reason
    assert {reason, reason.partition(":")[0]} & reasons
    assert reason.partition(":")[0] in SENTENCES
    assert len(sentence(reason)) > 15


@pytest.mark.parametrize("make", [_exr, _png, _movie(options={"g": "6"})])
def test_random_dirt_never_ends_the_worker(tmp_path: Path, make: Make) -> None:
    source, target = tmp_path / "source", tmp_path / "made"
    source.mkdir()
    target.mkdir()
    random = np.random.default_rng(3)
    for _turn in range(6):
        path = make(source)
        data = np.frombuffer(path.read_bytes(), np.uint8).copy()
        places = random.integers(0, len(data), 12)
        data[places] = random.integers(0, 256, 12)
        path.write_bytes(data.tobytes())
        try:
            answer = work(
                path, target, WORKER,
                options={"name": path.name}, limits=LIMITS, told=lambda _d, _o: None, stop=lambda: False,
            )  # fmt: skip
        except NotExaminedError:
            continue
        else:
            assert answer["took"]["memory"] < MOST_RESIDENT
