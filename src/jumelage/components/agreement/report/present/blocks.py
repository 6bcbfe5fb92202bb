"""The parts a page of the report is made of, the same for HTML and for paper.

`sections` build blocks in one language; `report.html` and `report.typ` each draw them. A run
is a piece of text inside a block; its *style* is one of `strong`, `soft`, `missing`, `number`,
`tick` (a city has spoken), `wait` (it has not), or empty.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text in one style, perhaps a link, perhaps in another language than the page."""

    text: str
    style: str = ""
    href: str = ""
    lang: str = ""
    """The language of the text when it is not that of the page (R47)."""
    city: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of a part of a section."""

    text: str
    anchor: str
    level: int = 3
    type: str = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph; *role* is empty, `treaty` (agreement text), `note` or `lead`."""

    runs: Runs
    role: str = ""
    type: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what it stands for, one line of runs each."""

    label: str
    lines: tuple[Runs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A table cell; a number is set flush right."""

    runs: Runs
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose first column names the row."""

    caption: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...] = ()
    """Relative column widths on paper; equal when empty."""
    type: str = "table"

    @property
    def name(self) -> str:
        """What the table is called by a screen reader: its caption, else its first row's name."""
        first = self.rows[0][0].runs if self.rows else ()
        return self.caption or "".join(run.text for run in first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing with the words that say the same."""

    svg: str
    alt: str
    caption: str
    type: str = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    items: tuple[Runs, ...]
    type: str = "items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A line of counts with their words."""

    counts: tuple[tuple[str, str], ...]
    type: str = "tally"


Plain = Heading | Text | Table | Chart | Items | Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A commitment: its text and figures, and in the margin who, when and what state."""

    number: str
    anchor: str
    title: Runs
    mark: str
    state: str
    body: tuple[Plain, ...]
    margin: tuple[Fact, ...]
    type: str = "promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered chapter of the report."""

    anchor: str
    title: str
    blocks: tuple[Plain | Promise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands on the first page."""

    title: str
    name: str
    lead: str
    lines: tuple[Fact, ...]
    banner: str = ""
    cities: tuple[tuple[str, str, str], ...] = ()
    """Slug, name, accent colour on light paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole report in one language."""

    language: str
    cover: Cover
    contents: str
    header: str
    footer: str
    sections: tuple[Section, ...] = field(default=())
