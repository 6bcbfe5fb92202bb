"""A node with one of everything: ours, ours but of others, the other city's, withdrawn."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import TypeVar

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from jumelage.bridge.api import me, new_uri, open_kind, publish
from jumelage.bridge.identity.pairing import services as pairing
from jumelage.bridge.models import Delivery, Entry, FreightLimit, Node, Pairing, Refusal
from jumelage.components.agreement.models import (
    Commitment,
    CorrectionRequest,
    Evidence,
    Indicator,
    Instrument,
    Meeting,
    ReportSnapshot,
)
from jumelage.components.agreement.models.values import WorkItem
from jumelage.components.agreement.records import MeetingHeld
from jumelage.components.agreement.services.demonstration import load_demonstration
from jumelage.components.agreement.services.evidence import attach_document
from jumelage.components.agreement.services.renewals import draft_renewal
from jumelage.components.practices.models import Adoption, Practice
from jumelage.components.practices.records import PracticeAdopted, PracticeShared
from jumelage.directory.models import Grant, Organisation, OrganisationChange, Person
from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow
from jumelage.kit.uris import Uri
from tests.factories import directory, practices
from tests.factories.agreement import Convention
from tests.factories.bridge import Peer

Row = TypeVar("Row", bound=SharedRow)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWN, ELSEWHERE, FOREIGN, WITHDRAWN, MISSING = "own", "elsewhere", "foreign", "withdrawn", "missing"
"""Ours, of those who are asked; ours, of others; the other city's; taken back; nothing."""
ALL_STATES = (OWN, ELSEWHERE, FOREIGN, WITHDRAWN, MISSING)
Words = Mapping[str, str]
"""What to write in an address to name each."""

PERSON_CANARY = "Canari Personne"
MAIL_CANARY = "canari.personne@node.example"
DRAFT_CANARY = "canari-brouillon"
RENEWAL_CANARY = "canari-projet"
REFUSAL_CANARY = "canari-refus"
FILE_CANARY = "canari-contenu"
FILE_NAME_CANARY = "canari-nom.png"


@dataclass
class World:
    """What addresses can name, by kind and state; who has the roles of single things."""

    peer: Peer
    words: dict[str, Words] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)
    """The record a scoped role is for."""
    foreign_rows: object = None
    """What the other city said, before anybody asks for anything."""

    def copies(self, row: Row, name: str = "") -> dict[str, Row]:
        """Store a copy of *row* as the other city's and one that was withdrawn.

        *name* is the field that addresses use, when it is not the URI.
        """
        made: dict[str, Row] = {}
        for state, uri in ((FOREIGN, self.peer.uri()), (WITHDRAWN, new_uri())):
            twin = copy.copy(row)
            twin.uri, twin.origin = uri, Uri.parse(uri).origin
            twin.withdrawn_at = clock.now() if state == WITHDRAWN else None
            if name:
                setattr(twin, name, f"{getattr(row, name)}9{len(made)}")
            twin.save(force_insert=True)
            made[state] = twin
        return made

    def name(self, kind: str, field_name: str, **rows: object) -> None:
        """Remember how addresses name *rows* (by state); the missing one is made up."""
        named = {state: str(getattr(row, field_name)) for state, row in rows.items()}
        self.words[kind] = {**named, MISSING: _nothing_like(named[OWN])}


def _nothing_like(word: str) -> str:
    """Return a word of the same form that names nothing."""
    if word.startswith("jumelage:"):
        return str(Uri(Uri.parse(word).origin, "7" * 26))
    return "987654" if word.isdigit() else "nobody"


def picture(secret: str) -> bytes:
    """Return a small PNG that says *secret*."""
    told, content = PngInfo(), BytesIO()
    told.add_text("Comment", secret)
    Image.new("RGB", (2, 2)).save(content, "PNG", pnginfo=told)
    return content.getvalue()


def build(peer: Peer) -> World:
    """Fill this node; the clock should stand at `NOON`."""
    world = World(peer)
    officer = directory.person("officer", name="Officer Zero")
    _people(world)
    _organisations(world)
    _agreement(world, officer)
    _practices(world)
    _bridge(world)
    return world


def _people(world: World) -> None:
    somebody = directory.person("officer", name=PERSON_CANARY)
    somebody.user.email = MAIL_CANARY
    somebody.user.save()
    world.name("person", "pk", own=somebody)
    held = Grant.objects.create(person=somebody, role=Grant.Role.OBSERVER, since=NOON)
    ended = Grant.objects.create(
        person=somebody,
        role=Grant.Role.MEMBER,
        since=NOON - timedelta(days=9),
        until=NOON - timedelta(days=1),
    )
    world.name("grant", "pk", own=held, withdrawn=ended)


def _organisations(world: World) -> None:
    ours = directory.organisation(name="Atelier Une (fictif)")
    other = directory.organisation(name="Atelier Deux (fictif)")
    world.scopes[Grant.Role.EDITOR] = ours.uri
    world.name("organisation", "slug", own=ours, elsewhere=other, **world.copies(ours, "slug"))
    change = _change(ours)
    world.name("change", "number", own=change, elsewhere=_change(other))


def _change(of: Organisation) -> OrganisationChange:
    record = directory.changed(of.uri, OrganisationChange.Kind.MOVED, "2026-03")
    publish(record)
    return OrganisationChange.objects.get(uri=record.uri)


def _agreement(world: World, officer: Person) -> None:
    load_demonstration(by=officer)
    agreed = Convention(Instrument.objects.get(invented=True), world.peer)
    agreed.sign_there()
    partnership = agreed.instrument.partnership
    world.name("partnership", "slug", own=partnership, **world.copies(partnership, "slug"))
    history = Instrument.objects.exclude(uri=agreed.instrument.uri).order_by("slug")[0]
    texts = world.copies(agreed.instrument, "slug")
    world.name("text", "slug", own=agreed.instrument, elsewhere=history, **texts)
    light, other = agreed.light("rooms"), agreed.light("practices")
    for role in (Grant.Role.OWNER, Grant.Role.DEPUTY, Grant.Role.COORDINATOR):
        world.scopes[role] = light.uri
    world.name("commitment", "slug", own=light, elsewhere=other, **world.copies(light, "slug"))
    indicator = Indicator.objects.filter(commitment=light).order_by("position")[0]
    of_others = Indicator.objects.filter(commitment=other).order_by("position")[0]
    copies = world.copies(indicator)
    world.name("indicator", "uri", own=indicator, elsewhere=of_others, **copies)
    _evidence(world, officer, light, other)
    _meetings(world, agreed.instrument)
    _renewal(world, officer, agreed.instrument)


def _evidence(world: World, officer: Person, light: Commitment, other: Commitment) -> None:
    ours, of_others = (
        attach_document(
            commitment=commitment,
            content=picture(FILE_CANARY),
            file_name=FILE_NAME_CANARY,
            text=Bilingual(en="Held"),
            on=date(2026, 3, 2),
            by=officer,
        )
        for commitment in (light, other)
    )
    copies = world.copies(ours)
    world.name("evidence", "uri", own=ours, elsewhere=of_others, **copies)
    asked = [_request(world, evidence) for evidence in (ours, of_others, copies[FOREIGN])]
    states = dict(zip((OWN, ELSEWHERE, FOREIGN), asked, strict=True))
    states[WITHDRAWN] = world.copies(asked[0])[WITHDRAWN]
    world.name("request", "uri", **states)


def _request(world: World, about: Evidence) -> CorrectionRequest:
    ours = about.origin == me().origin
    uri = world.peer.uri() if ours else new_uri()
    return CorrectionRequest.objects.create(
        uri=uri,
        origin=Uri.parse(uri).origin,
        recorded_at=clock.now(),
        about=about.uri,
        text=Bilingual(en="Please look again"),
    )


def _meetings(world: World, text: Instrument) -> None:
    record = MeetingHeld(
        uri=new_uri(),
        partnership=text.partnership_id,
        title=Bilingual(en="Joint meeting"),
        starts_local="2026-05-04T09:00",
        time_zone="Europe/Paris",
        minutes_long=60,
        place=Bilingual(en="Town hall"),
        work=(WorkItem(text=Bilingual(en="Send the plan"), role=Bilingual(en="Mayor")),),
    )
    publish(record)
    meeting = Meeting.objects.get(uri=record.uri)
    world.name("meeting", "uri", own=meeting, **world.copies(meeting))
    frozen = ReportSnapshot.objects.create(
        uri=new_uri(),
        origin=me().origin,
        recorded_at=clock.now(),
        partnership=text.partnership,
        year=2025,
        sha256="0" * 64,
        as_of=date(2025, 12, 31),
    )
    world.name("report", "uri", own=frozen, **world.copies(frozen))


def _renewal(world: World, officer: Person, text: Instrument) -> None:
    draft = draft_renewal(
        partnership=text.partnership,
        slug=RENEWAL_CANARY,
        title=Bilingual(en=RENEWAL_CANARY),
        starts=FuzzyDate("2030-01-01"),
        ends=FuzzyDate("2032-12-31"),
        by=officer,
    )
    world.name("renewal", "pk", own=draft)
    world.name("line", "position", own=draft.lines.all()[0])


def _practices(world: World) -> None:
    for kind in practices.KINDS:
        open_kind(kind=kind, audience="public", article="annex", instrument="test")
    mine, other = _practice(world.scopes[Grant.Role.EDITOR]), _practice("")
    sheets = world.copies(mine)
    world.name("practice", "uri", own=mine, elsewhere=other, **sheets)
    taken = _adoption(sheets[FOREIGN], world.scopes[Grant.Role.EDITOR])
    taken_by_others = _adoption(sheets[FOREIGN], "")
    copies = world.copies(taken)
    world.name("adoption", "uri", own=taken, elsewhere=taken_by_others, **copies)


def _practice(organisation: str) -> Practice:
    text = Bilingual(en="Words about it")
    texts = dict.fromkeys(("title", "problem", "action", "result", "contact_role"), text)
    record = PracticeShared(
        uri=new_uri(), **texts, organisation=organisation or None, shared_on=NOON.date()
    )
    publish(record)
    return Practice.objects.get(uri=record.uri)


def _adoption(of: Practice, organisation: str) -> Adoption:
    record = PracticeAdopted(
        uri=new_uri(),
        practice=of.uri,
        plan=Bilingual(en="Two lines first"),
        organisation=organisation or None,
        adopted_on=NOON.date(),
    )
    publish(record)
    return Adoption.objects.get(uri=record.uri)


def drafts_of(world: World, person: Person | None) -> None:
    """Give *person* a draft of a practice, and somebody else another."""
    secret = Bilingual(en=DRAFT_CANARY)
    other = practices.draft(directory.person(), title=secret)
    own = practices.draft(person) if person else other
    world.name("draft", "pk", own=own, elsewhere=other)


def _bridge(world: World) -> None:
    invited = pairing.invite(by="officer")
    paired = Pairing.objects.exclude(pk=invited.pk)[0]
    world.name("pairing", "pk", own=invited, elsewhere=paired)
    world.name("entry", "pk", own=Entry.objects.filter(feed__node__is_self=True)[0])
    _freight(world)
    Refusal.objects.create(
        origin=world.peer.origin,
        reason="schema",
        facts={"method": "GET", "path": REFUSAL_CANARY},
        at=clock.now(),
    )


def _freight(world: World) -> None:
    """Make a delivery of each direction, and a limit."""
    told = {"title": "Shots", "created_at": NOON, "changed_at": NOON, "bytes": 9}
    peer = Node.objects.get(origin=world.peer.origin)
    sent = Delivery.objects.create(uri=new_uri(), peer=peer, direction="out", state="ready", **told)
    asked = Delivery.objects.create(
        uri=world.peer.uri(), peer=peer, direction="in", state="asking", **told
    )
    world.name("delivery", "slug", own=sent, elsewhere=asked)
    limit = FreightLimit.objects.create(rate=1000, set_by="machine:test", set_at=NOON)
    world.name("limit", "pk", own=limit)
