"""What each setting accepts: a check returns the reason of a refusal, or an empty text.

Reasons are English message identifiers; whoever shows one translates it.
"""

import re
import zoneinfo
from urllib.parse import urlsplit

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.kit.i18n import LANGUAGES

UNKNOWN_NAME = _("there is no such setting")
SAME_HOST = _("another host name than that of the public address is expected")
_LEVELS = {"debug", "info", "warning", "error"}


def expected(kind: str) -> str:
    """Return the reason for a value that is not of the type *kind*."""
    return {
        "int": _("a whole number is expected"),
        "bool": _("true or false is expected"),
    }.get(kind, kind)


def anything(_value: object) -> str:
    """Accept every value."""
    return ""


def _fits(pattern: str, value: str, reason: str) -> str:
    return "" if not value or re.fullmatch(pattern, value) else reason


def slug(value: str) -> str:
    """Accept lower-case letters, digits and hyphens."""
    return _fits("[a-z0-9]+(-[a-z0-9]+)*", value, _("only a-z, 0-9 and hyphens"))


def country(value: str) -> str:
    """Accept two capital letters."""
    return _fits("[A-Z]{2}", value, _("two capital letters such as FR are expected"))


def colour(value: str) -> str:
    """Accept `#rrggbb`."""
    return _fits("#[0-9a-fA-F]{6}", value, _("a colour such as #35607a is expected"))


def language(value: str) -> str:
    """Accept a language of the product."""
    return "" if value in LANGUAGES else _("fr or en is expected")


def level(value: str) -> str:
    """Accept a logging level."""
    return "" if value in _LEVELS else _("debug, info, warning or error is expected")


def log_format(value: str) -> str:
    """Accept a form of log lines."""
    return "" if value in {"plain", "json"} else _("plain or json is expected")


def not_negative(value: int) -> str:
    """Accept zero and more."""
    return "" if value >= 0 else _("a number from 0 up is expected")


def port(value: int) -> str:
    """Accept a TCP port; 0 lets the system choose."""
    return "" if 0 <= value < 65536 else _("a port is a number from 1 to 65535")


def ports(value: str) -> str:
    """Accept a range of ports such as 10000-10999."""
    first, _dash, last = value.partition("-")
    good = first.isdigit() and last.isdigit() and 1024 <= int(first) < int(last) < 65536
    return "" if good else _("a range of ports such as 10000-10999 is expected")


def time_zone(value: str) -> str:
    """Accept a zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return _("a time zone such as Europe/Paris is expected")
    return ""


def web_address(value: str) -> str:
    """Accept an http or https address without a path."""
    parts = urlsplit(value)
    good = parts.scheme in {"http", "https"} and parts.hostname and not parts.query
    return "" if not value or good else _("an address such as https://city.example is expected")


def database_address(value: str) -> str:
    """Accept a PostgreSQL address."""
    good = urlsplit(value).scheme in {"postgresql", "postgres"}
    return "" if not value or good else _("postgresql://user:password@host/name is expected")


def mail_address(value: str) -> str:
    """Accept an SMTP address."""
    good = urlsplit(value).scheme in {"smtp", "smtps"}
    return "" if not value or good else _("smtp://user:password@host:587 is expected")
