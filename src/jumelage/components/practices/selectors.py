"""Questions asked about practices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Prefetch, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import get_language

from jumelage.components.practices.models import (
    TEXTS,
    Adoption,
    Comment,
    Draft,
    Practice,
    PracticeRows,
    Result,
)
from jumelage.directory.models import Grant, Organisation, OrganisationQuerySet, Person
from jumelage.kit.dates import Period
from jumelage.kit.i18n import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a reader of the list asks for."""

    text: str = ""
    origin: str = ""
    adopted: str = ""
    sort: str = "newest"


def practices(question: Question) -> PracticeRows:
    """Return the sheets that stand and answer *question*, with counts, in its order."""
    found = Practice.objects.live().with_counts().select_related("node", "organisation")
    if question.text:
        found = found.filter(_holding(question.text))
    if question.origin:
        found = found.of(question.origin)
    if question.adopted:
        adopted = Q(adoption_count__gt=0)
        found = found.filter(adopted if question.adopted == "yes" else ~adopted)
    return _sorted(found, question.sort)


def _holding(text: str) -> Q:
    words = Q()
    for name in TEXTS:
        for language in LANGUAGES:
            words |= Q(**{f"{name}__{language}__icontains": text})
    return words


def _sorted(found: PracticeRows, sort: str) -> PracticeRows:
    if sort == "adopted":
        return found.order_by(F("adoption_count").desc(), "-shared_on", "uri")
    if sort == "title":
        first, second = ("fr", "en") if get_language() == "fr" else ("en", "fr")
        title = Lower(Coalesce(KT(f"title__{first}"), KT(f"title__{second}")))
        return found.order_by(title, "uri")
    return found.order_by("-shared_on", "-recorded_at", "uri")


def practice_with_talk(uri: str) -> Practice | None:
    """Return the sheet *uri*, withdrawn or not, with its comments, adoptions and results."""
    said_by = ("node", "organisation")
    results = Result.objects.live().filter(origin=F("adoption__origin"))
    adoptions = (
        Adoption.objects.live()
        .select_related(*said_by)
        .prefetch_related(Prefetch("results", results.order_by("reported_on", "uri")))
    )
    comments = Comment.objects.live().select_related(*said_by)
    sheets = Practice.objects.filter(uri=uri).select_related(*said_by)
    return (
        sheets.prefetch_related(Prefetch("comments", comments.order_by("recorded_at", "uri")))
        .prefetch_related(Prefetch("adoptions", adoptions.order_by("adopted_on", "uri")))
        .first()
    )


def drafts_of(person: Person | None) -> Sequence[Draft]:
    """Return what *person* is writing, the latest first."""
    if person is None:
        return []
    return list(Draft.objects.filter(person=person).order_by("-changed_at"))


def voices_of(person: Person) -> OrganisationQuerySet:
    """Return the organisations *person* edits, by name."""
    edited = [scope for role, scope in person.roles if role == Grant.Role.EDITOR]
    return Organisation.objects.listed().filter(uri__in=edited).order_by("current_name")


def count_shared(period: Period, origin: str | None) -> Decimal:
    """Count the sheets shared in *period* that stand, by the date they carry."""
    days = {"shared_on__gte": period.start, "shared_on__lt": period.end}
    return Decimal(Practice.objects.live().of(origin).filter(**days).count())


def count_adopted(period: Period, origin: str | None) -> Decimal:
    """Count the adoptions made in *period* that stand, by the date they carry.

    An adoption counts for the city that adopts.
    """
    days = {"adopted_on__gte": period.start, "adopted_on__lt": period.end}
    return Decimal(Adoption.objects.live().of(origin).filter(**days).count())
