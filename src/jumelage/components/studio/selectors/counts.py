"""Figures of the studio that any city can count again: of joint productions, by dates said."""

from datetime import UTC, datetime, time
from decimal import Decimal

from jumelage.components.studio.models import Annotation, Comment, Production, Version
from jumelage.kit.dates import Period


def _between(period: Period) -> dict[str, datetime]:
    """Return the condition that something was said in *period*, by its author's clock, UTC."""
    first = datetime.combine(period.start, time.min, UTC)
    end = datetime.combine(period.end, time.min, UTC)
    return {"created_at__gte": first, "created_at__lt": end}


def count_productions(period: Period, origin: str | None) -> Decimal:
    """Count the productions (of *origin*) for which both cities said something in *period*."""
    said: dict[str, set[str]] = {}
    for model in (Comment, Version):
        rows = model.objects.live().exclude(production__opened_to="")
        rows = rows.filter(production__withdrawn_at=None, **_between(period))
        for uri, by in rows.values_list("production_id", "origin").distinct():
            said.setdefault(uri, set()).add(by)
    joint = Production.objects.live().of(origin).filter(uri__in=list(said))
    return Decimal(sum(set(each.cities) <= said[each.uri] for each in joint))


def count_versions(period: Period, origin: str | None) -> Decimal:
    """Count the versions published in *period* for joint productions."""
    made = Version.objects.live().of(origin).exclude(production__opened_to="")
    joint = made.filter(production__withdrawn_at=None)
    return Decimal(joint.filter(**_between(period)).count())


def count_decisions(period: Period, origin: str | None) -> Decimal:
    """Count the approvals and retakes given in *period* in joint productions."""
    said = Comment.objects.live().of(origin).exclude(decision="").exclude(production__opened_to="")
    joint = said.filter(production__withdrawn_at=None)
    return Decimal(joint.filter(**_between(period)).count())


def count_notes(period: Period, origin: str | None) -> Decimal:
    """Count the comments and drawings of *period* in joint productions."""
    total = 0
    for model in (Comment, Annotation):
        said = model.objects.live().of(origin).exclude(production__opened_to="")
        joint = said.filter(production__withdrawn_at=None)
        total += joint.filter(**_between(period)).count()
    return Decimal(total)
