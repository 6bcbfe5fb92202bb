"""Asking the city that owns a record to correct it, and answering."""

from django.db import transaction

from jumelage.bridge import api as bridge
from jumelage.components.agreement.errors import NotOurRecordError
from jumelage.components.agreement.models import CorrectionAnswer, CorrectionRequest, Evidence
from jumelage.components.agreement.records import CorrectionAnswered, CorrectionRequested
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri


@transaction.atomic
def request_correction(*, about: Evidence, text: Bilingual, by: Person) -> CorrectionRequest:
    """Ask the city that stated *about* to correct it, and say what is wrong.

    Raises:
        InvalidRecordError: the record is this city's own, or nothing is said.
    """
    ensure(by, "agreement.request-correction", about)
    record = CorrectionRequested(uri=bridge.new_uri(), about=about.uri, text=text)
    bridge.publish(record)
    return CorrectionRequest.objects.get(uri=record.uri)


@transaction.atomic
def answer_correction(
    *,
    request: CorrectionRequest,
    accepted: bool,
    text: Bilingual,
    by: Person,
    correction: Evidence | None = None,
) -> CorrectionAnswer:
    """Answer a request about this city's record; *correction* is the evidence that corrects.

    Raises:
        NotOurRecordError: the record in question belongs to another city.
    """
    about = Evidence.objects.filter(uri=request.about).first()
    ensure(by, "agreement.answer-correction", about or request.about)
    if Uri.parse(request.about).origin != bridge.me().origin:
        raise NotOurRecordError(city=bridge.node_of(request.about) or request.about)
    held = CorrectionAnswer.objects.live().filter(request=request, origin=bridge.me().origin)
    answer = held.first()
    record = CorrectionAnswered(
        uri=answer.uri if answer else bridge.new_uri(),
        request=request.uri,
        about=request.about,
        accepted=accepted,
        text=text,
        correction=correction.uri if correction else "",
    )
    bridge.publish(record)
    return CorrectionAnswer.objects.get(uri=record.uri)
