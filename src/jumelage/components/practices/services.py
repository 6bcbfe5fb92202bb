"""What people do with practices: draft, share, comment, adopt, report, withdraw."""

import re
from collections.abc import Mapping
from typing import Literal

from django.db import transaction

from jumelage.bridge.api import me, new_uri, publish, withdraw
from jumelage.components.practices.errors import (
    AlreadyAdoptedError,
    ContactIsPersonError,
    EmptyTextError,
    NotYourVoiceError,
    UnfinishedSheetError,
)
from jumelage.components.practices.models import (
    TEXTS,
    Adoption,
    Comment,
    Draft,
    Outcome,
    Practice,
    Result,
    SaidRow,
)
from jumelage.components.practices.records import (
    PracticeAdopted,
    PracticeCommented,
    PracticeShared,
    ResultReported,
)
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import ensure, may
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual

_PERSONAL = re.compile(r"@|(?:\d[\s().-]*){7,}")
"""An e-mail address, or seven digits in a row as in a telephone number."""

_OUTCOMES: dict[Outcome, Literal["too-early", "works", "changed", "stopped"]] = {
    Outcome.TOO_EARLY: "too-early",
    Outcome.WORKS: "works",
    Outcome.CHANGED: "changed",
    Outcome.STOPPED: "stopped",
}


@transaction.atomic
def save_draft(
    *,
    texts: Mapping[str, Bilingual],
    organisation: Organisation | None,
    by: Person,
    draft: Draft | None = None,
) -> Draft:
    """Keep what *by* has written so far, finished or not; without *draft* begin a new one."""
    ensure(by, "practices.change-draft" if draft else "practices.write-draft", draft)
    draft = draft or Draft(person=by)
    for name in TEXTS:
        setattr(draft, name, texts.get(name, Bilingual()).as_dict())
    draft.organisation = organisation
    draft.changed_at = clock.now()
    draft.save()
    return draft


@transaction.atomic
def revise_practice(*, practice: Practice, by: Person) -> Draft:
    """Return a draft of *by* that holds the shared sheet; sharing it replaces the sheet."""
    ensure(by, "practices.revise-practice", practice)
    texts = {name: getattr(practice, name) for name in TEXTS}
    draft, _new = Draft.objects.get_or_create(
        person=by,
        revises=practice.uri,
        defaults={**texts, "organisation_id": practice.organisation_id},
    )
    return draft


@transaction.atomic
def discard_draft(*, draft: Draft, by: Person) -> None:
    """Throw *draft* away; what was shared before stays shared."""
    ensure(by, "practices.change-draft", draft)
    draft.delete()


@transaction.atomic
def share_practice(*, draft: Draft, by: Person) -> Practice:
    """Share the sheet in *draft* with every city and end the draft.

    Raises:
        UnfinishedSheetError: a text is missing in both languages.
        ContactIsPersonError: the contact holds an address or a number.
        NotYourVoiceError: *by* does not speak for the organisation.
    """
    ensure(by, "practices.change-draft", draft)
    _ensure_voice(by, draft.organisation)
    _check_sheet(draft)
    shared = Practice.objects.filter(uri=draft.revises).first()
    if shared:
        ensure(by, "practices.revise-practice", shared)
    record = PracticeShared(
        uri=shared.uri if shared else new_uri(),
        organisation=draft.organisation_id,
        shared_on=shared.shared_on if shared else clock.today(),
        **draft.texts,
    )
    publish(record)
    draft.delete()
    return Practice.objects.get(uri=record.uri)


@transaction.atomic
def comment_on_practice(*, practice: Practice, text: Bilingual, by: Person) -> Comment:
    """Say *text* about *practice*; the city and the organisation of *by* are shown, no name.

    Raises:
        EmptyTextError: nothing was written.
    """
    ensure(by, "practices.comment-on-practice", practice)
    record = PracticeCommented(
        uri=new_uri(),
        practice=practice.uri,
        text=_written(text),
        organisation=by.organisation_id,
    )
    publish(record)
    return Comment.objects.get(uri=record.uri)


@transaction.atomic
def adopt_practice(
    *, practice: Practice, plan: Bilingual, organisation: Organisation | None, by: Person
) -> Adoption:
    """Take *practice*, another city's, over in this city; the adoption is this city's record.

    Raises:
        AlreadyAdoptedError: the organisation has adopted it.
        NotYourVoiceError: *by* does not speak for the organisation.
    """
    ensure(by, "practices.adopt-practice", practice)
    _ensure_voice(by, organisation)
    here = Adoption.objects.live().of(me().origin)
    if here.filter(practice=practice, organisation=organisation).exists():
        raise AlreadyAdoptedError
    record = PracticeAdopted(
        uri=new_uri(),
        practice=practice.uri,
        plan=_written(plan),
        adopted_on=clock.today(),
        organisation=organisation.uri if organisation else None,
    )
    publish(record)
    return Adoption.objects.get(uri=record.uri)


@transaction.atomic
def report_result(*, adoption: Adoption, outcome: Outcome, text: Bilingual, by: Person) -> Result:
    """Tell what became of *adoption*; earlier reports stay.

    Raises:
        EmptyTextError: nothing was written.
    """
    ensure(by, "practices.report-result", adoption)
    record = ResultReported(
        uri=new_uri(),
        adoption=adoption.uri,
        outcome=_OUTCOMES[outcome],
        text=_written(text),
        reported_on=clock.today(),
    )
    publish(record)
    return Result.objects.get(uri=record.uri)


@transaction.atomic
def withdraw_row(*, row: SaidRow, by: Person) -> None:
    """Take back what this city said; the other cities mark it withdrawn too."""
    ensure(by, "practices.withdraw", row)
    withdraw(row.uri)


def _written(text: Bilingual) -> Bilingual:
    if not text:
        raise EmptyTextError
    return text


def _ensure_voice(by: Person, organisation: Organisation | None) -> None:
    if not may(by, "practices.speak-for", organisation):
        raise NotYourVoiceError


def _check_sheet(draft: Draft) -> None:
    missing = [name for name, text in draft.texts.items() if not text]
    if missing:
        raise UnfinishedSheetError(missing=", ".join(str(TEXTS[name]).lower() for name in missing))
    contact = draft.texts["contact_role"]
    if any(_PERSONAL.search(text) for text in contact.as_dict().values()):
        raise ContactIsPersonError
