"""The pass in the upload form of a page: which person may add files to which delivery."""

import msgspec
from django.core import signing
from django.utils.translation import get_language

from jumelage.bridge import api as bridge
from jumelage.directory.models import Person

PASS = "pass"  # noqa: S105  # the name of the field
SALT = "freight-upload"
SECONDS = 12 * 3600


class Pass(msgspec.Struct, frozen=True):
    """Who may add files to which delivery, and in which language they read."""

    delivery: str
    person: int
    language: str


def make_pass(delivery: bridge.freight.Delivery, person: Person) -> str:
    """Return the pass of *person* for the files of *delivery*; it is good for twelve hours."""
    told = Pass(delivery.slug, person.pk, get_language() or "en")
    return signing.dumps(msgspec.to_builtins(told), salt=SALT)


def read_pass(text: str) -> Pass:
    """Return what a pass says.

    Raises:
        BadSignature: it is not ours, or too old.
    """
    return msgspec.convert(signing.loads(text, salt=SALT, max_age=SECONDS), Pass)
