"""About a year of invented activity: evidence, attestations, a meeting held and one called."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import (
    Attestation,
    Commitment,
    CommitmentOwner,
    Evidence,
    Instrument,
    Meeting,
)
from jumelage.components.agreement.models.values import Attendance, WorkItem
from jumelage.components.agreement.services.attestation import (
    attest_automatic,
    confirm_evidence,
    dispute_evidence,
)
from jumelage.components.agreement.services.demonstration.script import (
    desk,
    desk_slug,
    invented,
    lights,
    script,
)
from jumelage.components.agreement.services.evidence import count_evidence, measured, state_evidence
from jumelage.components.agreement.services.meetings import call_meeting, record_meeting
from jumelage.components.agreement.services.people import name_coordinator, name_owner
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.kit.i18n import Bilingual

SOURCE = "demonstration"


def state_part(convention: Instrument, part: str, by: Person) -> None:
    """Name owners and state what *part* (`first` or `second`) is told; the rest is there."""
    mine = Evidence.objects.filter(origin=bridge.me().origin, source__startswith=SOURCE)
    done = set(mine.values_list("source", flat=True))
    for light, told in lights(convention):
        _name_people(light, told, by)
        for position, days in _days(told, part):
            if _source(light, position) not in done:
                _state(light, told, position, clock.today() - timedelta(days=days), by)
        _count(light, by)
    if part == "first":
        _meet(convention, by)


def _days(told: Mapping[str, Any], part: str) -> Iterator[tuple[int, int]]:
    """Yield `(position, days ago)` of the facts *part* states; both cities state in turn."""
    for position, days in enumerate(told["days"]):
        turn = "first" if position % 2 == 0 else "second"
        if told["by"] in {part, "both"} and (told["by"] == part or turn == part):
            yield position, days


def _source(light: Commitment, position: int) -> str:
    return f"{SOURCE} {light.slug}/{position}"


def _name_people(light: Commitment, told: Mapping[str, Any], by: Person) -> None:
    here = CommitmentOwner.objects.live().filter(origin=bridge.me().origin, commitment=light)
    if told.get("orphan") or here.exists():
        return
    name_owner(
        commitment=light,
        role=Bilingual(**script()["owner_role"]),
        organisation=desk(by),
        deputy_role=Bilingual(**script()["deputy_role"]),
        by=by,
    )
    if told.get("coordinator"):
        slug = f"atelier-demo-{bridge.me().slug}"
        workshop = invented("coordinator", slug, "cluster", by)
        name_coordinator(commitment=light, organisation=workshop, by=by)


def _state(light: Commitment, told: Mapping[str, Any], position: int, on: date, by: Person) -> None:
    last = position == len(told["days"]) - 1
    completes = bool(told.get("completes")) and last
    what = light.title or light.text
    text = Bilingual(
        fr=script()["statement"]["fr"].format(what=what.fr),
        en=script()["statement"]["en"].format(what=what.en),
    )
    stated = light.indicators.filter(name="", withdrawn_at=None).order_by("position").first()
    has_value = stated is not None and "value" in told
    state_evidence(
        commitment=light,
        text=Bilingual(**script()["completion"]) if completes else text,
        on=on,
        indicator=stated if has_value else None,
        value=Decimal(told["value"] + position * 7 % 3) if has_value else None,
        source=_source(light, position),
        completes=completes,
        by=by,
    )


def _count(light: Commitment, by: Person) -> None:
    """Count the last whole month of the indicators a component counts, where there is something.

    What a component is filled with afterwards is counted then (`node.demonstration`).
    """
    first = clock.today().replace(day=1)
    before = first - timedelta(days=1)
    month = Period.month(before.year, before.month)
    for indicator in light.indicators.exclude(name="").filter(withdrawn_at=None):
        if measured(indicator, month, bridge.me().origin):
            count_evidence(indicator=indicator, period=month, by=by)


def attest_other(convention: Instrument, part: str, by: Person) -> bool:
    """Confirm or dispute what the other city stated, as told; False while some is missing."""
    me = bridge.me().origin
    others = Evidence.objects.standing().exclude(origin=me)
    complete = True
    said = set(Attestation.objects.filter(origin=me).values_list("evidence_id", flat=True))
    for light, told in lights(convention):
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
        dispute_evidence(evidence=evidence, reason=Bilingual(**script()["dispute"]), by=by)
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
        role=Bilingual(**script()["owner_role"]),
        organisation=desk_slug(bridge.me().slug),
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
