"""What waits for the people of this city."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jumelage.components.agreement.models import Instrument, Partnership, RenewalDraft
from jumelage.components.agreement.selectors.evidence import (
    open_requests,
    waiting_here,
    waiting_there,
)
from jumelage.components.agreement.selectors.meetings import open_work
from jumelage.components.agreement.selectors.partnerships import (
    living_commitments,
    partnerships,
    proposals,
    signatures,
)
from jumelage.components.agreement.selectors.renewals import warnings
from jumelage.components.agreement.selectors.states import Activity
from jumelage.components.agreement.showing.lights import Light, lights
from jumelage.components.agreement.views import things
from jumelage.directory.access import requires

PAGE_SIZE = 20


@requires("agreement.see-work")
@require_safe
def to_do(request: HttpRequest) -> HttpResponse:
    """Show what waits: words to say, requests to answer, gaps to fill, work to finish."""
    held = list(partnerships())
    told = {
        "partnerships": held,
        "page": Paginator(waiting_here(), PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting_there": waiting_there()[:PAGE_SIZE],
        "requests": open_requests()[:PAGE_SIZE],
        "unsigned": [text for text in proposals() if _waits_for_us(request, text)],
        "warnings": warnings(),
        "drafts": RenewalDraft.objects.filter(instrument="").order_by("pk"),
        "work": [work for each in held for work in open_work(each)],
    }
    return render(request, "agreement/to_do.html", told | _dim(request, held))


def _dim(request: HttpRequest, held: list[Partnership]) -> dict[str, list[Light]]:
    """Return the lights that ask for somebody, by what is wrong with them."""
    shown = [light for each in held for light in _lights(request, each)]
    return {
        "overdue": [light for light in shown if light.state.activity is Activity.OVERDUE],
        "quiet": [light for light in shown if light.state.activity is Activity.QUIET],
        "orphans": [light for light in shown if light.state.orphan],
        "unmeasured": [light for light in shown if light.state.unmeasured],
    }


def _lights(request: HttpRequest, held: Partnership) -> list[Light]:
    return lights(living_commitments(held), things.cities(request, held))


def _waits_for_us(request: HttpRequest, text: Instrument) -> bool:
    here = next((origin for origin, node in things.nodes(request).items() if node.is_self), "")
    signed = signatures(text)
    return here in signed and signed[here] is None
