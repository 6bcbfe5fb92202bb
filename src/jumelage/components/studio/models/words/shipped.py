"""The words every node begins with: those animation and effects crews use everywhere."""

from collections.abc import Sequence

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models.values import Family, Plain, WordDefinition


def _word(
    family: Family, slug: str, name: str, colour: str, order: int, **facts: Plain
) -> WordDefinition:
    return WordDefinition(
        family=family, slug=slug, name=name, colour=colour, order=order, facts=facts
    )


def _task(slug: str, name: str, colour: str, order: int, *where: str) -> WordDefinition:
    on, crew = where
    return _word("task-type", slug, name, colour, order, on=on, department=crew)


def _asset(slug: str, name: str, order: int) -> WordDefinition:
    return _word("asset-type", slug, name, "#7c8a94", order)


def _crew(slug: str, name: str, colour: str, order: int) -> WordDefinition:
    return _word("department", slug, name, colour, order)


STATUSES: Sequence[WordDefinition] = (
    _word("status", "todo", _("To do"), "#8f8a80", 1, short="todo", default=True, by_artist=True),
    _word("status", "ready", _("Ready to start"), "#b08a2e", 2, short="ready"),
    _word("status", "wip", _("In progress"), "#3d6f9e", 3, short="wip", wip=True, by_artist=True),
    _word(
        "status", "wfa", _("Waiting for approval"), "#7a4f9a", 4,
        short="wfa", feedback=True, by_artist=True,
    ),
    _word("status", "retake", _("Retake"), "#b8361f", 5, short="retake", retake=True, by_client=True),
    _word("status", "done", _("Done"), "#2f7d54", 6, short="done", done=True, by_client=True),
)  # fmt: skip
TASK_TYPES: Sequence[WordDefinition] = (
    _task("concept", _("Concept"), "#8a7a5c", 1, "asset", "concept"),
    _task("modeling", _("Modeling"), "#5c7f8a", 2, "asset", "modeling"),
    _task("shading", _("Shading"), "#7a6a8f", 3, "asset", "modeling"),
    _task("rigging", _("Rigging"), "#8f6a5c", 4, "asset", "modeling"),
    _task("storyboard", _("Storyboard"), "#6f7a3f", 11, "shot", "layout"),
    _task("layout", _("Layout"), "#4f7f6a", 12, "shot", "layout"),
    _task("animation", _("Animation"), "#3f6f8f", 13, "shot", "animation"),
    _task("lighting", _("Lighting"), "#9a7f2f", 14, "shot", "lighting"),
    _task("fx", _("Effects"), "#9a5a3f", 15, "shot", "fx"),
    _task("rendering", _("Rendering"), "#6a6a7f", 16, "shot", "lighting"),
    _task("compositing", _("Compositing"), "#7f4f6a", 17, "shot", "compositing"),
    _task("edit", _("Editing"), "#5f5f5f", 18, "shot", "edit"),
)
ASSET_TYPES: Sequence[WordDefinition] = (
    _asset("characters", _("Characters"), 1),
    _asset("props", _("Props"), 2),
    _asset("environment", _("Environment"), 3),
    _asset("fx", _("Effects elements"), 4),
    _asset("camera", _("Camera"), 5),
)
DEPARTMENTS: Sequence[WordDefinition] = (
    _crew("concept", _("Concept"), "#8a7a5c", 1),
    _crew("modeling", _("Modeling"), "#5c7f8a", 2),
    _crew("layout", _("Layout"), "#4f7f6a", 3),
    _crew("animation", _("Animation"), "#3f6f8f", 4),
    _crew("lighting", _("Lighting"), "#9a7f2f", 5),
    _crew("fx", _("Effects"), "#9a5a3f", 6),
    _crew("compositing", _("Compositing"), "#7f4f6a", 7),
    _crew("edit", _("Editing"), "#5f5f5f", 8),
)
SHIPPED = (*STATUSES, *TASK_TYPES, *ASSET_TYPES, *DEPARTMENTS)
