"""Fills two paired nodes with the demonstration convention and about a year of activity.

Theory of operation. Everything goes through the ordinary services, so it is signed and
replicated like real activity; all of it is invented and says so, and no real organisation is
named. What one city may do depends on what the other has said, so the two functions are
called in turn, with the feeds replicated in between, until both return `Step.COMPLETE`:

| call | does | returns |
|---|---|---|
| `load_demonstration` on the first node | imports the history, proposes and signs | WAIT_FOR_SIGNATURE |
| `answer_demonstration` on the second | signs (the annex opens there), states its part | WAIT_FOR_EVIDENCE |
| `load_demonstration` on the first | the annex opens here; states its part, attests | COMPLETE |
| `answer_demonstration` on the second | attests | COMPLETE |

Each is idempotent: what is already there is left alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import (
    Attestation,
    Commitment,
    CommitmentOwner,
    Evidence,
    Instrument,
    Meeting,
    Partnership,
    RenewalDraft,
    RenewalLine,
)
from jumelage.components.agreement.models.values import (
    AnnexClause,
    Article,
    Attendance,
    IndicatorText,
    Target,
    WorkItem,
)
from jumelage.components.agreement.services.attestation import (
    attest_automatic,
    confirm_evidence,
    dispute_evidence,
)
from jumelage.components.agreement.services.documents import Document, read_agreement
from jumelage.components.agreement.services.evidence import count_evidence, state_evidence
from jumelage.components.agreement.services.imports import import_agreement
from jumelage.components.agreement.services.meetings import call_meeting, record_meeting
from jumelage.components.agreement.services.people import name_coordinator, name_owner
from jumelage.components.agreement.services.renewals import (
    draft_renewal,
    party_nodes,
    propose_draft,
    sign_text,
)
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import ensure
from jumelage.directory.services import import_actors, list_organisation
from jumelage.kit import clock
from jumelage.kit.component import indicators, record_types
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual

VERB = "agreement.load-demonstration"
SOURCE = "demonstration"
ANNEX_ARTICLE = "data-annex"


class Step(StrEnum):
    """What the demonstration waits for."""

    WAIT_FOR_PAIRING = "wait-for-pairing"
    WAIT_FOR_PROPOSAL = "wait-for-proposal"
    WAIT_FOR_SIGNATURE = "wait-for-signature"
    WAIT_FOR_EVIDENCE = "wait-for-evidence"
    COMPLETE = "complete"


@transaction.atomic
def load_history(*, by: Person) -> Partnership:
    """Import the packaged real organisations and agreements as read-only history."""
    import_actors(_file("jumelage.directory", "actors.yaml"), by=by)
    return import_agreement(_history(), by=by)


def load_demonstration(*, by: Person) -> Step:
    """Do what the first node can do now; see the module for the turns. *by*: an officer."""
    ensure(by, VERB)
    partnership = load_history(by=by)
    if len(_nodes(partnership)) < 2:  # two cities sign
        return Step.WAIT_FOR_PAIRING
    convention = _convention() or _propose(partnership, by)
    _sign(convention, by)
    return _go_on(convention, "first", by)


def answer_demonstration(*, by: Person) -> Step:
    """Do what the second node can do now; see the module for the turns. *by*: an officer."""
    ensure(by, VERB)
    convention = _convention()
    if convention is None:
        return Step.WAIT_FOR_PROPOSAL
    _sign(convention, by)
    return _go_on(convention, "second", by)


def _go_on(convention: Instrument, part: str, by: Person) -> Step:
    """Once both have signed: state this node's part, and attest the other's."""
    convention.refresh_from_db()
    if not convention.agreed:
        return Step.WAIT_FOR_SIGNATURE
    with transaction.atomic():
        _state_part(convention, part, by)
        attested = _attest_other(convention, "second" if part == "first" else "first", by)
    return Step.COMPLETE if attested else Step.WAIT_FOR_EVIDENCE


@cache
def _script() -> Document:
    return read_agreement(_file("jumelage.components.agreement", "demonstration.yaml"))


@cache
def _history() -> Document:
    return read_agreement(_file("jumelage.components.agreement", "paris-san-francisco.yaml"))


def _file(package: str, name: str) -> Path:
    return Path(str(files(package).joinpath("data", name)))


def _convention() -> Instrument | None:
    return Instrument.objects.live().filter(slug=_script()["convention"]["slug"]).first()


def _nodes(partnership: Partnership) -> tuple[str, ...]:
    """Return the nodes that sign: the partnership's, else every paired one."""
    of_cities = party_nodes(partnership)
    if len(of_cities) > 1:
        return of_cities
    return (bridge.me().origin, *(peer.origin for peer in bridge.peers()))


@transaction.atomic
def _propose(partnership: Partnership, by: Person) -> Instrument:
    told = _script()["convention"]
    draft = RenewalDraft.objects.filter(slug=told["slug"]).first() or draft_renewal(
        partnership=partnership,
        slug=told["slug"],
        title=Bilingual(**told["title"]),
        starts=FuzzyDate(told["from"]),
        ends=FuzzyDate(told["to"]),
        invented=True,
        by=by,
    )
    nodes = _nodes(partnership)
    known = bridge.Node.objects.in_bulk(nodes)
    draft.parties = tuple(_desk_slug(known[origin].slug) for origin in nodes)
    draft.supporters = ()
    draft.governance = Bilingual(**told["governance"])
    draft.reporting_duty = Bilingual(**told["reporting_duty"])
    annex = Article(slug=ANNEX_ARTICLE, title=Bilingual(**told["annex_article"]))
    draft.articles = (*(a for a in draft.articles if a.slug != ANNEX_ARTICLE), annex)
    draft.annex = tuple(
        AnnexClause(article=ANNEX_ARTICLE, kind=kind, audience="public")
        for kind, record in sorted(record_types().items())
        if not record.opened_by_pairing
    )
    draft.save()
    for line in draft.lines.all():
        _rewrite(line)
    _desk(by)
    return propose_draft(draft=draft, nodes=nodes, by=by)


def _rewrite(line: RenewalLine) -> None:
    """Give the line its short title, new words without real names, and its indicators."""
    older = Commitment.objects.get(uri=line.renews)
    told = _script()["commitments"][older.slug]
    line.title = Bilingual(**told["title"])
    line.owners, line.partners = (), ()
    if "reword" in told:
        line.choice, line.text = RenewalLine.Choice.REWORD, Bilingual(**told["reword"])
    if "deadline_days" in told:
        line.deadline = FuzzyDate(str(clock.today() - timedelta(days=told["deadline_days"])))
    line.indicators = tuple(_indicators(line.service))
    line.save()


def _indicators(service: str) -> Iterator[IndicatorText]:
    """Yield the project's suggestions for *service*, counted where a component counts them."""
    for told in _history()["suggested_indicators"]["by_service"].get(service, ()):
        counted = (service, told["id"]) in indicators()
        yield IndicatorText(
            uri="",
            slug=told["id"],
            unit=told["unit"],
            label=Bilingual(fr=told["fr"], en=told["en"]),
            service=service if counted else "",
            name=told["id"] if counted else "",
            reading="latest" if told["unit"] == "percent" else "sum",
            targets=tuple(_targets(told["id"])),
        )


def _targets(slug: str) -> Iterator[Target]:
    told = _script()["convention"]
    for year in range(int(told["from"]), int(told["to"]) + 1):
        value = Decimal(_script()["targets"][slug])
        yield Target(period=Period.year(year), value=value)


def _desk_slug(city: str) -> str:
    return f"bureau-demo-{city}"


def _desk(by: Person) -> Organisation:
    """Return this city's invented desk, listed on first use."""
    return _organisation("desk", _desk_slug(bridge.me().slug), "association", by)


def _organisation(name: str, slug: str, kind: str, by: Person) -> Organisation:
    me, told = bridge.me(), _script()[name]
    held = Organisation.objects.listed().filter(slug=slug).first()
    return held or list_organisation(
        name=told["name"].format(city=me.city.name.read("fr")[0]),
        slug=slug,
        kind=kind,
        city=me.slug,
        country=me.country,
        description=Bilingual(fr=told["fr"], en=told["en"]),
        fictional=True,
        by=by,
    )


def _sign(convention: Instrument, by: Person) -> None:
    sign_text(
        instrument=convention,
        text_hash=convention.text_hash,
        office=Bilingual(**_script()["office"]),
        party=_desk(by).slug,
        by=by,
    )


def _lights(convention: Instrument) -> Iterator[tuple[Commitment, Mapping[str, Any]]]:
    """Yield each commitment of the convention with what the script tells about it."""
    rows = Commitment.objects.live().filter(instrument=convention).select_related("renews")
    for row in rows.order_by("position"):
        if row.renews:
            yield row, _script()["commitments"][row.renews.slug]


def _days(told: Mapping[str, Any], part: str) -> Iterator[tuple[int, int]]:
    """Yield `(position, days ago)` of the facts *part* states; both cities state in turn."""
    for position, days in enumerate(told["days"]):
        turn = "first" if position % 2 == 0 else "second"
        if told["by"] in {part, "both"} and (told["by"] == part or turn == part):
            yield position, days


def _state_part(convention: Instrument, part: str, by: Person) -> None:
    mine = Evidence.objects.filter(origin=bridge.me().origin, source__startswith=SOURCE)
    done = set(mine.values_list("source", flat=True))
    for light, told in _lights(convention):
        _name_people(light, told, by)
        for position, days in _days(told, part):
            if _source(light, position) not in done:
                _state(light, told, position, clock.today() - timedelta(days=days), by)
        _count(light, by)
    if part == "first":
        _meet(convention, by)


def _source(light: Commitment, position: int) -> str:
    return f"{SOURCE} {light.slug}/{position}"


def _name_people(light: Commitment, told: Mapping[str, Any], by: Person) -> None:
    here = CommitmentOwner.objects.live().filter(origin=bridge.me().origin, commitment=light)
    if told.get("orphan") or here.exists():
        return
    name_owner(
        commitment=light,
        role=Bilingual(**_script()["owner_role"]),
        organisation=_desk(by),
        deputy_role=Bilingual(**_script()["deputy_role"]),
        by=by,
    )
    if told.get("coordinator"):
        slug = f"atelier-demo-{bridge.me().slug}"
        workshop = _organisation("coordinator", slug, "cluster", by)
        name_coordinator(commitment=light, organisation=workshop, by=by)


def _state(light: Commitment, told: Mapping[str, Any], position: int, on: date, by: Person) -> None:
    last = position == len(told["days"]) - 1
    completes = bool(told.get("completes")) and last
    what = light.title or light.text
    text = Bilingual(
        fr=_script()["statement"]["fr"].format(what=what.fr),
        en=_script()["statement"]["en"].format(what=what.en),
    )
    stated = light.indicators.filter(name="", withdrawn_at=None).order_by("position").first()
    measured = stated is not None and "value" in told
    state_evidence(
        commitment=light,
        text=Bilingual(**_script()["completion"]) if completes else text,
        on=on,
        indicator=stated if measured else None,
        value=Decimal(told["value"] + position * 7 % 3) if measured else None,
        source=_source(light, position),
        completes=completes,
        by=by,
    )


def _count(light: Commitment, by: Person) -> None:
    """Count the last whole month of the indicators a component counts."""
    first = clock.today().replace(day=1)
    before = first - timedelta(days=1)
    for indicator in light.indicators.exclude(name="").filter(withdrawn_at=None):
        count_evidence(indicator=indicator, period=Period.month(before.year, before.month), by=by)


def _attest_other(convention: Instrument, part: str, by: Person) -> bool:
    """Confirm or dispute what the other city stated, as told; False while some is missing."""
    me = bridge.me().origin
    others = Evidence.objects.standing().exclude(origin=me)
    complete = True
    said = set(Attestation.objects.filter(origin=me).values_list("evidence_id", flat=True))
    for light, told in _lights(convention):
        by_source = {row.source: row for row in others.filter(commitment=light)}
        for position, _ in _days(told, part):
            evidence = by_source.get(_source(light, position))
            complete = complete and evidence is not None
            if evidence and evidence.uri not in said:
                _attest(evidence, told, position, by)
        for row in by_source.values():
            attest_automatic(row)
    return complete


def _attest(evidence: Evidence, told: Mapping[str, Any], position: int, by: Person) -> None:
    if position in told.get("waiting", ()):
        return
    if position in told.get("disputed", ()):
        dispute_evidence(evidence=evidence, reason=Bilingual(**_script()["dispute"]), by=by)
    else:
        confirm_evidence(evidence=evidence, by=by)


def _meet(convention: Instrument, by: Person) -> None:
    """Hold a meeting two months ago and call the next one, unless there are some."""
    partnership = convention.partnership
    if Meeting.objects.live().filter(partnership=partnership).exists():
        return
    for days, title in ((-63, "Comité de suivi"), (28, "Comité de suivi")):
        day = clock.today() + timedelta(days=days)
        meeting = call_meeting(
            partnership=partnership,
            title=Bilingual(fr=f"{title} (démonstration)", en="Joint committee (demonstration)"),
            starts_local=datetime.combine(day, time(17, 30)),
            minutes_long=60,
            place=Bilingual(fr="Visioconférence des deux salles", en="Both rooms, by video"),
            agenda=(
                Bilingual(fr="État des engagements", en="State of the commitments"),
                Bilingual(fr="Preuves contestées", en="Disputed evidence"),
                Bilingual(fr="Rapport annuel", en="Annual report"),
            ),
            by=by,
        )
        if days < 0:
            _hold(meeting, by)


def _hold(meeting: Meeting, by: Person) -> None:
    cities = meeting.partnership.cities
    role = Bilingual(fr="Services de la ville", en="City departments")
    item = WorkItem(
        text=Bilingual(
            fr="Vérifier les dates des séances contestées",
            en="Check the dates of the disputed sessions",
        ),
        role=Bilingual(**_script()["owner_role"]),
        organisation=_desk_slug(bridge.me().slug),
        due=clock.today() - timedelta(days=5),
    )
    done = replace(
        item,
        text=Bilingual(fr="Fixer le calendrier des revues", en="Set the review calendar"),
        done=clock.today() - timedelta(days=40),
    )
    record_meeting(
        meeting=meeting,
        attendance=tuple(
            Attendance(city=city.slug, role=role, count=6 + at) for at, city in enumerate(cities)
        ),
        decisions=(
            Bilingual(
                fr="Tenir une revue commune chaque mois.", en="Hold a joint review every month."
            ),
        ),
        work=(item, done),
        minutes=Bilingual(
            fr="Compte rendu de démonstration : le comité passe en revue les engagements.",
            en="Demonstration minutes: the committee reviews the commitments.",
        ),
        by=by,
    )
