"""Checks shared by the record types: refused here, a record is neither published nor applied."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext

from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.uris import Uri


def everywhere(*fields: str) -> Mapping[str, frozenset[str]]:
    """Return an allow-list that lets *fields*, and nothing else, cross to any audience."""
    allowed = frozenset(fields)
    return {"public": allowed, "network": allowed, "twin": allowed}


def require(fact: bool, reason: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Refuse the record for *reason* (a message of the catalogue) unless *fact* holds.

    Raises:
        InvalidRecordError: *fact* is false.
    """
    if not fact:
        raise InvalidRecordError(reason=gettext(reason))


def one_owner(uri: str, parts: Iterable[str]) -> None:
    """Refuse *parts* that do not belong to the owner of *uri*."""
    origin = Uri.parse(uri).origin
    for part in parts:
        require(Uri.parse(part).origin == origin, f"{part} belongs to another city")
