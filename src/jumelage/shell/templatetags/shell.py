"""`{% load shell %}`: how texts, dates, times, numbers, states and cities are written."""

from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import LANGUAGES, Bilingual
from jumelage.shell.look import chart as charts
from jumelage.shell.look import times
from jumelage.shell.look.typography import typeset

register = template.Library()

Text = Bilingual | dict[str, str] | None


def _text(value: Text) -> Bilingual:
    return value if isinstance(value, Bilingual) else Bilingual.of(value)


@register.simple_tag
def bilingual(value: Text) -> SafeString | str:
    """Write a text in the page's language; else in its own, marked with it."""
    text, language = _text(value).read()
    if not text:
        return missing()
    text = typeset(text, language)
    if language == times.language():
        return text
    names = {"fr": gettext("in French"), "en": gettext("in English")}
    return format_html(
        '<span lang="{}">{}</span><abbr class="language" title="{}">{}</abbr>',
        language,
        text,
        names[language],
        language.upper(),
    )


@register.inclusion_tag("shell/partials/both_languages.html")
def both_languages(value: Text, size: str = "") -> dict[str, object]:
    """Show a text in both languages side by side, the page's language first."""
    text = _text(value)
    order = sorted(LANGUAGES, key=lambda code: code != times.language())
    names = {"fr": gettext("French"), "en": gettext("English")}
    return {"size": size, "texts": [(c, names[c], typeset(getattr(text, c), c)) for c in order]}


@register.simple_tag
def missing(word: str = "") -> SafeString:
    """Write what is missing as missing: an em dash and the word."""
    return format_html('<span class="missing">— {}</span>', word or gettext("missing"))


@register.simple_tag
def number(value: Decimal | float | None, unit: str = "") -> SafeString:
    """Write a figure in the page's language; nothing is “— missing”, never 0."""
    if value is None or value == "":
        return missing()
    figure = format_decimal(value, locale=times.language())
    return format_html('<span class="nowrap">{}{}</span>', figure, f" {unit}" if unit else "")


@register.simple_tag
def fuzzy_date(value: FuzzyDate | date | str | None, doubt: str = "") -> SafeString:
    """Write a date with its precision: “2009 (day unknown)”, « avril 2006 »."""
    if not value:
        return missing()
    known = value if isinstance(value, FuzzyDate) else FuzzyDate(str(value)[:10])
    words = times.fuzzy_day(known, doubt)
    return format_html('<time datetime="{}">{}</time>', known.text, words)


@register.filter
def day(value: date | None) -> str:
    """Write a day in words: `31 May 2026`, `1er mars 2026`."""
    return times.day(value) if value else str(missing())


@register.filter
def short_day(value: date | None) -> str:
    """Write a day for a column: `15 sept. 2026`."""
    return times.short_day(value) if value else str(missing())


@register.filter
def ago(value: datetime | None) -> str:
    """Write how long ago an instant was: `3 d ago`."""
    return times.age((clock.now() - value).total_seconds()) if value else str(missing())


@register.inclusion_tag("shell/partials/both_times.html", takes_context=True)
def both_times(
    context: Context,
    instant: datetime,
    here: times.Place | None = None,
    there: times.Place | None = None,
    *,
    dated: bool = False,
) -> dict[str, object]:
    """Write an instant on both wall clocks: `17:30 Paris · 08:30 San Francisco`.

    Without *here* and *there*: this node and its first peer. `dated=True` adds the day.
    """
    frame = context.get("shell")
    here = here or (frame.here if frame else None)
    there = there or (frame.peers[0] if frame and frame.peers else None)
    facts: dict[str, object] = {"instant": instant, "clocks": (), "day": "", "gap": ""}
    if here is None:
        return facts
    clocks = times.both(instant, here, there or here)
    if there and times.is_unusual(instant, here, there):
        facts["gap"] = times.hours(times.gap(instant, here, there))
    facts["day"] = times.short_day(clocks[0].at) if dated else ""
    return facts | {"clocks": clocks if there else clocks[:1]}


@register.inclusion_tag("shell/partials/state.html")
def state(name: str, label: str, since: str = "", *, inline: bool = False) -> dict[str, object]:
    """Show a state as shape and word; *name* chooses the shape, see docs/look.md."""
    return {"name": str(name), "label": label, "since": since, "inline": inline}


@register.inclusion_tag("shell/partials/tick.html")
def tick(city: object, word: str = "", *, said: bool = True) -> dict[str, object]:
    """Show what one city said (● in its accent) or that it is awaited (○)."""
    return {"city": city, "word": word, "said": said}


@register.inclusion_tag("shell/partials/chart.html")
def chart(figure: charts.Chart) -> dict[str, object]:
    """Draw a bar chart: solid is confirmed, dashed only stated; with its table."""
    return {"chart": figure, "drawing": charts.draw(figure)}


@register.inclusion_tag("shell/partials/pages.html", takes_context=True)
def pages(context: Context, page: Page[object]) -> dict[str, object]:
    """Show where a list stands and the way to its other pages; keeps the query."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("shell/partials/sort.html", takes_context=True)
def sort(context: Context, field: str, label: str, *, figure: bool = False) -> dict[str, object]:
    """Show a column heading that sorts the list by *field* through `?sort=`."""
    request = context["request"]
    current = request.GET.get("sort", "")
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    following = f"-{field}" if current == field else field
    facts = {"label": label, "direction": direction, "next": following, "figure": figure}
    return facts | {"request": request}


@register.simple_tag
def island(name: str) -> SafeString | str:
    """Load the island *name*; nothing when it was not built, the page works without."""
    path = f"shell/build/{name}.js"
    if finders.find(path) is None:
        return ""
    return format_html('<script type="module" src="{}"></script>', static(path))


@register.filter
def weekday(value: datetime) -> str:
    """Write a day for the bridge line: `Sun 22 Nov`."""
    return times.day(value, "EEE d MMM")
