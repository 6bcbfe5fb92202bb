"""Reports to look at: a made year, and the demonstration agreed over real feeds."""

from dataclasses import dataclass
from datetime import date

import pytest

from jumelage.bridge.feeds.receive import receive
from jumelage.bridge.models import Node
from jumelage.components.agreement.models import Instrument, Partnership
from jumelage.components.agreement.records import TextSigned
from jumelage.components.agreement.report.build import build_report
from jumelage.components.agreement.report.content import Report
from jumelage.components.agreement.services.demonstration import load_demonstration
from jumelage.directory.models import Person
from jumelage.kit.component import Record
from jumelage.kit.i18n import Bilingual
from tests.components.agreement.report.made_year import whole_year
from tests.factories.bridge import Peer

AS_OF = date(2026, 11, 22)


@pytest.fixture
def made(db: None) -> Partnership:
    """Return a partnership with a made year of records."""
    return whole_year()


@pytest.fixture
def made_report(made: Partnership) -> Report:
    """Return the report on the made year."""
    return build_report(2026, made, AS_OF)


@dataclass
class Agreed:
    """The demonstration in force, and the other city, whose words come over its feed."""

    partnership: Partnership
    instrument: Instrument
    peer: Peer

    def hear(self, *records: Record) -> None:
        """Receive *records* from the other city, signed and chained."""
        node = Node.objects.get(origin=self.peer.origin)
        receive(node, "public", self.peer.say(*records), self.peer.checkpoint())


@pytest.fixture
def agreed(officer: Person, peer: Peer) -> Agreed:
    """Return the demonstration as the first city states it, signed by both over the bridge."""
    load_demonstration(by=officer)
    instrument = Instrument.objects.get(invented=True)
    found = Agreed(instrument.partnership, instrument, peer)
    found.hear(
        TextSigned(
            uri=peer.uri(),
            instrument=instrument.uri,
            text_hash=instrument.text_hash,
            office=Bilingual(en="Office"),
            party=instrument.parties[1],
        )
    )
    load_demonstration(by=officer)
    instrument.refresh_from_db()
    return found
