"""A record somebody asks to erase: what it says, where it was said, who may hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from jumelage.bridge.boundary.crossing import audience_in_words, says
from jumelage.bridge.boundary.local import AUDIT
from jumelage.bridge.erasing.holders import Answer, Holder, holders
from jumelage.bridge.erasing.services import UnknownRecordError, demand_own
from jumelage.bridge.models import Entry, Erasure
from jumelage.kit import clock
from jumelage.kit.component import record_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a person must see before they erase a record of this node."""

    uri: str
    kind: str
    says: str
    said_at: datetime
    versions: int
    fields: Mapping[str, Any]
    audiences: Sequence[str]
    holders: Sequence[Holder]
    erasure: Erasure | None


def subject(uri: str) -> Subject:
    """Return what this node published under *uri*, as its newest entry says it.

    Raises:
        InvalidInputError, ForeignRecordError, UnknownRecordError: there is no such record here.
    """
    demand_own(uri)
    own = Entry.objects.filter(uri=uri, op="put", feed__node__is_self=True)
    own = own.exclude(feed__name=AUDIT)
    newest = own.order_by("-rev", "-pk").first()
    if newest is None:
        raise UnknownRecordError(uri=uri)
    erasure = Erasure.objects.filter(uri=uri).first()
    names = sorted(set(own.values_list("feed__name", flat=True)))
    return Subject(
        uri=uri,
        kind=newest.kind,
        says=kind_in_words(newest.kind),
        said_at=newest.time,
        versions=own.values("rev").distinct().count(),
        fields=orjson.loads(bytes(newest.body)) if newest.body is not None else {},
        audiences=[audience_in_words(name) for name in names],
        holders=_holders(uri, erasure),
        erasure=erasure,
    )


def kind_in_words(kind: str) -> str:
    """Return what a record of *kind* says, in words; the kind itself when it is not known here."""
    record_type = record_types().get(kind)
    return says(record_type) if record_type else kind


def _holders(uri: str, erasure: Erasure | None) -> Sequence[Holder]:
    """Return who would have to answer if the record were erased now."""
    imagined = erasure or Erasure(uri=uri, erased_at=clock.now())
    found = holders([imagined]).get(uri, ())
    return [holder for holder in found if holder.answer != Answer.NOT_REACHED]
