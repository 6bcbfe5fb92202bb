"""Makes practices the way their cities do: through records, or as drafts."""

from datetime import date

from jumelage.components.practices.models import TEXTS, Adoption, Comment, Draft, Practice, Result
from jumelage.components.practices.records import (
    PracticeAdopted,
    PracticeCommented,
    PracticeShared,
    ResultReported,
)
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.component import Provenance, Record
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id

KINDS = tuple(
    record.kind for record in (PracticeShared, PracticeCommented, PracticeAdopted, ResultReported)
)
DAY = date(2026, 3, 20)


def arrive(record: Record, rev: int = 1) -> None:
    """Apply *record* as if its city had just said it."""
    record.apply(Provenance(Uri.parse(record.uri).origin, "public", rev, rev, clock.now()))


def _uri(origin: str) -> str:
    return str(Uri(origin, new_id()))


def practice(origin: str, title: str = "Night buses on call", on: date = DAY) -> Practice:
    """Return a sheet of the node *origin*, in English only."""
    text = Bilingual(en="Words about it")
    record = PracticeShared(
        uri=_uri(origin),
        title=Bilingual(en=title),
        problem=text,
        action=text,
        result=text,
        contact_role=Bilingual(en="head of mobility"),
        shared_on=on,
    )
    arrive(record)
    return Practice.objects.get(uri=record.uri)


def comment(origin: str, about: Practice) -> Comment:
    """Return a comment of the node *origin*."""
    record = PracticeCommented(uri=_uri(origin), practice=about.uri, text=Bilingual(fr="Bien vu"))
    arrive(record)
    return Comment.objects.get(uri=record.uri)


def adoption(origin: str, of: Practice, on: date = DAY) -> Adoption:
    """Return an adoption by the node *origin*."""
    record = PracticeAdopted(
        uri=_uri(origin), practice=of.uri, plan=Bilingual(en="Two lines first"), adopted_on=on
    )
    arrive(record)
    return Adoption.objects.get(uri=record.uri)


def result(origin: str, of: Adoption) -> Result:
    """Return a result the node *origin* reports."""
    record = ResultReported(
        uri=_uri(origin),
        adoption=of.uri,
        outcome="works",
        text=Bilingual(en="Ridership doubled"),
        reported_on=DAY,
    )
    arrive(record)
    return Result.objects.get(uri=record.uri)


def draft(person: Person, **texts: Bilingual) -> Draft:
    """Return a finished draft of *person*; *texts* replace some of it."""
    filled = dict.fromkeys(TEXTS, Bilingual(fr="Texte", en="Text")) | texts
    stored = {name: text.as_dict() for name, text in filled.items()}
    return Draft.objects.create(person=person, **stored)
