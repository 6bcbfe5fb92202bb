"""Freezes the report: a signed hash of its data, checked by the other city on its own copy.

Theory of operation. Freezing writes the canonical bytes of the report, publishes their SHA-256
with the day it looks at and the checkpoints it rests on. The other city goes back to those
checkpoints in its own copy (the projections are applied again inside a transaction that is
rolled back), builds the report itself and compares. Equal: it publishes its own snapshot with
the same hash, which is its confirmation. The bytes never change; corrections are errata.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import Partnership, ReportContent, ReportSnapshot
from jumelage.components.agreement.models.values import Erratum, FeedPoint
from jumelage.components.agreement.records import ReportFrozen
from jumelage.components.agreement.report.build import build_report, last_day
from jumelage.components.agreement.report.canonical import canonical, read, sha256
from jumelage.components.agreement.report.content import Report
from jumelage.components.agreement.report.present import Seal
from jumelage.directory.models import Organisation, OrganisationChange, Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.component import record_types
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow

KINDS = ("agreement.", "directory.")
UNNAMED = frozenset(
    {
        "agreement.coordinator-named",
        "agreement.owner-named",
        "directory.organisation-changed",
        "directory.organisation-listed",
    }
)
"""Kinds whose words a report repeats without their identifier."""


class AlreadyFrozenError(JumelageError):
    """The report on {year} is already frozen here; it never changes. Add an erratum instead."""

    exit_code = 5
    http_status = 409


class NotReceivedError(JumelageError):
    """This city has not yet received {count} of the records the report rests on. Wait for the bridge and try again."""

    exit_code = 6
    http_status = 409


class DifferentReportError(JumelageError):
    """This city's own copy gives another report: {ours} here, {theirs} there. It cannot be confirmed; compare the data annexes."""

    exit_code = 7
    http_status = 409


@transaction.atomic
def freeze_report(*, partnership: Partnership, year: int, by: Person) -> ReportSnapshot:
    """Freeze the report on *year* as the records stand here now, and publish its hash.

    Raises:
        AlreadyFrozenError: this city froze it before.
        InvalidInputError: the year has not begun.
    """
    ensure(by, "agreement.freeze-report", partnership)
    _demand_unfrozen(partnership, year)
    if year > clock.today().year:
        raise InvalidInputError(reason=f"{year} has not begun")
    as_of = last_day(year)
    content = canonical(build_report(year, partnership, as_of))
    points = tuple(_point(p) for p in bridge.checkpoints(_origins(partnership)))
    return _publish(partnership, year, as_of, content, points)


@transaction.atomic
def confirm_report(*, snapshot: ReportSnapshot, by: Person) -> ReportSnapshot:
    """Check another city's frozen report on this city's own copy, and confirm it when equal.

    Raises:
        AlreadyFrozenError: this city froze or confirmed a report on that year before.
        NotReceivedError: records the report rests on are still on their way.
        DifferentReportError: this city's copy gives another report.
    """
    ensure(by, "agreement.freeze-report", snapshot.partnership)
    _demand_unfrozen(snapshot.partnership, snapshot.year)
    content = rebuilt(snapshot)
    if sha256(content) != snapshot.sha256:
        raise DifferentReportError(ours=sha256(content)[:12], theirs=snapshot.sha256[:12])
    return _publish(
        snapshot.partnership, snapshot.year, snapshot.as_of, content, snapshot.checkpoints
    )


def rebuilt(snapshot: ReportSnapshot) -> bytes:
    """Return the report's bytes as this city's own copy gives them at the checkpoints.

    Raises:
        NotReceivedError: records the report rests on are still on their way.
    """
    points = [bridge.Point(p.origin, p.feed, p.seq, p.head) for p in snapshot.checkpoints]
    if missing := bridge.lacks(points):
        raise NotReceivedError(count=missing)
    with transaction.atomic():
        if bridge.changed_since(points, KINDS):
            _go_back(points)
        content = canonical(build_report(snapshot.year, snapshot.partnership, snapshot.as_of))
        transaction.set_rollback(True)
    return content


@transaction.atomic
def add_erratum(*, snapshot: ReportSnapshot, text: Bilingual, by: Person) -> ReportSnapshot:
    """Add a correction to this city's frozen report; the report itself stays as it is."""
    ensure(by, "agreement.add-erratum", snapshot)
    if not text:
        raise InvalidInputError(reason="an erratum says what is wrong")
    errata = (*snapshot.errata, Erratum(at=clock.today(), text=text))
    bridge.publish(_record(snapshot, errata))
    return ReportSnapshot.objects.get(uri=snapshot.uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The report on a year as this node serves it: frozen bytes, or built from the record."""

    report: Report
    seal: Seal
    content: bytes
    snapshots: tuple[ReportSnapshot, ...]
    ours: ReportSnapshot | None


def held_report(partnership: Partnership, year: int) -> Held:
    """Return the frozen report on *year* if this city froze or confirmed it, else build it."""
    snapshots = tuple(
        ReportSnapshot.objects.live().filter(partnership=partnership.uri, year=year).order_by("uri")
    )
    ours = next((s for s in snapshots if s.origin == bridge.me().origin), None)
    kept = ReportContent.objects.filter(sha256=ours.sha256).first() if ours else None
    if ours and kept:
        content = bytes(kept.content)
        report = read(content)
        return Held(
            report=report, seal=_seal(report, ours, snapshots), content=content,
            snapshots=snapshots, ours=ours,
        )  # fmt: skip
    report = build_report(year, partnership)
    return Held(
        report=report, seal=Seal(), content=canonical(report), snapshots=snapshots, ours=ours
    )


def _seal(report: Report, ours: ReportSnapshot, snapshots: Sequence[ReportSnapshot]) -> Seal:
    """Return who froze exactly these bytes, and every erratum they added."""
    same = [s for s in snapshots if s.sha256 == ours.sha256]
    cities = {city.origin: city.slug for city in report.cities}
    return Seal(
        sha256=ours.sha256,
        frozen=tuple((cities.get(s.origin, s.origin), _frozen_on(s)) for s in same),
        heads=tuple(
            f"{cities.get(p.origin, p.origin)} · {p.feed} · {p.seq} · {p.head}"
            for p in ours.checkpoints
        ),
        errata=tuple((e.at, e.text) for s in same for e in s.errata),
    )


def _frozen_on(snapshot: ReportSnapshot) -> date:
    return snapshot.recorded_at.date()


def _demand_unfrozen(partnership: Partnership, year: int) -> None:
    own = ReportSnapshot.objects.live().filter(
        partnership=partnership.uri, year=year, origin=bridge.me().origin
    )
    if own.exists():
        raise AlreadyFrozenError(year=year)


def _origins(partnership: Partnership) -> list[str]:
    slugs = [city.slug for city in partnership.cities]
    return list(bridge.Node.objects.filter(slug__in=slugs).values_list("origin", flat=True))


def _point(point: bridge.Point) -> FeedPoint:
    return FeedPoint(origin=point.origin, feed=point.feed, seq=point.seq, head=point.head)


def _publish(
    partnership: Partnership,
    year: int,
    as_of: date,
    content: bytes,
    points: tuple[FeedPoint, ...],
) -> ReportSnapshot:
    ReportContent.objects.get_or_create(sha256=sha256(content), defaults={"content": content})
    record = ReportFrozen(
        uri=bridge.new_uri(),
        partnership=partnership.uri,
        year=year,
        as_of=as_of,
        sha256=sha256(content),
        checkpoints=points,
    )
    bridge.publish(record)
    return ReportSnapshot.objects.get(uri=record.uri)


def _record(snapshot: ReportSnapshot, errata: tuple[Erratum, ...]) -> ReportFrozen:
    return ReportFrozen(
        uri=snapshot.uri,
        partnership=snapshot.partnership_id,
        year=snapshot.year,
        as_of=snapshot.as_of,
        sha256=snapshot.sha256,
        checkpoints=snapshot.checkpoints,
        errata=errata,
    )


def _go_back(points: Sequence[bridge.Point]) -> None:
    """Make the tables what they were at *points*; only inside a transaction that is undone."""
    for model in apps.get_app_config("agreement").get_models():
        if issubclass(model, SharedRow):
            model.objects.all().delete()  # type: ignore[attr-defined]  # every shared table has one
    OrganisationChange.objects.all().delete()
    Organisation.objects.all().delete()
    types = record_types()
    for uri, kind, record, provenance in bridge.said_until(points, KINDS):
        if record is None:
            types[kind].withdraw(uri, provenance)
        else:
            record.apply(provenance)


def forget_erased() -> int:
    """Drop the stored bytes of reports that repeat an erased record; return how many.

    The hash and the errata stay: that there was such a report is still signed. Reports that do
    not say whose words they repeat go as well when such a record was erased.
    """
    erased = dict(bridge.erasures(state="uncleaned").values_list("uri", "kind"))
    if not erased:
        return 0
    every = not UNNAMED.isdisjoint(erased.values())
    gone = [
        row.pk
        for row in ReportContent.objects.iterator()
        if every or any(uri.encode() in bytes(row.content) for uri in erased)
    ]
    ReportContent.objects.filter(pk__in=gone).delete()
    return len(gone)
