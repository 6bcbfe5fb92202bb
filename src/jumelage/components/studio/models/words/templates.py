"""What a production begins with: a short film, a class exercise, an effects show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jumelage.components.studio.models.values import WordDefinition
from jumelage.components.studio.models.words.shipped import (
    ASSET_TYPES,
    DEPARTMENTS,
    STATUSES,
    TASK_TYPES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Facts and words of a new production."""

    label: Promise
    purpose: Promise
    fields: Mapping[str, Any]
    """Fields of `ProductionOpened`."""

    @property
    def task_types(self) -> list[str]:
        """Names of the kinds of work it begins with."""
        return [word.name for word in self.fields["words"] if word.family == "task-type"]


def _words(*slugs: str) -> tuple[WordDefinition, ...]:
    chosen = [word for word in TASK_TYPES if word.slug in slugs]
    return (*STATUSES, *chosen, *ASSET_TYPES, *DEPARTMENTS)


TEMPLATES: Mapping[str, Template] = {
    "short-film": Template(
        label=_("Short film"),
        purpose=_("Assets and shots from concept to edit, 24 frames a second, 1920 × 1080."),
        fields={
            "type": "short-film",
            "words": _words(
                "concept", "modeling", "rigging", "storyboard", "layout", "animation",
                "lighting", "compositing", "edit",
            ),
        },
    ),
    "class-exercise": Template(
        label=_("Class exercise"),
        purpose=_("A few shots that students animate and a class of the other city answers."),
        fields={
            "type": "class-exercise",
            "rate": "25",
            "width": 1280,
            "height": 720,
            "words": _words("storyboard", "animation", "edit"),
            "trusts": ("coordinator", "supervisor", "teacher"),
        },
    ),
    "vfx-show": Template(
        label=_("Visual effects show"),
        purpose=_("Plates with handles, effects and compositing, 24000/1001 frames a second."),
        fields={
            "type": "vfx-show",
            "rate": "24000/1001",
            "width": 2048,
            "height": 1152,
            "words": _words(
                "concept", "modeling", "shading", "rigging", "layout", "animation", "fx",
                "lighting", "rendering", "compositing",
            ),
        },
    ),
}  # fmt: skip
