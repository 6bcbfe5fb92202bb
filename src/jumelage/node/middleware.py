"""Answers 503 when the disk is full or the database is away: an outage is no broken page."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from jumelage.kit.errors import JumelageError
from jumelage.node.errors import (
    DatabaseUnreachableError,
    DiskFullError,
    FolderNotWritableError,
    OutOfOrderError,
    OutOfRoomError,
)
from jumelage.node.operations.diagnosis import explained
from jumelage.shell.views.errors import outage

log = logging.getLogger("jumelage.outage")

_TOLD: dict[type[JumelageError], type[JumelageError]] = {
    DiskFullError: OutOfRoomError,
    DatabaseUnreachableError: OutOfOrderError,
    FolderNotWritableError: OutOfOrderError,
}
"""What the operator reads in the log, and what a visitor or a peer is told."""


class Outages(MiddlewareMixin):
    """Tells visitors and peers that the node cannot take anything now, and when to come back."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for an outage; leave any other error to those who know it."""
        if isinstance(error, JumelageError):
            return None
        cause = explained(error, settings.DATA)
        if type(cause) not in _TOLD:
            return None
        log.error("%s", cause)
        return outage(request, _TOLD[type(cause)]())
