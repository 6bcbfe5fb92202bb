"""Applying for access to the studio, and the coordinator's answer."""

from django.db import IntegrityError, transaction

from jumelage.bridge.api import me
from jumelage.components.studio.errors import (
    AlreadyAnsweredError,
    AlreadyAppliedError,
    NoReasonError,
)
from jumelage.components.studio.models import Application, Category, Production
from jumelage.components.studio.services.seats import give_seat
from jumelage.directory.models import Organisation, Person
from jumelage.directory.policy import ensure
from jumelage.directory.services import list_organisation
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual

State = Application.State


@transaction.atomic
def apply_for_access(
    *,
    category: str,
    purpose: str,
    by: Person,
    organisation: Organisation | None = None,
    new_organisation: str = "",
    new_kind: str = "",
    new_website: str = "",
) -> Application:
    """Ask to work in the studio.

    Raises:
        AlreadyAppliedError: an application waits, or was admitted.
    """
    ensure(by, "studio.apply")
    try:
        with transaction.atomic():
            return Application.objects.create(
                person=by,
                category=Category(category),
                purpose=purpose.strip(),
                organisation=organisation,
                new_organisation=new_organisation.strip(),
                new_kind=new_kind,
                new_website=new_website,
            )
    except IntegrityError as error:
        raise AlreadyAppliedError from error


@transaction.atomic
def withdraw_application(*, application: Application, by: Person) -> Application:
    """Ask no longer.

    Raises:
        AlreadyAnsweredError: it was answered.
    """
    ensure(by, "studio.withdraw-application", application)
    return _settle(application, State.WAITING, State.WITHDRAWN, by, application.answer)


@transaction.atomic
def admit(
    *,
    application: Application,
    by: Person,
    answer: str = "",
    lists: bool = False,
    production: Production | None = None,
    role: str = "",
) -> Application:
    """Admit somebody; list their organisation (*lists*) and give them a seat, if wanted.

    Raises:
        AlreadyAnsweredError: somebody was faster.
        AlreadySeatedError, AlreadyListedError: as the names say; nothing is done.
    """
    ensure(by, "studio.admit")
    _settle(application, State.WAITING, State.ADMITTED, by, answer)
    if lists and application.new_organisation:
        application.organisation = _listed(application, by)
        application.save(update_fields=["organisation"])
    person = application.person
    if person.organisation_id is None and application.organisation_id is not None:
        person.organisation_id = application.organisation_id
        person.save(update_fields=["organisation"])
    if production is not None:
        give_seat(
            production=production,
            person=person,
            role=role,
            organisation=application.organisation,
            by=by,
        )
    return application


@transaction.atomic
def refuse_access(*, application: Application, by: Person, answer: str) -> Application:
    """Refuse somebody, with the reason they read.

    Raises:
        NoReasonError: a refusal says why.
        AlreadyAnsweredError: somebody was faster.
    """
    ensure(by, "studio.admit")
    if not answer.strip():
        raise NoReasonError
    return _settle(application, State.WAITING, State.REFUSED, by, answer)


@transaction.atomic
def end_access(*, application: Application, by: Person, answer: str = "") -> Application:
    """Take access back; seats are taken back in their productions.

    Raises:
        AlreadyAnsweredError: it is not in force.
    """
    ensure(by, "studio.admit")
    return _settle(application, State.ADMITTED, State.ENDED, by, answer)


def _settle(
    application: Application, before: State, after: State, by: Person, answer: str
) -> Application:
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.state != before:
        raise AlreadyAnsweredError
    application.state, application.answer = after, answer.strip()
    application.answered_at, application.answered_by = clock.now(), by
    application.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    return application


def _listed(application: Application, by: Person) -> Organisation:
    """Add the partner to the directory of this city; no developer is needed for that."""
    city = me()
    return list_organisation(
        name=application.new_organisation,
        kind=application.new_kind or Organisation.Kind.OTHER,
        city=city.slug,
        country=city.country,
        description=Bilingual(),
        website=application.new_website,
        by=by,
        verb="studio.admit",
    )
