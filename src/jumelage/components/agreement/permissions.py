"""Who may do what with an agreement."""

from jumelage.directory.policy import (
    Verbs,
    coordinates,
    everyone,
    is_administrator,
    is_member,
    is_observer,
    is_officer,
    owns_commitment,
)

_answers = owns_commitment | coordinates | is_officer

verbs: Verbs = {
    "agreement.read": everyone,
    "agreement.see-work": is_member | is_observer,
    "agreement.import-agreement": is_officer | is_administrator,
    "agreement.export-agreement": everyone,
    "agreement.name-owner": is_officer,
    "agreement.name-coordinator": is_officer,
    "agreement.set-indicator": owns_commitment | is_officer,
    "agreement.state-evidence": _answers,
    "agreement.correct-evidence": _answers,
    "agreement.withdraw-evidence": owns_commitment | is_officer,
    "agreement.attest-evidence": owns_commitment | is_officer,
    "agreement.read-document": _answers,
    "agreement.request-correction": _answers,
    "agreement.answer-correction": owns_commitment | is_officer,
    "agreement.draft-renewal": is_officer,
    "agreement.propose-instrument": is_officer,
    "agreement.sign-text": is_officer,
    "agreement.withdraw-signature": is_officer,
    "agreement.call-meeting": is_officer,
    "agreement.record-meeting": is_officer,
    "agreement.freeze-report": is_officer,
    "agreement.add-erratum": is_officer,
    "agreement.load-demonstration": is_officer | is_administrator,
}
