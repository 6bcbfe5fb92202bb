"""`{% load studio %}`: statuses, seats, progress and the cells of the grid."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from jumelage.components.studio.forms.words import GIVERS, MEANINGS, PLACES
from jumelage.components.studio.models import Production, Seat
from jumelage.components.studio.models.values import WordDefinition
from jumelage.components.studio.selectors.grid import Cell, Grid, Row
from jumelage.components.studio.selectors.progress import Strip
from jumelage.components.studio.selectors.walls.shown import Shown
from jumelage.components.studio.selectors.words import spoken, used_by
from jumelage.components.studio.troubles import sentence

register = template.Library()

SHAPES = (
    ("done", "done"),
    ("retake", "disputed"),
    ("feedback", "waiting"),
    ("wip", "active"),
    ("default", "begun"),
)
"""What a status means, and the shape that stands before it; see docs/look.md."""
STRIP_WIDTH = 600
"""Units of the drawing."""


def shape_of(word: WordDefinition) -> str:
    """Return the shape of a status."""
    return next((shape for fact, shape in SHAPES if word.facts.get(fact)), "stated")


def statuses_of(production: Production) -> dict[str, WordDefinition]:
    """Return the statuses of *production* by slug, read once for each instance."""
    held: dict[str, WordDefinition] | None = production.__dict__.get("studio_statuses")
    if held is None:
        held = {word.slug: word for word in used_by(production, "status")}
        production.__dict__["studio_statuses"] = held
    return held


register.filter("sentence", sentence)


@register.filter
def word(definition: WordDefinition | None) -> str:
    """Write a word of a production; the shipped ones in the page's language."""
    return spoken(definition) if definition else ""


@register.simple_tag
def word_named(production: Production, family: str, slug: str) -> str:
    """Write the word *slug* of a production, or the slug when it is not used any more."""
    found = next((each for each in used_by(production, family) if each.slug == slug), None)
    return spoken(found) if found else slug


@register.simple_tag
def word_says(definition: WordDefinition, crews: Mapping[str, WordDefinition]) -> str:
    """Write what a word says besides its name; *crews* are the departments by slug."""
    told = definition.facts
    said = [f"{label}" for fact, label in MEANINGS if fact and told.get(fact)]
    said += [f"{label}" for fact, label in GIVERS.items() if told.get(fact)]
    said += [f"{label}" for place, label in PLACES if told.get("on") == place]
    said += [word(crews[slug]) for slug in crews if told.get("department") == slug]
    return " · ".join(said)


@register.inclusion_tag("shell/partials/state.html")
def status(production: Production, slug: str, *, inline: bool = True) -> dict[str, object]:
    """Show a status as shape and word."""
    found = statuses_of(production).get(slug)
    name = shape_of(found) if found else "begun"
    label = spoken(found) if found else slug
    return {"name": name, "label": label, "since": "", "inline": inline}


@register.inclusion_tag("studio/seat.html")
def seat(held: Seat | None) -> dict[str, object]:
    """Show a seat: the city’s mark, the part, the number, the organisation."""
    return {"seat": held}


@register.simple_tag
def strip(drawn: Strip) -> SafeString:
    """Draw the tasks of one kind of work by status, finished ones first; the words stand beside."""
    parts = sorted(drawn.parts, key=lambda part: -part.status.order)
    bars, x = [], 0.0
    for part in parts:
        width = STRIP_WIDTH * part.count / drawn.total
        shape = shape_of(part.status)
        bars.append(f'<rect class="part {shape}" x="{x:.1f}" width="{width:.1f}" height="14"/>')
        x += width
    label = ", ".join(f"{spoken(part.status)} {part.count}" for part in parts)
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 14" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        STRIP_WIDTH,
        label,
        mark_safe("".join(bars)),  # noqa: S308  # figures of our own
    )


@register.simple_tag(takes_context=True)
def grid_rows(context: Context) -> SafeString:
    """Write the rows of the grid.

    A thousand rows of two cells take some 25 ms so; the template language would need 400.
    """
    shown: Grid = context["grid"]
    here = _Here(context["production"], context["seats"], context["today"])
    columns = context["columns"]
    return mark_safe("".join(here.row(row, columns, shown.parents) for row in shown))  # noqa: S308  # escaped below


class _Here:
    """What every cell of one grid needs."""

    def __init__(self, production: Production, seats: Mapping[str, str], today: date) -> None:
        self.words = {
            slug: (shape_of(word), escape(spoken(word)))
            for slug, word in statuses_of(production).items()
        }
        self.done = {s for s, word in statuses_of(production).items() if word.facts.get("done")}
        self.seats = {uri: escape(label) for uri, label in seats.items()}
        self.today = today
        self.task = reverse("studio:task", kwargs={"uri": "URI"}).split("URI")
        self.entity = reverse("studio:entity", kwargs={"uri": "URI"}).split("URI")
        self.picture = reverse("studio:thumbnail", kwargs={"uri": "URI"}).split("URI")
        self.late, self.none = escape(gettext("late")), escape(gettext("none"))
        self.choose = escape(gettext("Choose"))

    def row(self, row: Row, columns: Sequence[WordDefinition], parents: Mapping[str, str]) -> str:
        before, after = self.entity
        name, place = escape(row.name), escape(parents.get(row.parent, row.asset_type))
        cells = "".join(self.cell(row.cells.get(column.slug, ()), name) for column in columns)
        frames = "—" if row.frames is None else str(row.frames)
        return (
            f'<tr><td class="pick"><input type="checkbox" name="entity" value="{row.uri}"'
            f' form="bulk" aria-label="{self.choose} {name}"></td>'
            f'<th scope="row"><a href="{before}{row.uri}{after}">{self.seen(row.newest)}'
            f"<span><small>{place}</small> {name}</span></a></th>"
            f'<td class="figure">{frames}</td>{cells}</tr>'
        )

    def seen(self, version: str) -> str:
        """Show a version small; the picture is asked for when its row comes into sight."""
        before, after = self.picture
        return f'<img src="{before}{version}{after}" alt="" loading="lazy">' if version else ""

    def cell(self, tasks: Sequence[Cell], name: str) -> str:
        if not tasks:
            return f'<td class="task soft"><span class="visually-hidden">{self.none}</span></td>'
        return f'<td class="task">{"".join(self.one(task, name) for task in tasks)}</td>'

    def one(self, task: Cell, name: str) -> str:
        before, after = self.task
        shape, label = self.words.get(task.status, ("begun", escape(task.status)))
        who = ", ".join(self.seats.get(uri, "?") for uri in task.assignees)
        facts = [f"v{task.revision:03d}"] if task.revision else []
        facts += [f"×{task.retakes}"] if task.retakes else []
        if task.status not in self.done and task.is_late(self.today):
            facts.append(f'<b class="late">{self.late}</b>')
        facts += [who] if who else []
        more = f"<small>{' · '.join(facts)}</small>" if facts else ""
        return (
            f'<div><input type="checkbox" name="task" value="{task.uri}" form="bulk"'
            f' aria-label="{self.choose} {name}, {label}"><a href="{before}{task.uri}{after}">'
            f'<svg class="mark {shape}" aria-hidden="true"><use href="#mark-{shape}"/></svg>'
            f"{label}</a>{more}</div>"
        )


@register.filter
def hours(minutes: int | None) -> str:
    """Write minutes as hours and minutes."""
    if minutes is None:
        return ""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}
    return gettext("%(hours)s h %(minutes)02d") % {"hours": whole, "minutes": rest}


@register.simple_tag
def shown_to_client(shown: Shown | None, thing: object) -> bool:
    """Tell whether clients see *thing*: `{% shown_to_client shown version as seen %}`.

    Without *shown* it is not for the reader to know.
    """
    return shown is not None and shown.has(thing)
