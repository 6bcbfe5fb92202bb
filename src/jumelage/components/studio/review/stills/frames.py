"""Single frames as PNG, with what was drawn on them and which version they are of."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from jumelage.components.studio.models import Version
from jumelage.components.studio.review.notes import Notes
from jumelage.components.studio.review.numbering import first_frame, numbering, timecodes
from jumelage.components.studio.review.stills.decoding import Source, source_of, taken
from jumelage.components.studio.review.stills.inking import ink
from jumelage.components.studio.services.house.watermark import burnt

STRIP = 0.045
"""Height of the line below the picture, as a share of its width."""


@dataclass(frozen=True, slots=True)
class Still:
    """One frame of a version, by its position."""

    version: Version
    frame: int

    @property
    def production_id(self) -> str:
        """The production it belongs to, for the policy."""
        return self.version.production_id

    @property
    def index(self) -> int:
        """Its place in the file, from 0."""
        return self.frame - first_frame(self.version)

    @property
    def number(self) -> int:
        """The number people read on it."""
        return numbering(self.version).number_of(self.frame)


@dataclass(frozen=True, slots=True)
class Planned:
    """All that is needed to make the picture of a frame; the database is not asked again."""

    source: Source
    drawings: Sequence[Any]
    """What both cities drew on it: strokes, see `values.Stroke`."""
    says: str
    """The line below it; empty: none."""
    facts: PngInfo


def planned(still: Still, source: Source, *, notes: Notes | None) -> Planned:
    """Return what a frame, taken from *source*, is made of.

    *notes*: with their drawings, and a line that says what it is.
    """
    said = notes.annotations if notes is not None else ()
    there = [each.drawing for each in said if each.first_frame <= still.frame <= each.last_frame]
    return Planned(source, there, sentence(still) if notes is not None else "", _facts(still))


def made(plan: Planned, *, mark: str = "") -> bytes | None:
    """Return a planned frame as PNG; *mark*: a watermark for who gets it. None: it is damaged."""
    shown = taken(plan.source)
    if shown is None:
        return None
    for drawing in plan.drawings:
        ink(shown, drawing)
    if plan.says:
        shown = _signed(shown, plan.says)
    if mark:
        shown = burnt(shown, mark)
    out = io.BytesIO()
    shown.save(out, "PNG", pnginfo=plan.facts)
    return out.getvalue()


def picture(still: Still, *, notes: Notes | None = None, mark: str = "") -> bytes | None:
    """Return the frame as PNG, as `planned` and `made` say.

    None: there is no such frame, it is damaged, or this node does not keep the version.
    """
    source = source_of(still.version, still.index)
    return made(planned(still, source, notes=notes), mark=mark) if source else None


def sentence(still: Still) -> str:
    """Return what the picture is: production, shot, task, version, frame, timecode, hash."""
    version, media = still.version, still.version.facts
    at = timecodes(version).at(still.frame)
    entity = version.task.entity
    parts = [version.production.name, *([str(entity.parent)] if entity.parent else [])]
    said = [*parts, str(entity), version.task.task_type, str(version), str(still.number), at]
    return " · ".join([*said, media.original.hash[:12] if media else ""])


def _signed(made: Image.Image, text: str) -> Image.Image:
    """Put *text* on a line of its own below the picture."""
    high = max(18, round(made.width * STRIP))
    sheet = Image.new("RGB", (made.width, made.height + high), (17, 22, 28))
    sheet.paste(made, (0, 0))
    font = ImageFont.load_default(high * 0.42)
    pen = ImageDraw.Draw(sheet)
    place = (high * 0.5, made.height + high / 2)
    pen.text(place, text, font=font, anchor="lm", fill=(233, 230, 223))
    return sheet


def _facts(still: Still) -> PngInfo:
    media = still.version.facts
    facts = PngInfo()
    facts.add_text("jumelage:version", still.version.uri)
    facts.add_text("jumelage:frame", str(still.number))
    facts.add_text("jumelage:blake3", media.original.hash if media else "")
    return facts
