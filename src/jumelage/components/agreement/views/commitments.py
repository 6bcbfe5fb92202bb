"""The page of one commitment: text, state, people, figures, evidence, door."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jumelage.components.agreement.forms.people import CoordinatorForm, IndicatorForm, OwnerForm
from jumelage.components.agreement.models import Commitment, Indicator
from jumelage.components.agreement.models.values import Article
from jumelage.components.agreement.selectors.evidence import (
    Figure,
    evidence_of,
    figures,
    figures_since,
    timeline,
)
from jumelage.components.agreement.selectors.partnerships import history_of
from jumelage.components.agreement.services.people import (
    name_coordinator,
    name_owner,
    set_indicator,
)
from jumelage.components.agreement.showing import facts
from jumelage.components.agreement.showing.charts import monthly
from jumelage.components.agreement.showing.crossing import in_words
from jumelage.components.agreement.showing.few import (
    concealed,
    concealed_figures,
    withheld_from,
)
from jumelage.components.agreement.showing.ledger import ledger
from jumelage.components.agreement.showing.lights import Light, lights
from jumelage.components.agreement.views import things
from jumelage.components.agreement.views.asking import ask
from jumelage.directory.access import public, requires
from jumelage.directory.policy import person_of
from jumelage.kit import clock
from jumelage.kit.component import Page, components
from jumelage.kit.dates import Period
from jumelage.shell.bilingual import refusals_shown_in
from jumelage.shell.look.chart import Chart
from jumelage.shell.twin import json_twin

PAGE_SIZE = 25
"""Pieces of evidence on one page of the time line."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator with its figures of this year and last year, and its chart."""

    indicator: Indicator
    years: Sequence[Figure]
    chart: Chart | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """The component that fulfils the commitment, and what its records say."""

    label: "str | Promise"
    page: Page | None
    crossing: Sequence[str]


def door_to(service: str) -> Door | None:
    """Return the component with the service word *service*; None when this node has none."""
    for component in components():
        if service in component.services and component.pages and component.name != "agreement":
            page = next(iter(component.pages))
            return Door(component.label, page, [in_words(r.kind) for r in component.records])
    return None


def _measured(row: Commitment, withheld: Collection[str]) -> list[Measured]:
    today = clock.today()
    held = list(row.indicators.all())
    if not held:
        return []
    years = [
        concealed_figures(figures(held, Period.year(year)), withheld)
        for year in (today.year, today.year - 1)
    ]
    items = concealed(figures_since(row, Period.year(today.year).start), withheld)
    return [
        Measured(
            indicator,
            [each[n] for each in years],
            monthly(indicator, items, today),
            withheld=indicator.uri in withheld,
        )
        for n, indicator in enumerate(held)
    ]


def _withheld(request: HttpRequest, row: Commitment) -> frozenset[str]:
    return withheld_from(person_of(request.user), row.indicators.all())


def _light(request: HttpRequest, row: Commitment) -> Light:
    return lights([row], things.cities(request, row.instrument.partnership))[0]


@public
@require_safe
def commitment_page(request: HttpRequest, of: str, slug: str) -> HttpResponse:
    """Show one commitment with everything known about it."""
    row = things.found(things.commitment(of, slug))
    return render(request, "agreement/commitment.html", _told(request, row))


def _article(row: Commitment) -> Article | None:
    return next((a for a in row.instrument.articles if a.slug == row.article), None)


def _evidence(
    request: HttpRequest, row: Commitment, light: Light, withheld: Collection[str]
) -> dict[str, object]:
    page = Paginator(evidence_of(row), PAGE_SIZE).get_page(request.GET.get("page"))
    return {"rows": ledger(concealed(timeline(page), withheld), light.cities), "page": page}


def _told(request: HttpRequest, row: Commitment) -> dict[str, object]:
    light, held = _light(request, row), row.instrument.partnership
    withheld = _withheld(request, row)
    return _evidence(request, row, light, withheld) | {
        "commitment": row,
        "partnership": held,
        "light": light,
        "article": _article(row),
        "partners": [light.organisation(name) for name in row.partners],
        "older": history_of(row),
        "measured": _measured(row, withheld),
        "door": door_to(row.service),
        "json_url": reverse("agreement:commitment-data", args=[held.slug, row.slug]),
    }


@public
@require_safe
def commitment_data(request: HttpRequest, of: str, slug: str) -> JsonResponse:
    """Give one commitment as JSON, with the figures of this year."""
    row = things.found(things.commitment(of, slug))
    year = Period.year(clock.today().year)
    withheld = _withheld(request, row)
    found = concealed_figures(figures(list(row.indicators.all()), year), withheld)
    items = concealed(timeline(evidence_of(row)), withheld)
    told = facts.commitment(_light(request, row), items, found)
    return json_twin(told | {"withheld": sorted(withheld)})


def _back(row: Commitment) -> str:
    return reverse("agreement:commitment", args=[row.instrument.partnership.slug, row.slug])


@requires("agreement.name-owner", of=things.commitment)
def owner(request: HttpRequest, row: Commitment) -> HttpResponse:
    """Name the role that owns the commitment in this city."""
    form = OwnerForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_in(form):
            name_owner(
                commitment=row,
                role=form.text("role"),
                organisation=form.cleaned_data["organisation"],
                deputy_role=form.text("deputy_role") or None,
                deputy_organisation=form.cleaned_data["deputy_organisation"],
                by=things.by(request),
            )
            return redirect(_back(row))
    return ask(request, form, _("Name the owner"), _back(row), row)


@requires("agreement.name-coordinator", of=things.commitment)
def coordinator(request: HttpRequest, row: Commitment) -> HttpResponse:
    """Ask an organisation to coordinate the commitment."""
    form = CoordinatorForm(request.POST or None)
    if form.is_valid():
        with refusals_shown_in(form):
            chosen = form.cleaned_data["organisation"]
            name_coordinator(commitment=row, organisation=chosen, by=things.by(request))
            return redirect(_back(row))
    return ask(request, form, _("Name the coordinator"), _back(row), row)


@requires("agreement.set-indicator", of=things.commitment)
def indicator(request: HttpRequest, row: Commitment) -> HttpResponse:
    """Set a new indicator."""
    form = IndicatorForm(request.POST or None, commitment=row)
    if form.is_valid():
        with refusals_shown_in(form):
            _set(request, row, form, None)
            return redirect(_back(row))
    return ask(request, form, _("Set an indicator"), _back(row), row)


@requires("agreement.set-indicator", of=things.indicator)
def change_indicator(request: HttpRequest, held: Indicator) -> HttpResponse:
    """Change an indicator of this city."""
    row = held.commitment
    form = IndicatorForm.showing(held)
    if request.method == "POST":
        form = IndicatorForm(request.POST, commitment=row)
        if form.is_valid():
            with refusals_shown_in(form):
                _set(request, row, form, held)
                return redirect(_back(row))
    return ask(request, form, _("Change the indicator"), _back(row), row)


def _set(
    request: HttpRequest, row: Commitment, form: IndicatorForm, held: Indicator | None
) -> Indicator:
    slug = held.slug if held else _free_slug(row.indicators.all())
    who = things.by(request)
    return set_indicator(commitment=row, slug=slug, revises=held, by=who, **form.facts())


def _free_slug(held: Iterable[Indicator]) -> str:
    taken = {each.slug for each in held}
    return next(name for n in range(1, len(taken) + 2) if (name := f"i{n}") not in taken)
