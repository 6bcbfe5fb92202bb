"""Tells administrators of alerts by e-mail, each in their language."""

import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.utils import Error as DatabaseError
from django.utils.translation import gettext, override

from jumelage.node.operations.accounts import administrators
from jumelage.node.watching.alerts import Alert

log = logging.getLogger("jumelage.watch")


def tell(alerts: Sequence[Alert]) -> bool:
    """Send *alerts* to every administrator; tell whether they are told, or there is nobody."""
    try:
        messages = [
            _message(person.user.email, person.language, alerts) for person in administrators()
        ]
        get_connection().send_messages(messages)
    except (OSError, SMTPException, DatabaseError) as error:
        log.warning("alerts could not be sent by e-mail: %s", type(error).__name__)
        return False
    return True


def _message(address: str, language: str, alerts: Sequence[Alert]) -> EmailMessage:
    with override(language):
        city = settings.NODE.city.name
        subject = f"[Jumelage {city}] {alerts[0].sentence}"
        if len(alerts) > 1:
            subject = f"[Jumelage {city}] " + gettext("%(number)s alerts") % {"number": len(alerts)}
        parts = [f"{alert.sentence}\n{alert.advice}" for alert in alerts]
        where = f"{settings.NODE.public_url}/{language}/bridge/"
        return EmailMessage(subject, "\n\n".join([*parts, where]) + "\n", to=[address])
