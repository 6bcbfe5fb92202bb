"""Turns domain errors that leave a view into an answer."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from jumelage.kit.errors import JumelageError
from jumelage.shell.views.errors import domain_error


class DomainErrors(MiddlewareMixin):
    """Shows a `JumelageError` as a page or as JSON, with the status of its class."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a domain error; leave any other to Django."""
        return domain_error(request, error) if isinstance(error, JumelageError) else None
