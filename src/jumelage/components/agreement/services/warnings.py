"""Mails what must not be missed: ends that come near, commitments that fell silent."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from jumelage.components.agreement.models import Commitment, Notice
from jumelage.components.agreement.selectors.partnerships import living_commitments
from jumelage.components.agreement.selectors.renewals import RenewalWarning, warnings
from jumelage.components.agreement.selectors.states import QUIET_AFTER, CommitmentState, states
from jumelage.directory.models import Grant, Person
from jumelage.directory.policy import Role
from jumelage.kit import clock


def send_warnings() -> list[Notice]:
    """Mail every warning that is due and was not sent yet; return the new notices.

    Officers hear 12, 6 and 3 months before an instrument ends; the owner and deputy of a
    commitment (else the officers) when it has been silent for 183 days. Each step is sent
    once per person's language. Run daily and by `jumelage status`; idempotent.
    """
    return [*_send_renewals(), *_send_alarms()]


def _send_renewals() -> list[Notice]:
    officers = _people(Role.OFFICER)
    due = [warning for warning in warnings() if warning.step]
    return [
        notice
        for warning in due
        if (notice := _once(warning.instrument.uri, str(warning.step), warning.last_day))
        and _mail(officers, partial(_renewal_text, warning))
    ]


def _send_alarms() -> list[Notice]:
    """Mail once per silence: the day it began identifies it."""
    lights = list(living_commitments())
    found = states(lights)
    today = clock.today()
    sent = []
    for light in lights:
        state = found[light.uri]
        if not state.alarm or state.silent_days is None:
            continue
        notice = _once(light.uri, "quiet", today - timedelta(days=state.silent_days))
        if notice:
            owners = _people(Role.OWNER, Role.DEPUTY, scope=light.uri) or _people(Role.OFFICER)
            _mail(owners, partial(_quiet_text, light, state))
            sent.append(notice)
    return sent


@transaction.atomic
def _once(subject: str, step: str, since: date) -> Notice | None:
    """Return the notice if this is the first time, else None."""
    notice, new = Notice.objects.get_or_create(
        subject=subject, step=step, since=since, defaults={"sent_at": clock.now()}
    )
    return notice if new else None


def _people(*roles: str, scope: str = "") -> list[Person]:
    held = Grant.objects.in_force().filter(role__in=roles, scope=scope)
    people = Person.objects.filter(grants__in=held, user__is_active=True).distinct()
    return list(people.select_related("user").order_by("pk"))


def _mail(people: Iterable[Person], text: Callable[[], tuple[str, str]]) -> bool:
    """Mail each person alone, in their language."""
    for person in people:
        with override(person.language):
            subject, body = text()
        send_mail(subject, body, None, [person.user.email])
    return True


def _renewal_text(warning: RenewalWarning) -> tuple[str, str]:
    facts = {
        "title": str(warning.instrument.title),
        "day": f"{warning.last_day:%Y-%m-%d}",
        "days": warning.days_left,
    }
    subject = _("“{title}” ends in {days} days").format(**facts)
    body = _(
        "“{title}” ends on {day}, in {days} days. No agreed text continues it.\n"
        "Open the renewal page of your node to draft the next one."
    )
    return subject, body.format(**facts)


def _quiet_text(light: Commitment, state: CommitmentState) -> tuple[str, str]:
    facts = {
        "slug": light.slug,
        "text": str(light.text),
        "days": state.silent_days,
        "limit": QUIET_AFTER.days,
    }
    subject = _("Commitment {slug}: nothing confirmed for {days} days").format(**facts)
    body = _(
        "{text}\n\nNothing was confirmed for this commitment in {days} days; after {limit} days "
        "the public page shows it as quiet. State what happened, or say why nothing did."
    )
    return subject, body.format(**facts)
