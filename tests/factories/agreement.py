"""The packaged files, an agreed convention, and Hypothesis strategies for the records."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import jumelage.components.agreement
import jumelage.directory
from jumelage.components.agreement.models import (
    Commitment,
    CorrectionRequest,
    Evidence,
    Indicator,
    Instrument,
)
from jumelage.components.agreement.records import (
    CorrectionRequested,
    EvidenceAttested,
    EvidenceStated,
    TextSigned,
)
from jumelage.kit import clock
from jumelage.kit.component import Provenance, Record
from jumelage.kit.dates import Period
from jumelage.kit.i18n import Bilingual
from tests.factories.bridge import Peer

AGREEMENT = Path(jumelage.components.agreement.__path__[0]) / "data" / "paris-san-francisco.yaml"
ACTORS = Path(jumelage.directory.__path__[0]) / "data" / "actors.yaml"


@dataclass
class Convention:
    """The demonstration convention, agreed with *peer*, and what that city says."""

    instrument: Instrument
    peer: Peer
    seqs: "count[int]" = field(default_factory=lambda: count(1))

    def say(self, record: Record) -> None:
        """Apply a record of the other city, as its feed would."""
        seq = next(self.seqs)
        record.apply(
            Provenance(origin=self.peer.origin, feed="public", seq=seq, rev=1, time=clock.now())
        )

    def sign_there(self) -> None:
        """Let the other city sign the text as it is now."""
        self.instrument.refresh_from_db()
        self.say(
            TextSigned(
                uri=self.peer.uri(),
                instrument=self.instrument.uri,
                text_hash=self.instrument.text_hash,
                office=Bilingual(en="Office"),
                party=self.instrument.parties[1],
            )
        )
        self.instrument.refresh_from_db()

    def light(self, service: str) -> Commitment:
        """Return the first commitment that *service* fulfils."""
        lights = Commitment.objects.filter(instrument=self.instrument, service=service)
        return lights.order_by("position")[0]

    def counted(self) -> Indicator:
        """Return the indicator that the practices component counts."""
        return Indicator.objects.get(name="practices-adopted")

    def state_there(self, service: str, value: Decimal | None = None) -> Evidence:
        """Let the other city state something about the first commitment of *service*."""
        light = self.light(service)
        indicator = light.indicators.first() if value is not None else None
        record = EvidenceStated(
            uri=self.peer.uri(),
            commitment=light.uri,
            type="statement",
            date=date(2026, 11, 1),
            text=Bilingual(en="Held"),
            indicator=indicator.uri if indicator else None,
            value=value,
        )
        self.say(record)
        return Evidence.objects.get(uri=record.uri)

    def count_there(self, value: Decimal) -> Evidence:
        """Let the other city say that its component counted *value* in October 2026."""
        indicator, period = self.counted(), Period.month(2026, 10)
        record = EvidenceStated(
            uri=self.peer.uri(),
            commitment=indicator.commitment_id,
            type="automatic",
            date=period.last_day,
            text=indicator.label,
            indicator=indicator.uri,
            value=value,
            period=period,
        )
        self.say(record)
        return Evidence.objects.get(uri=record.uri)

    def attest_there(self, evidence: Evidence, verdict: str = "confirmed") -> None:
        """Let the other city confirm (or dispute) *evidence*."""
        self.say(
            EvidenceAttested(
                uri=self.peer.uri(),
                evidence=evidence.uri,
                verdict=verdict,
                at=clock.today(),
                reason=Bilingual(en="Not so") if verdict == "disputed" else None,
            )
        )

    def ask_there(self, evidence: Evidence, text: Bilingual) -> CorrectionRequest:
        """Let the other city ask for a correction of *evidence*."""
        record = CorrectionRequested(uri=self.peer.uri(), about=evidence.uri, text=text)
        self.say(record)
        return CorrectionRequest.objects.get(uri=record.uri)
