"""Makes everything that is shown of a file; runs behind the walls, see `kit.sandbox.work`."""

import resource
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from math import ceil
from pathlib import Path
from typing import Any

import av

from jumelage.components.studio.media.facts import Facts, Options
from jumelage.components.studio.media.limits import Limits
from jumelage.components.studio.media.reading.footage import Footage
from jumelage.components.studio.media.reading.opening import footage
from jumelage.components.studio.media.writing import proxy, signature, stills
from jumelage.components.studio.media.writing.shaping import Shaper
from jumelage.components.studio.media.writing.sound import Sound

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
    held = footage(source, options, Limits(**options.limits))
    if held is None:
        return _answer(Facts(kind="file", frames=0), {})
    made = _Work(held, target, told)
    facts = made.picture() if held.facts.kind == "picture" else made.movie()
    return _answer(facts, made.renditions)


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
        ledger, small_ledger = signature.Ledger(), signature.Ledger()
        strip = stills.Filmstrip(facts.frames, *shaper.light_size)
        quality = proxy.HD_MOVIE if facts.kind == "movie" else proxy.HD_FRAMES
        with ExitStack() as stack:
            hd, light = (
                stack.enter_context(
                    proxy.Proxy(self._target / f"{name}.mp4", size, rate, how, sound=heard)
                )
                for heard in [facts.sound is not None]
                for name, size, how in (
                    ("hd", shaper.size, quality),
                    ("light", shaper.light_size, proxy.LIGHT),
                )
            )

            def pass_on(chunk: Any) -> None:  # noqa: ANN401
                hd.hear(chunk)
                light.hear(chunk)

            sound = Sound(float(facts.frames / rate), pass_on)
            number = 0
            for decoded in self._held.pictures(sound.hear if facts.sound else _deaf):
                large = shaper.large(decoded)
                small = shaper.light(large)
                ledger.note(large)
                small_ledger.note(small)
                if number == facts.frames // 2:
                    self._posters(large)
                strip.note(number, small)
                hd.show(large)
                light.show(small)
                number += 1
                self._tell(number)
            if facts.sound:
                sound.end()
        facts = self._held.complete(number)
        self._note("hd", ".mp4", shaper.size)
        self._note("light", ".mp4", shaper.light_size)
        self._note("filmstrip", ".jpg", None, **strip.write(self._target / "filmstrip.jpg"))
        if facts.sound:
            sound.write(self._target / "waveform.json")
            self._note("waveform", ".json", None)
        self._compare("hd", ledger, quality, facts)
        self._compare("light", small_ledger, proxy.LIGHT, facts)
        self._told(self._all, self._all)
        return facts

    def _posters(self, large: av.VideoFrame) -> None:
        shown = stills.image(large)
        for name, box in (("poster", stills.POSTER), ("thumbnail", stills.THUMBNAIL)):
            self._note(name, ".jpg", stills.save(shown, self._target / f"{name}.jpg", box))

    def _compare(
        self, name: str, ledger: signature.Ledger, quality: proxy.Quality, facts: Facts
    ) -> None:
        assert facts.rate is not None  # noqa: S101  # see movie()
        before = self._done

        def told(read: int) -> None:
            self._tell(before + read // CHECKING)

        signature.compare(self._target / f"{name}.mp4", ledger, facts.rate, quality.margin, told)

    def _tell(self, done: int) -> None:
        """Say how far the work is, every few frames."""
        if done - self._done >= TOLD_EVERY or done == self._frames:
            self._done = done
            self._told(min(done, self._all), self._all)


def _deaf(_frame: av.AudioFrame, _at: float) -> None:
    """Hear nothing."""
