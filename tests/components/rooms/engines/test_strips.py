"""What Janus records, read packet by packet, and what is made of it."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from jumelage.components.rooms.engines.recording.making import Made, mix
from jumelage.components.rooms.engines.recording.strips import (
    BrokenStripError,
    frames,
    packets,
    read_strip,
)

BEGAN = 1_795_381_987_000_000


def rtp(sequence: int, stamp: int, payload: bytes, *, marker: bool = True) -> bytes:
    kind = 96 | (128 if marker else 0)
    return struct.pack("!BBHII", 0x80, kind, sequence % 65536, stamp % 2**32, 7) + payload


def strip(path: Path, head: str, told: list[tuple[int, bytes]]) -> Path:
    written = b"".join(b"MEET" + struct.pack("!IH", at, len(one)) + one for at, one in told)
    path.write_bytes(b"MJR00002" + struct.pack("!H", len(head)) + head.encode() + written)
    return path


def film(path: Path, *, began: int, seconds: float, colour: int, first: int = 65_530) -> Path:
    coder = av.CodecContext.create("libvpx", "w")
    coder.width, coder.height, coder.pix_fmt = 160, 90, "yuv420p"
    coder.options = {"deadline": "realtime", "g": "25"}
    coder.framerate, coder.time_base = Fraction(25), Fraction(1, 25)
    told, sequence = [], first
    for number in range(round(seconds * 25)):
        shown = np.full((90, 160, 3), colour, np.uint8)
        picture = VideoFrame.from_ndarray(shown, format="rgb24")
        picture.pts = number
        for packet in coder.encode(picture):
            data = bytes(packet)
            half = len(data) // 2
            at, stamp = number * 40, 4_294_960_000 + number * 3600
            told.append((at, rtp(sequence, stamp, b"\x10" + data[:half], marker=False)))
            told.append((at, rtp(sequence + 1, stamp, b"\x00" + data[half:])))
            sequence += 2
    head = f'{{"t": "v", "c": "vp8", "d": "camera", "s": {began}, "u": {began}}}'
    return strip(path, head, told)


def tone(path: Path, *, began: int, seconds: float) -> Path:
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.layout, coder.format = 48_000, "mono", "flt"
    told = []
    for number in range(round(seconds * 50)):
        wave = np.sin(np.arange(960, dtype=np.float32) * 0.06).reshape(1, -1) * 0.5
        sound = AudioFrame.from_ndarray(wave.astype(np.float32), format="flt", layout="mono")
        sound.sample_rate, sound.pts = 48_000, number * 960
        coded = [bytes(packet) for packet in coder.encode(sound)]
        told += [(number * 20, rtp(number, number * 960, data)) for data in coded]
    head = f'{{"t": "a", "c": "opus", "d": "microphone", "s": {began}, "u": {began}}}'
    return strip(path, head, told)


def test_a_strip_says_what_it_is(tmp_path: Path) -> None:
    made = film(tmp_path / "tape-002-video-1.mjr", began=BEGAN, seconds=0.2, colour=200)

    found = read_strip(made)

    assert found is not None
    told = (found.is_video, found.codec, found.part, found.began, found.member)
    assert told == (True, "vp8", "camera", BEGAN, "002")


def test_pictures_come_whole_in_order_across_both_wraps(tmp_path: Path) -> None:
    made = film(tmp_path / "t-001-video-1.mjr", began=BEGAN, seconds=1, colour=200)
    told = read_strip(made)
    assert told

    found = list(frames(told))

    assert [round(one.at, 3) for one in found] == [round(n / 25, 3) for n in range(25)]
    assert found[0].is_key


def test_what_needs_a_lost_packet_is_left_out_until_the_next_key(tmp_path: Path) -> None:
    made = film(tmp_path / "t-001-video-1.mjr", began=BEGAN, seconds=2, colour=200, first=0)
    all_there = list(packets(made))
    lost = [p for p in all_there if p.sequence != 21]
    head = b'{"t": "v", "c": "vp8", "d": "camera", "s": 1, "u": 1}'
    written = b"".join(
        b"MEET" + struct.pack("!IH", round(p.came * 1000), 12 + len(p.payload))
        + rtp(p.sequence, p.stamp, p.payload, marker=p.marker) for p in lost
    )  # fmt: skip
    made.write_bytes(b"MJR00002" + struct.pack("!H", len(head)) + head + written)
    told = read_strip(made)
    assert told

    found = [round(one.at * 25) for one in frames(told)]

    assert found == [*range(10), *range(25, 50)]


def test_a_file_cut_short_gives_what_it_has(tmp_path: Path) -> None:
    made = tone(tmp_path / "t-001-audio-0.mjr", began=BEGAN, seconds=1)
    made.write_bytes(made.read_bytes()[:-5])
    told = read_strip(made)
    assert told

    assert len(list(frames(told))) == 49


def test_nothing_sent_is_no_strip_and_other_files_are_refused(tmp_path: Path) -> None:
    empty, other = tmp_path / "t-001-video-2.mjr", tmp_path / "t-001-audio-0.mjr"
    empty.write_bytes(b"MJR00002")
    other.write_bytes(b"RIFF1234")

    assert read_strip(empty) is None
    with pytest.raises(BrokenStripError):
        read_strip(other)
    assert mix([empty, other], tmp_path / "out.webm") is None


def test_two_people_become_one_film_with_tiles_and_sound(tmp_path: Path) -> None:
    paths = [
        film(tmp_path / "t-001-video-1.mjr", began=BEGAN, seconds=2, colour=200),
        tone(tmp_path / "t-001-audio-0.mjr", began=BEGAN, seconds=2),
        film(tmp_path / "t-002-video-1.mjr", began=BEGAN + 1_000_000, seconds=2, colour=90),
    ]

    made = mix(paths, tmp_path / "out.webm")

    assert made == Made(seconds=3, size=(tmp_path / "out.webm").stat().st_size, people=2)
    assert tiles(tmp_path / "out.webm", at=0.5) == (200, 0)
    assert tiles(tmp_path / "out.webm", at=2.5) == (200, 90)
    assert loudest(tmp_path / "out.webm") > 0.2


def tiles(file: Path, *, at: float) -> tuple[int, int]:
    """Return the brightness in the middle of the left and of the right tile."""
    with av.open(str(file)) as container:
        for frame in container.decode(video=0):
            if frame.time >= at:
                shown = frame.to_ndarray(format="gray")
                near = [int(round(float(shown[360, x]) / 10) * 10) for x in (320, 960)]
                return near[0], near[1]
    raise AssertionError


def loudest(file: Path) -> float:
    with av.open(str(file)) as container:
        return max(float(np.abs(frame.to_ndarray()).max()) for frame in container.decode(audio=0))
