"""What every template may know about who is looking."""

from django.http import HttpRequest

from jumelage.directory.models import Person
from jumelage.directory.policy import person_of


def person(request: HttpRequest) -> dict[str, Person | None]:
    """Give templates `person`: who is signed in, or None for a citizen."""
    return {"person": person_of(getattr(request, "user", None))}
