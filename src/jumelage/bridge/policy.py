"""What may cross: kinds opened by an article of an agreement in force, fields by allow-list."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from jumelage.bridge.models import Opening
from jumelage.kit import clock
from jumelage.kit.component import Record


def audience_class(audience: str) -> str:
    """Return `public`, `network` or `twin` for an audience such as `twin:<origin>`."""
    return audience.partition(":")[0]


def allowed_fields(record: type[Record], audience: str) -> frozenset[str]:
    """Return the fields of *record* that may cross to *audience*; empty when closed."""
    return record.audiences.get(audience_class(audience), frozenset())


def is_open(record: type[Record], audience: str) -> bool:
    """Tell whether *record* may cross to *audience* now.

    A kind opened to an audience class (`twin`) is open to each of its members.
    """
    if not allowed_fields(record, audience):
        return False
    if record.opened_by_pairing:
        return True
    names = {audience, audience_class(audience)}
    return _in_force().filter(kind=record.kind, audience__in=names).exists()


def _in_force() -> QuerySet[Opening]:
    at = clock.now()
    return Opening.objects.filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))


def openings() -> Sequence[Opening]:
    """Return the openings in force, by kind and audience."""
    return list(_in_force().order_by("kind", "audience"))


def open_kind(*, kind: str, audience: str, article: str, instrument: str) -> Opening:
    """Open *kind* to *audience*, as *article* of *instrument* (a record URI) allows."""
    opening, _ = Opening.objects.update_or_create(
        kind=kind,
        audience=audience,
        instrument=instrument,
        defaults={"article": article, "since": clock.now(), "until": None},
    )
    return opening


def close_instrument(instrument: str) -> None:
    """End every opening that rests on *instrument*."""
    Opening.objects.filter(instrument=instrument, until=None).update(until=clock.now())
