"""What the addresses of the agreement name, and who asks for it."""

from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpRequest

from jumelage.bridge.api import Node
from jumelage.components.agreement.errors import NotFoundError
from jumelage.components.agreement.models import (
    Commitment,
    CorrectionRequest,
    Evidence,
    Indicator,
    Instrument,
    Meeting,
    Partnership,
    RenewalDraft,
    RenewalLine,
    TextSignature,
)
from jumelage.components.agreement.selectors import evidence, meetings, partnerships
from jumelage.directory.models import Person
from jumelage.directory.policy import person_of
from jumelage.shell.frame import frame

Thing = TypeVar("Thing")


def by(request: HttpRequest) -> Person:
    """Return who asks; only for views that `requires` guards."""
    person = person_of(request.user)
    if person is None:
        raise Http404
    return person


def nodes(request: HttpRequest) -> dict[str, Node]:
    """Return this node and its peers by origin, this node first; no query of its own."""
    shell = frame(request)["shell"]
    known = [shell.here, *shell.peers] if shell.here else list(shell.peers)
    return {node.origin: node for node in known}


def cities(request: HttpRequest, of: Partnership) -> dict[str, Node]:
    """Return the nodes of the cities of *of*; all we know when none is a city of it."""
    slugs = {city.slug for city in of.cities}
    known = nodes(request)
    return {origin: node for origin, node in known.items() if node.slug in slugs} or known


def partnership(slug: str = "") -> Partnership | None:
    """Return the partnership *slug*, or the first one; None before the first import."""
    found = partnerships.partnerships()
    return (found.filter(slug=slug) if slug else found).first()


def commitment(of: str, slug: str) -> Commitment | None:
    """Return the commitment *slug* of the partnership *of*."""
    try:
        return partnerships.commitment(partnerships.partnership(of), slug)
    except NotFoundError:
        return None


def instrument(of: str, slug: str) -> Instrument | None:
    """Return the instrument *slug* of the partnership *of*."""
    found = Instrument.objects.live().filter(partnership__slug=of, slug=slug)
    return found.select_related("partnership", "amends", "renews").first()


def indicator(uri: str) -> Indicator | None:
    """Return the indicator *uri* with its commitment."""
    found = Indicator.objects.live().filter(uri=uri)
    return found.select_related("commitment__instrument__partnership").first()


def evidence_by_uri(uri: str) -> Evidence | None:
    """Return the evidence *uri*, withdrawn or not, with its commitment."""
    found = Evidence.objects.filter(uri=uri)
    return found.select_related("commitment__instrument__partnership", "indicator").first()


def evidence_item(uri: str) -> evidence.TimelineItem | None:
    """Return the evidence *uri* as the time line shows it."""
    return evidence.item(uri)


def correction_request(uri: str) -> CorrectionRequest | None:
    """Return the request *uri*."""
    return CorrectionRequest.objects.live().filter(uri=uri).first()


def asked_about(uri: str) -> Evidence | None:
    """Return the evidence that the request *uri* is about."""
    request = correction_request(uri)
    return evidence_by_uri(request.about) if request else None


def meeting(uri: str) -> Meeting | None:
    """Return the meeting *uri*."""
    try:
        return meetings.meeting(uri)
    except NotFoundError:
        return None


@dataclass(frozen=True, slots=True)
class Work:
    """A work item of a meeting."""

    meeting: Meeting
    position: int


def work(uri: str, position: int) -> Work | None:
    """Return the work item at *position* of the meeting *uri*."""
    held = meeting(uri)
    return Work(held, position) if held and position < len(held.work) else None


def draft(pk: int) -> RenewalDraft | None:
    """Return the draft number *pk*."""
    return RenewalDraft.objects.filter(pk=pk).first()


def line(pk: int, position: int) -> RenewalLine | None:
    """Return the line at *position* of the draft number *pk*."""
    found = RenewalLine.objects.filter(draft=pk, position=position)
    return found.select_related("draft").first()


def own_signature(of: str, slug: str) -> TextSignature | None:
    """Return the signature of this node under the instrument *slug* of *of*."""
    text = instrument(of, slug)
    if text is None:
        return None
    here = Node.objects.filter(is_self=True).values("origin")
    found = TextSignature.objects.live().filter(instrument=text.uri, origin__in=here)
    return found.select_related("instrument").first()


def found(thing: Thing | None) -> Thing:
    """Return *thing*, or answer 404 when there is none."""
    if thing is None:
        raise Http404
    return thing
