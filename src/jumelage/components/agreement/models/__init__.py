"""The tables of the agreement: projections of records, and a few local rows."""

from jumelage.components.agreement.models.commitments import (
    Commitment,
    CommitmentOwner,
    Coordinator,
    Indicator,
)
from jumelage.components.agreement.models.evidence import (
    Attestation,
    CorrectionAnswer,
    CorrectionRequest,
    Evidence,
    EvidenceFile,
)
from jumelage.components.agreement.models.instruments import (
    Instrument,
    Partnership,
    TextSignature,
)
from jumelage.components.agreement.models.meetings import Meeting
from jumelage.components.agreement.models.renewal import Notice, RenewalDraft, RenewalLine
from jumelage.components.agreement.models.reports import ReportContent, ReportSnapshot

__all__ = (
    "Attestation",
    "Commitment",
    "CommitmentOwner",
    "Coordinator",
    "CorrectionAnswer",
    "CorrectionRequest",
    "Evidence",
    "EvidenceFile",
    "Indicator",
    "Instrument",
    "Meeting",
    "Notice",
    "Partnership",
    "RenewalDraft",
    "RenewalLine",
    "ReportContent",
    "ReportSnapshot",
    "TextSignature",
)
