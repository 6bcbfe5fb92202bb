"""The copies of a record in this database: dropping them all, and knowing that none is left."""

from collections.abc import Collection

from django.apps import apps
from django.db.models import QuerySet

from jumelage.bridge.models import CutEntry, Entry, Refusal
from jumelage.kit.component import Provenance, record_types
from jumelage.kit.rows import SharedRow

TOLD = ("type", "uri", "kind", "feed", "seq")
"""What a refusal of an erased record still says; its reason may quote the content."""


def bodies(uris: Collection[str]) -> QuerySet[Entry]:
    """Return the entries of *uris* that still hold what the record said, in any feed."""
    return Entry.objects.filter(uri__in=uris, op="put", body__isnull=False)


def drop(uri: str, provenance: Provenance, kinds: Collection[str]) -> None:
    """Drop salt and body of every entry of *uris*, its rows, and what quotes it; headers stay.

    Rows go for every kind the record ever had, whatever *kinds* an entry claims. A kind this
    node does not know has no rows: its bytes are only in the entries.
    """
    put = Entry.objects.filter(uri=uri, op="put")
    for kind in {*kinds, *put.values_list("kind", flat=True)}:
        record_type = record_types().get(kind)
        if record_type is not None:
            record_type.erase(uri, provenance)
    put.exclude(state=Entry.State.REFUSED).update(salt=None, body=None, state=Entry.State.GONE)
    CutEntry.objects.filter(uri=uri).update(salt=None, body=None)
    for refusal in Refusal.objects.filter(facts__uri=uri):
        refusal.facts = {name: refusal.facts[name] for name in TOLD if name in refusal.facts}
        refusal.save(update_fields=["facts"])


def remaining(uris: Collection[str]) -> set[str]:
    """Return those of *uris* of which a body or a row is still here."""
    found = set(bodies(uris).values_list("uri", flat=True))
    cut = CutEntry.objects.filter(uri__in=uris, body__isnull=False)
    found |= set(cut.values_list("uri", flat=True))
    for model in apps.get_models():
        if issubclass(model, SharedRow):
            rows = model._default_manager.filter(uri__in=uris)
            found |= set(rows.values_list("uri", flat=True))
    return found
