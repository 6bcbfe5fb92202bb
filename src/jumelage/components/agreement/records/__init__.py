"""What the agreement says on the bridge."""

from jumelage.components.agreement.records.commitments import (
    CoordinatorNamed,
    IndicatorSet,
    OwnerNamed,
)
from jumelage.components.agreement.records.evidence import (
    CorrectionAnswered,
    CorrectionRequested,
    EvidenceAttested,
    EvidenceStated,
)
from jumelage.components.agreement.records.instruments import (
    InstrumentProposed,
    InstrumentRecorded,
    InstrumentText,
    PartnershipRecorded,
    TextSigned,
)
from jumelage.components.agreement.records.meetings import MeetingCalled, MeetingHeld
from jumelage.components.agreement.records.reports import ReportFrozen

RECORDS = (
    PartnershipRecorded,
    InstrumentRecorded,
    InstrumentProposed,
    TextSigned,
    OwnerNamed,
    CoordinatorNamed,
    IndicatorSet,
    EvidenceStated,
    EvidenceAttested,
    CorrectionRequested,
    CorrectionAnswered,
    MeetingCalled,
    MeetingHeld,
    ReportFrozen,
)

__all__ = (
    "RECORDS",
    "CoordinatorNamed",
    "CorrectionAnswered",
    "CorrectionRequested",
    "EvidenceAttested",
    "EvidenceStated",
    "IndicatorSet",
    "InstrumentProposed",
    "InstrumentRecorded",
    "InstrumentText",
    "MeetingCalled",
    "MeetingHeld",
    "OwnerNamed",
    "PartnershipRecorded",
    "ReportFrozen",
    "TextSigned",
)
