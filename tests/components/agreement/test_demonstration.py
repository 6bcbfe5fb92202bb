"""The demonstration convention, from the first node's side."""

from jumelage.bridge.models import Entry
from jumelage.components.agreement.models import Commitment, Evidence, Instrument
from jumelage.components.agreement.records import TextSigned
from jumelage.components.agreement.selectors.partnerships import living_commitments
from jumelage.components.agreement.selectors.states import states, tally
from jumelage.components.agreement.services.demonstration import Step, load_demonstration
from jumelage.directory.models import Organisation, Person
from jumelage.kit import clock
from jumelage.kit.component import Provenance
from jumelage.kit.i18n import Bilingual
from tests.factories.bridge import Peer


def _sign_there(peer: Peer) -> None:
    convention = Instrument.objects.get(invented=True)
    signed = TextSigned(
        uri=peer.uri(),
        instrument=convention.uri,
        text_hash=convention.text_hash,
        office=Bilingual(en="Office"),
        party=convention.parties[1],
    )
    signed.apply(Provenance(origin=peer.origin, feed="public", seq=1, rev=1, time=clock.now()))


def test_demonstration_waits_for_a_paired_city(officer: Person) -> None:
    assert load_demonstration(by=officer) == Step.WAIT_FOR_PAIRING
    assert Instrument.objects.live().count() == 3


def test_demonstration_waits_for_the_other_signature(officer: Person, peer: Peer) -> None:
    assert load_demonstration(by=officer) == Step.WAIT_FOR_SIGNATURE
    assert Evidence.objects.count() == 0
    assert living_commitments().filter(slug="2009.4").count() == 1


def test_demonstration_fills_its_part_once_both_signed(officer: Person, peer: Peer) -> None:
    load_demonstration(by=officer)
    _sign_there(peer)

    assert load_demonstration(by=officer) == Step.WAIT_FOR_EVIDENCE
    counted = tally(states(living_commitments()))
    assert (counted.total, counted.orphans, counted.unmeasured) == (17, 3, 0)
    assert counted.waiting == 11

    before = Entry.objects.count()
    load_demonstration(by=officer)
    assert list(Entry.objects.all()[before:].values_list("kind", "uri", "rev")) == []


def test_demonstration_names_no_real_organisation(officer: Person, peer: Peer) -> None:
    load_demonstration(by=officer)
    convention = Instrument.objects.get(invented=True)
    real = Organisation.objects.filter(historical=True).exclude(kind="city")
    names = set(real.values_list("name", flat=True)) | set(real.values_list("slug", flat=True))

    texts = " ".join(
        f"{c.text.fr} {c.text.en} {' '.join(c.owners)} {' '.join(c.partners)}"
        for c in Commitment.objects.filter(instrument=convention)
    )
    assert {name for name in names if name in texts} == set()
    assert {name for name in names if name in convention.parties} == set()
