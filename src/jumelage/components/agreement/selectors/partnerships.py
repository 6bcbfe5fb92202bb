"""Questions about partnerships, their instruments and commitments."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import Node
from jumelage.components.agreement.errors import NotFoundError
from jumelage.components.agreement.models import (
    Commitment,
    CommitmentOwner,
    Coordinator,
    Indicator,
    Instrument,
    Partnership,
    TextSignature,
)
from jumelage.directory.models import Organisation


def partnerships() -> QuerySet[Partnership]:
    """Return the partnerships this node knows, by slug."""
    return Partnership.objects.live().order_by("slug", "uri")


def partnership(slug: str) -> Partnership:
    """Return the partnership *slug*.

    Raises:
        NotFoundError: there is none.
    """
    found = partnerships().filter(slug=slug).first()
    if found is None:
        raise NotFoundError(thing=_("partnership"), name=slug[:80])
    return found


def instruments(of: Partnership) -> QuerySet[Instrument]:
    """Return the chain of *of*: recorded, agreed and proposed texts, oldest first."""
    chain = Instrument.objects.live().filter(partnership=of.uri)
    return chain.select_related("amends", "renews").order_by("signed_on", "first_day", "slug")


def instrument(of: Partnership, slug: str) -> Instrument:
    """Return the instrument *slug* of *of*.

    Raises:
        NotFoundError: there is none.
    """
    found = instruments(of).filter(slug=slug).first()
    if found is None:
        raise NotFoundError(thing=_("instrument"), name=slug[:80])
    return found


def proposals() -> QuerySet[Instrument]:
    """Return the texts that wait for signatures, newest first."""
    waiting = Instrument.objects.live().filter(standing="proposed", agreed=False)
    return waiting.select_related("partnership").order_by("-recorded_at")


def signatures(of: Instrument) -> Mapping[str, TextSignature | None]:
    """Return, for each node that must sign *of*, its signature under exactly this text."""
    signed = TextSignature.objects.live().filter(instrument=of.uri, text_hash=of.text_hash)
    by_origin = {signature.origin: signature for signature in signed}
    return {origin: by_origin.get(origin) for origin in of.nodes}


def living_commitments(of: Partnership | None = None) -> QuerySet[Commitment]:
    """Return the commitments that light the home page, with owners and indicators at hand."""
    found = Commitment.objects.living()
    if of is not None:
        found = found.filter(instrument__partnership=of.uri)
    return with_people(found)


def with_people(found: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Fetch what a page shows beside a commitment: `named_owners`, `coordinators`, `indicators`."""
    owners = CommitmentOwner.objects.live().order_by("origin")
    coordinators = Coordinator.objects.live().order_by("origin")
    indicators = Indicator.objects.live().order_by("position", "slug")
    return (
        found.select_related("instrument__partnership")
        .prefetch_related(Prefetch("named_owners", owners))
        .prefetch_related(Prefetch("coordinators", coordinators))
        .prefetch_related(Prefetch("indicators", indicators))
    )


def commitment(of: Partnership, slug: str) -> Commitment:
    """Return the commitment *slug* of *of*, newest text first; also an ended or proposed one.

    Raises:
        NotFoundError: there is none.
    """
    found = with_people(
        Commitment.objects.live().filter(instrument__partnership=of.uri, slug=slug)
    ).order_by("-instrument__agreed", "-instrument__signed_on", "uri")
    first = found.first()
    if first is None:
        raise NotFoundError(thing=_("commitment"), name=slug[:80])
    return first


def history_of(light: Commitment) -> Sequence[Commitment]:
    """Return the commitments *light* renews, newest first: the same promise in older texts."""
    found: list[Commitment] = []
    older = light.renews_id
    while older and all(older != seen.uri for seen in found):
        earlier = Commitment.objects.filter(uri=older).select_related("instrument").first()
        if earlier is None:
            break
        found.append(earlier)
        older = earlier.renews_id
    return found


def organisations(references: Iterable[str]) -> dict[str, Organisation]:
    """Return the directory's organisations by reference (slug or URI), in one query.

    A slug that several cities list resolves to the entry listed first; a reference the
    directory does not know is absent from the answer, and shown as it is written.
    """
    wanted = set(references)
    uris = {reference for reference in wanted if reference.startswith("jumelage:")}
    listed = Organisation.objects.filter(withdrawn_at=None).prefetch_related("changes")
    known = listed.filter(uri__in=uris) | listed.filter(slug__in=wanted - uris)
    found: dict[str, Organisation] = {}
    for organisation in known.order_by("recorded_at", "uri"):
        for reference in (organisation.uri, organisation.slug):
            if reference in wanted:
                found.setdefault(reference, organisation)
    return found


def cities_of(rows: Iterable[str]) -> dict[str, Node]:
    """Return the nodes of the origins in *rows*, by origin, in one query."""
    return Node.objects.in_bulk(set(rows))
