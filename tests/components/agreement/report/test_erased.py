"""What an erased evidence leaves behind in the agreement: neither its file nor a report's bytes."""

from pathlib import Path

from django.conf import settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import (
    Commitment,
    EvidenceFile,
    ReportContent,
    ReportSnapshot,
)
from jumelage.components.agreement.report.freeze import forget_erased, freeze_report
from jumelage.components.agreement.services.evidence import attach_document, state_evidence
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from tests.components.agreement.report.conftest import Agreed
from tests.components.agreement.test_evidence import _image


def _line(agreed: Agreed) -> Commitment:
    """Return a commitment in force."""
    return Commitment.objects.filter(instrument=agreed.instrument.uri).order_by("uri")[0]


def attached(agreed: Agreed, officer: Person, text: str) -> str:
    """Return the URI of evidence that rests on a picture."""
    evidence = attach_document(
        commitment=_line(agreed), content=_image("PNG"), file_name="a.png", text=Bilingual(en=text),
        on=clock.today(), by=officer,
    )  # fmt: skip
    return evidence.uri


def test_file_goes_with_the_last_evidence_that_rests_on_it(
    agreed: Agreed,
    officer: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, second = attached(agreed, officer, "One"), attached(agreed, officer, "Two")
    file = Path(settings.MEDIA_ROOT) / str(EvidenceFile.objects.get().file.name)
    with django_capture_on_commit_callbacks(execute=True):
        bridge.erase(uri=first, by="officer", ground="mistake")
    assert file.exists()

    with django_capture_on_commit_callbacks(execute=True):
        bridge.erase(uri=second, by="officer", ground="mistake")

    assert not file.exists()
    assert not EvidenceFile.objects.exists()


def test_frozen_bytes_go_when_they_repeat_what_was_erased(agreed: Agreed, officer: Person) -> None:
    evidence = state_evidence(
        commitment=_line(agreed), text=Bilingual(en="Somebody came"), on=clock.today(),
        by=officer,
    )  # fmt: skip
    freeze_report(partnership=agreed.partnership, year=clock.today().year, by=officer)
    later = state_evidence(
        commitment=_line(agreed), text=Bilingual(en="Later"), on=clock.today(), by=officer
    )
    bridge.erase(uri=later.uri, by="officer", ground="mistake")
    assert forget_erased() == 0

    bridge.erase(uri=evidence.uri, by="officer", ground="art-17")

    assert (forget_erased(), forget_erased()) == (1, 0)
    assert (ReportContent.objects.count(), ReportSnapshot.objects.count()) == (0, 1)
