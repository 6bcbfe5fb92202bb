"""Makes everything that is shown of a file; runs behind the walls, see `kit.sandbox.work`."""

import resource
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import av

from jumelage.components.studio.media import colour
from jumelage.components.studio.media.facts import Facts, Options, Refusal
from jumelage.components.studio.media.limits import Limits
from jumelage.components.studio.media.reading.footage import Footage
from jumelage.components.studio.media.reading.opening import footage
from jumelage.components.studio.media.writing import proxy, signature, stills
from jumelage.components.studio.media.writing.shaping import Shaper
from jumelage.components.studio.media.writing.sound import Chunk, Sound

Told = Callable[[int, int], None]
CHECKING = 4
"""Frames that are compared in the time in which one is encoded."""
TOLD_EVERY = 4
TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".json": "application/json"}


def prepare(source: Path, target: Path, said: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """Make the renditions of *source* in *target* and return facts, renditions and costs.

    Raises:
        Refusal: the file cannot be used, or a proxy does not agree with it.
    """
    options = Options.of(said)
    _check_space(options)
    held = footage(source, options, Limits(**options.limits))
    if held is None:
        return _answer(Facts(kind="file", frames=0), {})
    made = _Work(held, target, told)
    facts = made.picture() if held.facts.kind == "picture" else made.movie()
    return _answer(facts, made.renditions)


def _check_space(options: Options) -> None:
    """Refuse a colour space that the configuration does not know."""
    if options.input and options.input not in colour.spaces():
        raise Refusal("unknown-space")


def _answer(facts: Facts, renditions: Mapping[str, Any]) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "facts": facts.plain(),
        "renditions": dict(renditions),
        "took": {
            "processor": round(used.ru_utime + used.ru_stime, 3),
            "memory": used.ru_maxrss * 1024,
        },
    }


@dataclass(frozen=True, slots=True)
class _Plan:
    """One proxy: what it is called, how it is made, what its source looked like."""

    name: str
    size: tuple[int, int]
    quality: proxy.Quality
    ledger: signature.Ledger

    def begin(self, folder: Path, rate: Fraction, *, sound: bool) -> proxy.Proxy:
        """Begin to write it."""
        return proxy.Proxy(folder / f"{self.name}.mp4", self.size, rate, self.quality, sound=sound)


def _to_all(proxies: Sequence[proxy.Proxy]) -> Callable[[Chunk], None]:
    def pass_on(chunk: Chunk) -> None:
        for one in proxies:
            one.hear(chunk)

    return pass_on


class _Work:
    """One file on its way to its renditions."""

    def __init__(self, held: Footage, target: Path, told: Told) -> None:
        self._held, self._target, self._told = held, target, told
        self.renditions: dict[str, dict[str, Any]] = {}
        self._frames = held.facts.frames
        self._all = self._frames + 2 * ceil(self._frames / CHECKING)
        self._done = 0

    def picture(self) -> Facts:
        """Make what is shown of one picture."""
        facts = self._held.facts
        decoded = next(iter(self._held.pictures(_deaf)))
        self._stills(decoded, facts)
        self._told(1, 1)
        return facts

    def _stills(self, decoded: av.VideoFrame, facts: Facts) -> None:
        shown = stills.image(decoded)
        if shown.size != (facts.width, facts.height):
            shown = shown.resize((facts.width, facts.height))
        for name, box in (
            ("picture", stills.PICTURE),
            ("poster", stills.POSTER),
            ("thumbnail", stills.THUMBNAIL),
        ):
            quality = 93 if name == "picture" else 88
            size = stills.save(shown, self._target / f"{name}.jpg", box, quality)
            self._note(name, ".jpg", size)

    def _note(self, name: str, suffix: str, size: tuple[int, int] | None, **more: object) -> None:
        width, height = size or (0, 0)
        told = {"width": width, "height": height} if size else {}
        self.renditions[name] = {
            "file": f"{name}{suffix}",
            "type": TYPES[suffix],
            **told,
            **more,
        }

    def movie(self) -> Facts:
        """Encode both proxies in one pass, then compare each with the source."""
        facts = self._held.facts
        rate = facts.rate
        assert rate is not None  # noqa: S101  # movies and sequences have one
        shaper = Shaper(facts.width, facts.height, getattr(self._held, "rotation", 0))
        how = proxy.HD_MOVIE if facts.kind == "movie" else proxy.HD_FRAMES
        plans = (
            _Plan("hd", shaper.size, how, signature.Ledger()),
            _Plan("light", shaper.light_size, proxy.LIGHT, signature.Ledger()),
        )
        with ExitStack() as stack:
            open_ = [
                stack.enter_context(plan.begin(self._target, rate, sound=facts.sound is not None))
                for plan in plans
            ]
            read = self._encode(facts, shaper, plans, open_)
        facts = self._held.complete(read)
        for plan in plans:
            self._note(plan.name, ".mp4", plan.size)
        for plan in plans:
            self._compare(plan, rate)
        self._told(self._all, self._all)
        return facts

    def _encode(
        self,
        facts: Facts,
        shaper: Shaper,
        plans: Sequence["_Plan"],
        open_: Sequence[proxy.Proxy],
    ) -> int:
        """Show every picture to both proxies, and let them hear; return how many there were."""
        strip = stills.Filmstrip(facts.frames, *shaper.light_size)
        sound = Sound(float(facts.frames / (facts.rate or 1)), _to_all(open_))
        read = 0
        for decoded in self._held.pictures(sound.hear if facts.sound else _deaf):
            large = shaper.large(decoded)
            small = shaper.light(large)
            for plan, written, picture in zip(plans, open_, (large, small), strict=True):
                plan.ledger.note(picture)
                written.show(picture)
            strip.note(read, small)
            if read == facts.frames // 2:
                self._posters(large)
            read += 1
            self._tell(read)
        self._note("filmstrip", ".jpg", None, **strip.write(self._target / "filmstrip.jpg"))
        if facts.sound:
            sound.end()
            sound.write(self._target / "waveform.json")
            self._note("waveform", ".json", None)
        return read

    def _posters(self, large: av.VideoFrame) -> None:
        shown = stills.image(large)
        for name, box in (("poster", stills.POSTER), ("thumbnail", stills.THUMBNAIL)):
            self._note(name, ".jpg", stills.save(shown, self._target / f"{name}.jpg", box))

    def _compare(self, plan: "_Plan", rate: Fraction) -> None:
        before = self._done

        def told(read: int) -> None:
            self._tell(before + read // CHECKING)

        made = self._target / f"{plan.name}.mp4"
        signature.compare(made, plan.ledger, rate, plan.quality.margin, told)

    def _tell(self, done: int) -> None:
        """Say how far the work is, every few frames."""
        if done - self._done >= TOLD_EVERY or done == self._frames:
            self._done = done
            self._told(min(done, self._all), self._all)


def _deaf(_frame: av.AudioFrame, _at: float) -> None:
    """Hear nothing."""
