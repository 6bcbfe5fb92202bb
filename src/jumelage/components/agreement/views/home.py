"""The first page: every living commitment as a light; and the history behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.selectors.partnerships import (
    instruments,
    living_commitments,
    organisations,
    partnerships,
)
from jumelage.components.agreement.selectors.renewals import warnings
from jumelage.components.agreement.showing import counting, facts
from jumelage.components.agreement.showing.lights import (
    MEANINGS,
    Light,
    in_force,
    lights,
    sections,
    tally_of,
)
from jumelage.components.agreement.views import things
from jumelage.directory.access import public
from jumelage.directory.models import Organisation
from jumelage.kit import clock
from jumelage.shell.twin import json_twin


@public
@require_safe
def home(request: HttpRequest, of: str = "") -> HttpResponse:
    """Show the promises of a partnership and their state."""
    known = list(partnerships())
    held = next(
        (each for each in known if each.slug == of), None if of else next(iter(known), None)
    )
    if held is None:
        things.found(None if of else known)
        return render(request, "agreement/empty.html")
    shown = lights(living_commitments(held), things.cities(request, held))
    return render(request, "agreement/home.html", _told(held, known, shown))


def _told(held: Partnership, known: Sequence[Partnership], shown: list[Light]) -> dict[str, object]:
    chain = list(instruments(held))
    return {
        "partnership": held,
        "others": [each for each in known if each != held],
        "heading": counting.promises_between(len(shown), len(held.cities)),
        "sections": sections(shown),
        "tally": tally_of(shown),
        "text_in_force": in_force(chain, clock.today()),
        "proposals": [text for text in chain if _is_proposal(text)],
        "warnings": [each for each in warnings() if each.instrument in chain],
        "meanings": MEANINGS,
        "json_url": reverse("agreement:home-data", args=[held.slug]),
    }


def _is_proposal(text: Instrument) -> bool:
    return text.standing == Instrument.Standing.PROPOSED and not text.agreed


@public
@require_safe
def home_data(request: HttpRequest, of: str) -> JsonResponse:
    """Give the promises of a partnership and their state as JSON."""
    held = things.found(things.partnership(of))
    shown = lights(living_commitments(held), things.cities(request, held))
    return json_twin(facts.partnership(held, shown, tally_of(shown)))


@dataclass(frozen=True, slots=True)
class Gap:
    """A time between two texts in which no text with a stated period ran."""

    after: date
    before: date

    @property
    def days(self) -> int:
        """Days from the last day of the one to the first day of the other."""
        return (self.before - self.after).days


@dataclass(frozen=True, slots=True)
class Step:
    """One instrument of the chain, and the gap before it."""

    text: Instrument
    parties: Sequence["Organisation | str"]
    supporters: Sequence["Organisation | str"]
    gap: Gap | None


def chain_of(held: Partnership) -> list[Step]:
    """Return the chain of *held*, oldest first; three queries."""
    texts = sorted(instruments(held), key=_begun)
    named = {name for text in texts for name in (*text.parties, *text.supporters)}
    known = organisations(named)
    steps: list[Step] = []
    covered: date | None = None
    for text in texts:
        begun = text.first_day
        gap = Gap(covered, begun) if covered and begun and (begun - covered).days > 1 else None
        if text.last_day:
            covered = max(covered or text.last_day, text.last_day)
        elif gap:
            covered = None
        parties = [known.get(name, name) for name in text.parties]
        supporters = [known.get(name, name) for name in text.supporters]
        steps.append(Step(text, parties, supporters, gap))
    return steps


def _begun(text: Instrument) -> date:
    """Return when *text* was signed, or else begins; proposals without a date come last."""
    signed = text.signed.date.first_day if text.signed.date else text.first_day
    return signed or date.max


@public
@require_safe
def history(request: HttpRequest, of: str) -> HttpResponse:
    """Show the chain of texts with its gaps and doubts."""
    held = things.found(things.partnership(of))
    told = {
        "partnership": held,
        "steps": chain_of(held),
        "json_url": reverse("agreement:history-data", args=[of]),
    }
    return render(request, "agreement/history.html", told)


@public
@require_safe
def history_data(_request: HttpRequest, of: str) -> JsonResponse:
    """Give the chain of texts as JSON."""
    held = things.found(things.partnership(of))
    return json_twin(facts.history(held, list(instruments(held))))
