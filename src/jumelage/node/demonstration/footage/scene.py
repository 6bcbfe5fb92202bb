"""A bridge in the evening, painted with arrays: sky, hills, bridge, lamps, water, drifting fog.

Everything that does not move is painted once, wider than the picture; a frame is a view of it
that slides, with water, fog and traffic added. Values are linear light; lamps go well above 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Light = npt.NDArray[np.float32]
"""Array (height, width) or (height, width, 3), linear light."""
Colour = tuple[float, float, float]
HORIZON = 0.60
WIDER = 1.2
CARS = 9


@dataclass(frozen=True)
class Scene:
    """What is painted; sizes are shares of the picture."""

    name: str
    zenith: Colour
    horizon: Colour
    glow: Colour
    hill: Colour
    lamp: Colour
    fog: Colour
    sun: float
    arches: int
    """How many stone arches carry the bridge; 0: it hangs from cables between two towers."""
    fogginess: float
    seed: int

    def frames(self, width: int, height: int, many: int) -> Iterator[Light]:
        """Yield *many* pictures: arrays (height, width, 3), linear light."""
        painted = _Painted(self, width, height)
        for number in range(many):
            yield painted.frame(number)


GOLDEN_GATE = Scene(
    name="Golden Gate",
    zenith=(0.045, 0.075, 0.19), horizon=(0.95, 0.36, 0.14), glow=(2.6, 1.1, 0.35),
    hill=(0.018, 0.020, 0.038), lamp=(5.0, 2.6, 0.9), fog=(0.55, 0.42, 0.44),
    sun=0.70, arches=0, fogginess=0.75, seed=1,
)  # fmt: skip
PARIS = Scene(
    name="Paris",
    zenith=(0.020, 0.035, 0.105), horizon=(0.42, 0.23, 0.33), glow=(1.2, 0.62, 0.60),
    hill=(0.012, 0.014, 0.028), lamp=(5.5, 3.4, 1.5), fog=(0.24, 0.22, 0.34),
    sun=0.30, arches=5, fogginess=0.40, seed=2,
)  # fmt: skip


class _Painted:
    """The parts of a scene in one size."""

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        self.scene, self.width, self.height = scene, width, height
        self.wide = round(width * WIDER)
        self.horizon = round(height * HORIZON)
        self._random = np.random.default_rng(scene.seed)
        self._x = np.linspace(0, WIDER, self.wide, dtype=np.float32)[None, :]
        self._y = np.linspace(0, HORIZON, self.horizon, dtype=np.float32)[:, None]

    def frame(self, number: int) -> Light:
        """Return frame *number*."""
        slide = round(number * self.width / 1400)
        shown = slice(slide % (self.wide - self.width), None)
        above = self.land[:, shown][:, : self.width].copy()
        above += self._traffic(number, shown.start)
        above = self._in_fog(above, number)
        return np.concatenate([above, self._water(above, number)], axis=0)

    @cached_property
    def land(self) -> Light:
        """All that stands above the water, without what moves."""
        painted = self._sky()
        for far, height, rough in ((0.62, 0.10, 3.1), (0.30, 0.065, 5.3)):
            painted = _over(painted, self._hill(far), self._ridge(height, rough))
        painted = _over(painted, np.asarray(self.scene.hill, np.float32) * 0.7, self._bridge())
        lit: Light = painted + self._lamps()
        return lit

    def _sky(self) -> Light:
        scene = self.scene
        low = (self._y / HORIZON) ** 2.2
        sky = (1 - low)[..., None] * np.asarray(scene.zenith, np.float32) + low[
            ..., None
        ] * np.asarray(scene.horizon, np.float32)
        away = ((self._x - scene.sun) / 0.34) ** 2 + ((self._y - HORIZON + 0.03) / 0.17) ** 2
        glow = np.exp(-away)[..., None] * np.asarray(scene.glow, np.float32)
        clouds = self._noise(self.horizon, self.wide, 5, stretch=6)
        bands = np.clip(clouds - 0.45, 0, 1) * 0.9 * low
        painted: Light = sky + glow * (1 - 0.6 * bands[..., None])
        painted += bands[..., None] * np.asarray(scene.glow, np.float32) * 0.18
        return painted * self._stars()

    def _stars(self) -> Light:
        """Return how much brighter the sky is at a star: few, and only high up."""
        field = self._random.random((self.horizon, self.wide), np.float32)
        high = np.clip(1 - self._y / (HORIZON * 0.55), 0, 1)
        stars = np.where(field > 0.9994, 1 + 14 * high, 1)
        return np.asarray(stars[..., None], np.float32)

    def _hill(self, far: float) -> Light:
        near = np.asarray(self.scene.hill, np.float32)
        return np.asarray(near * (1 - far) + np.asarray(self.scene.horizon, np.float32) * far * 0.5)

    def _ridge(self, height: float, rough: float) -> Light:
        """Return where a range of hills covers the sky."""
        line = np.zeros_like(self._x)
        for octave in range(1, 6):
            phase = self._random.random() * 6.28
            line += np.sin(self._x * rough * 1.9**octave + phase) / 1.8**octave
        top = HORIZON - height * (0.75 + 0.35 * line)
        return np.clip((self._y - top) * self.height * 0.5 + 0.5, 0, 1)

    def _bridge(self) -> Light:
        return self._arched() if self.scene.arches else self._hanging()

    @property
    def _deck(self) -> float:
        return HORIZON - (0.075 if self.scene.arches else 0.105)

    def _edge(self, distance: Light) -> Light:
        """Return how much of a pixel lies inside, from its *distance* to the edge."""
        return np.asarray(np.clip(distance * self.height + 0.5, 0, 1), np.float32)

    def _hanging(self) -> Light:
        x, y, deck = self._x, self._y, self._deck
        covered = self._edge(0.008 - np.abs(y - deck)) * np.ones_like(x)
        towers = (0.32, 0.92)
        for tower in towers:
            for leg in (-0.013, 0.013):
                inside = np.minimum(0.0045 - np.abs(x - tower - leg) * 0.56, y - 0.17)
                covered = np.maximum(covered, self._edge(inside))
            for beam in (0.18, 0.26, 0.34, 0.42):
                inside = np.minimum(0.005 - np.abs(y - beam), 0.016 - np.abs(x - tower))
                covered = np.maximum(covered, self._edge(inside))
        middle, half = sum(towers) / 2, (towers[1] - towers[0]) / 2
        away = np.abs(np.abs(x - middle) - 2 * half * (np.abs(x - middle) > half)) / half
        sag = deck - 0.02 - (deck - 0.20) * np.clip(away, 0, 1.6) ** 2
        covered = np.maximum(covered, self._edge(0.0026 - np.abs(y - sag)))
        spacing = 0.018
        to_hanger = np.abs((x + spacing / 2) % spacing - spacing / 2)
        hangers = np.minimum(np.minimum(0.0007 - to_hanger * 0.6, y - sag), deck - y)
        return np.asarray(np.maximum(covered, self._edge(hangers) * 0.75))

    def _arched(self) -> Light:
        x, y, deck = self._x, self._y, self._deck
        span = WIDER / self.scene.arches
        along = ((x / span) % 1 - 0.5) * 2
        spring = HORIZON + 0.03
        opening = spring - 0.082 * np.sqrt(np.clip(1 - (along / 0.86) ** 2, 0, 1))
        stone = np.minimum(y - deck, opening - y + 100 * (np.abs(along) > 0.86))
        rail = np.minimum(y - deck + 0.012, deck - y + 0.002)
        posts = np.abs((x * 60) % 1 - 0.5) < 0.16
        return np.asarray(np.maximum(self._edge(stone), self._edge(rail) * (0.35 + 0.65 * posts)))

    def _lamps(self) -> Light:
        """Return the light of the lamps on the deck, and of windows along the shore."""
        made = np.zeros((self.horizon, self.wide, 3), np.float32)
        lamp = np.asarray(self.scene.lamp, np.float32)
        for x in np.arange(0.02, WIDER, 0.052):
            self._add(made, x, self._deck - 0.022, lamp, 0.0034)
        for _ in range(150):
            x, y = (
                self._random.random() * WIDER,
                HORIZON - 0.004 - 0.03 * self._random.random() ** 2,
            )
            self._add(made, x, y, lamp * (0.05 + 0.3 * self._random.random()), 0.0013)
        return made

    def _add(self, made: Light, x: float, y: float, colour: Light, size: float) -> None:
        """Add a point of light with its halo."""
        across, down = round(x * self.width), round(y * self.height)
        reach = max(3, round(size * self.height * 7))
        top, left = max(0, down - reach), max(0, across - reach)
        part = made[top : down + reach, left : across + reach]
        if not part.size:
            return
        rows = np.arange(top, top + part.shape[0], dtype=np.float32)[:, None] - y * self.height
        columns = np.arange(left, left + part.shape[1], dtype=np.float32)[None, :] - x * self.width
        away = (rows**2 + columns**2) / (size * self.height) ** 2
        glow = np.exp(-away) + 0.06 * np.exp(-away / 9)
        part += glow[..., None] * colour

    def _traffic(self, number: int, slide: int) -> Light:
        """Return the headlights and tail lights on the deck."""
        made = np.zeros((self.horizon, self.width, 3), np.float32)
        random = np.random.default_rng(self.scene.seed + 50)
        for car in range(CARS):
            way = 1 if car % 2 else -1
            x = (random.random() * 1.4 + way * number * 0.0042) % 1.4 - 0.1 - slide / self.width
            colour = (4.0, 3.7, 3.0) if way > 0 else (3.2, 0.25, 0.12)
            y = self._deck - (0.006 if way > 0 else 0.009)
            self._add(made, x, y, np.asarray(colour, np.float32), 0.0022)
        return made

    @cached_property
    def _drift(self) -> Light:
        noise = self._noise(self.horizon, 2 * self.width, 6, stretch=4)
        low = np.exp(-(((self._y - HORIZON + 0.035) / 0.085) ** 2))
        return np.asarray(np.clip((noise - 0.32) * 2.1, 0, 1) * low * self.scene.fogginess)

    def _in_fog(self, above: Light, number: int) -> Light:
        drifted = np.roll(self._drift, -round(number * self.width / 420), axis=1)
        amount = drifted[:, : self.width, None]
        return np.asarray(above * (1 - amount) + np.asarray(self.scene.fog, np.float32) * amount)

    def _water(self, above: Light, number: int) -> Light:
        """Return the reflection of what is *above*, broken by waves."""
        high = self.height - self.horizon
        depth = np.linspace(0, 1, high, dtype=np.float32)
        time = number / 24
        wave = np.sin(90 / (depth + 0.12) - 2.6 * time) + 0.6 * np.sin(
            41 / (depth + 0.07) + 3.7 * time
        )
        rows = (
            self.horizon
            - 1
            - np.clip(
                depth * self.horizon * 0.92 + wave * (1 + 9 * depth), 0, self.horizon - 1
            ).astype(int)
        )
        swing = (wave * (0.6 + 7 * depth)).astype(int)
        columns = np.clip(np.arange(self.width)[None, :] + swing[:, None], 0, self.width - 1)
        mirrored = above[rows[:, None], columns]
        glint = np.clip(self._ripples(number, high), 0, 1)[..., None]
        tint = np.asarray([0.62, 0.72, 0.86], np.float32) * (0.72 - 0.30 * depth)[:, None, None]
        return np.asarray(mirrored * tint * (0.75 + 0.5 * glint), np.float32)

    @cached_property
    def _ripple(self) -> Light:
        return self._noise(self.height, 2 * self.width, 6, stretch=10)

    def _ripples(self, number: int, high: int) -> Light:
        near = np.roll(self._ripple, number * 2, axis=1)[:high, : self.width]
        far = np.roll(self._ripple, -number, axis=1)[-high:, -self.width :]
        return np.asarray(near * far * 2.4)

    def _noise(self, height: int, width: int, octaves: int, *, stretch: int) -> Light:
        """Return cloudy noise from 0 to 1 that joins at its left and right edges."""
        made, most = np.zeros((height, width), np.float32), 0.0
        for octave in range(octaves):
            rows = min(height, 2 + 2 ** (octave + 1))
            columns = min(width, max(2, rows * 2 // stretch * 2 + 2))
            grid = self._random.random((rows, columns), np.float32)
            grid = np.concatenate([grid, grid[:, :1]], axis=1)
            made += _grown(grid, height, width) / 2**octave
            most += 1 / 2**octave
        return made / np.float32(most)


def _grown(grid: Light, height: int, width: int) -> Light:
    """Return *grid* in another size, smoothly."""
    down = np.linspace(0, grid.shape[0] - 1.001, height, dtype=np.float32)
    across = np.linspace(0, grid.shape[1] - 1.001, width, dtype=np.float32)
    top, left = down.astype(int), across.astype(int)
    y, x = _smooth(down - top)[:, None], _smooth(across - left)[None, :]
    rows = grid[top] * (1 - y) + grid[top + 1] * y
    return np.asarray(rows[:, left] * (1 - x) + rows[:, left + 1] * x, np.float32)


def _smooth(share: Light) -> Light:
    return np.asarray(share * share * (3 - 2 * share))


def _over(below: Light, colour: Light, covered: Light) -> Light:
    amount = covered[..., None]
    return np.asarray(below * (1 - amount) + colour * amount, np.float32)
