"""Stating, attesting, correcting and withdrawing evidence; a convention opens the kinds."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfWriter

from jumelage.bridge.api import KindNotOpenedError
from jumelage.bridge.models import Entry
from jumelage.components.agreement.errors import (
    AlreadyWithdrawnError,
    DocumentRefusedError,
    DocumentTooLargeError,
    NotCountedError,
    NotOurRecordError,
    OwnEvidenceError,
    PeriodNotOverError,
    ReasonMissingError,
)
from jumelage.components.agreement.models import (
    Attestation,
    Commitment,
    Evidence,
    EvidenceFile,
    Indicator,
)
from jumelage.components.agreement.selectors.evidence import (
    evidence_of,
    figures,
    open_requests,
    timeline,
    waiting_here,
    waiting_there,
)
from jumelage.components.agreement.selectors.states import Activity, Verdict, states
from jumelage.components.agreement.services.attestation import (
    attest_waiting,
    confirm_evidence,
    dispute_evidence,
)
from jumelage.components.agreement.services.corrections import (
    answer_correction,
    request_correction,
)
from jumelage.components.agreement.services.evidence import (
    attach_document,
    count_evidence,
    state_evidence,
    withdraw_evidence,
)
from jumelage.components.agreement.services.files.checking import LARGEST_DOCUMENT
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.kit.errors import InvalidRecordError, NotAllowedError
from jumelage.kit.i18n import Bilingual
from tests.factories import directory
from tests.factories.agreement import Convention
from tests.factories.bridge import Peer

TEXT = Bilingual(fr="Séance tenue", en="Session held")
DAY = date(2026, 11, 1)


def _pdf() -> bytes:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def _image(form: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, form)
    return out.getvalue()


def test_statement_waits_for_the_other_city(convention: Convention, officer: Person) -> None:
    light = convention.light("rooms")

    evidence = state_evidence(commitment=light, text=TEXT, on=DAY, by=officer)

    assert list(waiting_there()) == [evidence]
    assert list(waiting_here()) == []
    assert states([light])[light.uri].activity == Activity.NOT_STARTED


def test_confirmation_by_the_other_city_lights_the_commitment(
    convention: Convention, officer: Person
) -> None:
    light = convention.light("rooms")
    evidence = state_evidence(commitment=light, text=TEXT, on=clock.today(), by=officer)

    convention.attest_there(evidence)

    assert states([light])[light.uri].activity == Activity.ACTIVE
    assert states([light])[light.uri].cities == set(convention.instrument.nodes)


def test_confirmation_of_ones_own_evidence_is_refused(
    convention: Convention, officer: Person
) -> None:
    evidence = state_evidence(commitment=convention.light("rooms"), text=TEXT, on=DAY, by=officer)

    with pytest.raises(OwnEvidenceError):
        confirm_evidence(evidence=evidence, by=officer)


def test_attestation_of_own_evidence_from_a_feed_counts_for_nothing(
    convention: Convention, officer: Person
) -> None:
    evidence = convention.state_there("rooms")

    convention.attest_there(evidence)

    assert Attestation.objects.count() == 0


def test_confirm_and_change_of_mind_are_one_record(convention: Convention, officer: Person) -> None:
    evidence = convention.state_there("rooms")

    confirm_evidence(evidence=evidence, by=officer)
    confirm_evidence(evidence=evidence, by=officer)
    dispute_evidence(evidence=evidence, reason=Bilingual(en="Not so"), by=officer)

    said = Attestation.objects.get()
    assert (said.verdict, said.reason, said.rev) == ("disputed", Bilingual(en="Not so"), 2)
    assert list(waiting_here()) == []


def test_dispute_needs_a_reason(convention: Convention, officer: Person) -> None:
    with pytest.raises(ReasonMissingError):
        dispute_evidence(evidence=convention.state_there("rooms"), reason=Bilingual(), by=officer)


def test_count_is_stated_once_and_corrected_when_it_changes(
    convention: Convention, officer: Person
) -> None:
    indicator = convention.counted()
    period = Period.month(2026, 10)

    first = count_evidence(indicator=indicator, period=period, by=officer)
    again = count_evidence(indicator=indicator, period=period, by=officer)

    assert first == again
    assert (first.value, first.date) == (Decimal(0), date(2026, 10, 31))
    assert first.source == "practices/practices-adopted"


def test_count_of_a_period_that_is_not_over_is_refused(
    convention: Convention, officer: Person
) -> None:
    with pytest.raises(PeriodNotOverError):
        count_evidence(
            indicator=convention.counted(), period=Period.year(clock.today().year), by=officer
        )


def test_count_needs_a_component(convention: Convention, officer: Person) -> None:
    indicator = Indicator.objects.filter(name="")[0]

    with pytest.raises(NotCountedError):
        count_evidence(indicator=indicator, period=Period.month(2026, 9), by=officer)


@pytest.mark.parametrize(("value", "confirmed"), [(0, 1), (3, 0)], ids=["equal", "unequal"])
def test_machine_confirms_equal_counts_and_leaves_unequal_ones_to_people(
    convention: Convention, value: int, confirmed: int
) -> None:
    evidence = convention.count_there(Decimal(value))

    assert attest_waiting() == confirmed
    assert attest_waiting() == 0
    assert list(waiting_here()) == ([] if confirmed else [evidence])


def test_correction_replaces_and_keeps(convention: Convention, officer: Person) -> None:
    light = convention.light("rooms")
    wrong = state_evidence(commitment=light, text=TEXT, on=DAY, by=officer)

    right = state_evidence(
        commitment=light, text=Bilingual(en="Moved"), on=DAY, corrects=wrong, by=officer
    )

    assert list(Evidence.objects.standing()) == [right]
    assert {item.evidence.uri: item.stands for item in timeline(evidence_of(light))} == {
        wrong.uri: False,
        right.uri: True,
    }


def test_correction_of_another_citys_evidence_is_refused(
    convention: Convention, officer: Person
) -> None:
    with pytest.raises(NotOurRecordError):
        state_evidence(
            commitment=convention.light("rooms"),
            text=TEXT,
            on=DAY,
            corrects=convention.state_there("rooms"),
            by=officer,
        )


def test_withdrawal_keeps_the_evidence_on_the_time_line(
    convention: Convention, officer: Person
) -> None:
    light = convention.light("rooms")
    evidence = state_evidence(commitment=light, text=TEXT, on=DAY, by=officer)

    withdraw_evidence(evidence=evidence, by=officer)

    assert [item.stands for item in timeline(evidence_of(light))] == [False]
    with pytest.raises(AlreadyWithdrawnError):
        withdraw_evidence(evidence=Evidence.objects.get(), by=officer)


def test_request_is_answered_by_the_owner_alone(
    convention: Convention, officer: Person, peer: Peer
) -> None:
    evidence = state_evidence(commitment=convention.light("rooms"), text=TEXT, on=DAY, by=officer)
    request = convention.ask_there(evidence, Bilingual(en="Wrong day"))
    assert list(open_requests()) == [request]

    answer_correction(request=request, accepted=False, text=Bilingual(en="It is right"), by=officer)

    assert list(open_requests()) == []
    item = timeline(evidence_of(convention.light("rooms")))[0]
    assert [answer.accepted for answer in item.requests[0].answers.all()] == [False]


def test_request_about_ones_own_record_is_refused(convention: Convention, officer: Person) -> None:
    evidence = state_evidence(commitment=convention.light("rooms"), text=TEXT, on=DAY, by=officer)

    with pytest.raises(InvalidRecordError):
        request_correction(about=evidence, text=Bilingual(en="Wrong"), by=officer)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (_pdf(), "application/pdf"),
        (_image("PNG"), "image/png"),
        (_image("JPEG"), "image/jpeg"),
    ],
    ids=["pdf", "png", "jpeg"],
)
def test_document_is_kept_here_and_known_there_by_its_hash(
    convention: Convention, officer: Person, content: bytes, media_type: str
) -> None:
    evidence = attach_document(
        commitment=convention.light("rooms"),
        content=content,
        file_name="Photo de Mme Unetelle.pdf",
        text=TEXT,
        on=DAY,
        by=officer,
    )

    assert evidence.document is not None
    kept = EvidenceFile.objects.get(sha256=evidence.document.sha256)
    with kept.file.open() as file:
        assert file.read() == content
    assert evidence.document.media_type == media_type
    assert bytes(Entry.objects.latest("pk").body or b"").count(b"Unetelle") == 0


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", DocumentRefusedError),
        (b"just words", DocumentRefusedError),
        (_pdf()[:-30], DocumentRefusedError),
        (b"%PDF-1.7 nothing %%EOF", DocumentRefusedError),
        (_image("PNG")[:-30], DocumentRefusedError),
        (_image("JPEG")[: len(_image("JPEG")) // 2], DocumentRefusedError),
        (_image("GIF"), DocumentRefusedError),
        (bytes(LARGEST_DOCUMENT + 1), DocumentTooLargeError),
    ],
    ids=["empty", "words", "cut pdf", "hollow pdf", "cut png", "cut jpeg", "gif", "too large"],
)
def test_document_that_is_broken_leaves_nothing(
    convention: Convention, officer: Person, content: bytes, error: type[Exception]
) -> None:
    before = Entry.objects.count()

    with pytest.raises(error):
        attach_document(
            commitment=convention.light("rooms"),
            content=content,
            file_name="x.pdf",
            text=TEXT,
            on=DAY,
            by=officer,
        )

    assert (Entry.objects.count(), EvidenceFile.objects.count()) == (before, 0)


def test_evidence_needs_an_annex(partnership: object, officer: Person) -> None:
    with pytest.raises(KindNotOpenedError):
        state_evidence(
            commitment=Commitment.objects.get(slug="2009.4"), text=TEXT, on=DAY, by=officer
        )


def test_owner_states_evidence_on_own_commitment_only(convention: Convention) -> None:
    mine, other = convention.light("rooms"), convention.light("network")
    owner = directory.person("commitment-owner", scope=mine.uri)

    assert state_evidence(commitment=mine, text=TEXT, on=DAY, by=owner).origin
    with pytest.raises(NotAllowedError):
        state_evidence(commitment=other, text=TEXT, on=DAY, by=owner)


def test_figures_add_cities_and_leave_out_what_is_disputed(
    convention: Convention, officer: Person
) -> None:
    light = convention.light("rooms")
    indicator = light.indicators.first()
    assert indicator is not None
    ours = state_evidence(
        commitment=light, text=TEXT, on=DAY, indicator=indicator, value=Decimal(4), by=officer
    )
    convention.attest_there(ours)
    theirs = convention.state_there("rooms", value=Decimal(3))
    bad = convention.state_there("rooms", value=Decimal(50))
    dispute_evidence(evidence=bad, reason=Bilingual(en="No"), by=officer)

    figure = figures([indicator], Period.year(2026))[0]

    assert (figure.confirmed, figure.stated, figure.target) == tuple(map(Decimal, (4, 7, 50)))
    assert figure.by_city == {ours.origin: 4, theirs.origin: 3}


def test_figures_without_evidence_are_missing_not_zero(convention: Convention) -> None:
    figure = figures([convention.counted()], Period.year(2026))[0]

    assert (figure.confirmed, figure.stated, figure.evidence) == (None, None, ())


def test_time_line_tells_the_verdicts(convention: Convention, officer: Person) -> None:
    light = convention.light("rooms")
    for _ in range(3):
        convention.state_there("rooms")
    first, second, _third = Evidence.objects.order_by("uri")
    confirm_evidence(evidence=first, by=officer)
    dispute_evidence(evidence=second, reason=Bilingual(en="No"), by=officer)

    assert sorted(item.verdict for item in timeline(evidence_of(light))) == [
        Verdict.CONFIRMED,
        Verdict.DISPUTED,
        Verdict.WAITING,
    ]
