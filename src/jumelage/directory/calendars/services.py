"""Keep, confirm and give back times of this city's own resources.

A component decides who may, then asks here. `hold` takes one slot for each quarter of an hour,
and the database allows no slot twice: whoever comes second is refused, on both databases, from
however many processes. Take slots before publishing in a transaction: the feed is locked last.
"""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction

from jumelage.bridge.api import me, new_uri, publish, publish_all, withdraw
from jumelage.directory.calendars.errors import OverlapError, WrongTimeError
from jumelage.directory.calendars.local_times import in_words
from jumelage.directory.calendars.models import Reservation, Resource, Slot
from jumelage.directory.calendars.records import BusyStated, ResourceListed
from jumelage.directory.calendars.times import Span, is_bookable

HELD, CONFIRMED = Reservation.State.HELD, Reservation.State.CONFIRMED


def list_resource(record: ResourceListed) -> Resource:
    """Publish *record*; return the resource."""
    publish(record)
    return Resource.objects.get(uri=record.uri)


def unlist_resource(resource: Resource) -> None:
    """Withdraw *resource*; what was booked stays booked."""
    withdraw(resource.uri)


def hold(
    *,
    resource: Resource,
    span: Span,
    for_uri: str,
    state: Reservation.State = HELD,
    source: str = "",
) -> Reservation:
    """Keep *span* of *resource*, one of this city's own, for *for_uri*.

    Asking again for the same use returns what is kept already. Nothing is published: see
    `tell_busy`.

    Raises:
        OverlapError: somebody has a quarter of it.
        WrongTimeError: it is not made of whole quarters of an hour, or is too long.
    """
    if not is_bookable(span.start, span.end):
        raise WrongTimeError(reason=in_words(span, resource.zone))
    kept = Reservation.objects.filter(resource=resource, for_uri=for_uri).first()
    if kept is not None:
        if (kept.starts_at, kept.ends_at) != (span.start, span.end):
            raise OverlapError(name=str(resource), when=in_words(span, resource.zone))
        return kept
    try:
        with transaction.atomic():
            return _take(resource, span, for_uri, state, source)
    except IntegrityError as error:
        raise OverlapError(name=str(resource), when=in_words(span, resource.zone)) from error


def _take(
    resource: Resource, span: Span, for_uri: str, state: Reservation.State, source: str
) -> Reservation:
    made = Reservation.objects.create(
        resource=resource,
        starts_at=span.start,
        ends_at=span.end,
        for_uri=for_uri,
        state=state,
        source=source,
    )
    Slot.objects.bulk_create(
        Slot(resource=resource, starts_at=quarter, reservation=made) for quarter in span.quarters()
    )
    return made


def tell_busy(reservations: Sequence[Reservation]) -> None:
    """Tell the other cities that the resources are taken; those told already are left out."""
    untold = [each for each in reservations if not each.busy]
    for each in untold:
        each.busy = new_uri()
    publish_all(
        [
            BusyStated(
                uri=each.busy, resource=each.resource_id, start=each.starts_at, end=each.ends_at
            )
            for each in untold
        ],
        audience="network",
    )
    Reservation.objects.bulk_update(untold, ["busy"])


def confirm(*, for_uri: str) -> int:
    """Make what is held for *for_uri* firm; return how many reservations were."""
    return Reservation.objects.filter(for_uri=for_uri, state=HELD).update(state=CONFIRMED)


def free(*, for_uris: Iterable[str]) -> Sequence[str]:
    """Give back what is kept for *for_uris*; return what `tell_free` has to be told."""
    kept = Reservation.objects.filter(for_uri__in=list(for_uris))
    told = [busy for busy in kept.values_list("busy", flat=True) if busy]
    kept.delete()
    return told


def tell_free(told: Iterable[str]) -> None:
    """Tell the other cities that it is free again; *told* is what `free` returned."""
    for busy in told:
        withdraw(busy, audience="network")


def release(*, for_uri: str) -> None:
    """Give back what is kept for *for_uri*, and tell the other cities."""
    tell_free(free(for_uris=[for_uri]))


def is_own(resource: Resource) -> bool:
    """Tell whether this city lists *resource*, and still does."""
    return resource.origin == me().origin and resource.withdrawn_at is None
