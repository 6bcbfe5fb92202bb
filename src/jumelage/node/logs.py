"""How a node logs: one line per event on standard error, plain or JSON, without secrets.

Every line says when, how important, which part of the program, what, in which request and
for which peer. What could be a secret never gets as far: addresses are logged as routes,
because invitations and password links carry secrets in theirs; libraries that would log headers
or SQL stay quiet at every level; and the last step masks passwords of addresses, values that
PostgreSQL quotes, and the node's own secrets wherever they come from.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from jumelage.kit import calls

MASK = "•••"
_MASKED = (
    (re.compile(r"(://[^/\s:@]*:)[^@\s/]+(@)"), rf"\1{MASK}\2"),
    (re.compile(r"(Key \([^)]*\)=\().*?(\) )"), rf"\1{MASK}\2"),
    (re.compile(r"(Failing row contains \().*"), rf"\1{MASK})"),
)
_QUIET = (
    # SQL with its values; requests and answers with their headers; templates with their variables
    *("django.db.backends", "django.template", "django.utils.autoreload"),
    *("httpx", "httpcore", "hpack", "h11", "uvicorn", "websockets", "asyncio"),
    *("PIL", "fontTools"),
)
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Addresses that are asked every few seconds."""
LONGEST_SHOWN = 16
"""Characters of one step of an unknown address; what is longer may be a secret."""
MOST_STEPS = 12
_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
"""How control characters are shown, so that nobody can forge a line of the log."""


def logging_for(level: str, form: str = "plain") -> dict[str, Any]:
    """Return the logging configuration that shows *level* and above as `plain` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"call": {"()": f"{__name__}.Call"}},
        "formatters": {
            "plain": {"()": f"{__name__}.PlainLines"},
            "json": {"()": f"{__name__}.JsonLines"},
        },
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": form, "filters": ["call"]},
        },
        "root": {"handlers": ["lines"], "level": level.upper()},
        "loggers": {
            # Django would add its own handler.
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            **{name: {"level": "WARNING"} for name in _QUIET},
        },
    }


class Call(logging.Filter):
    """Adds the request and the peer to a line, and takes addresses out of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Complete *record*; what Django says of an answer to a probe is left out: it is one."""
        for name, known in (("request_id", calls.request_id), ("peer", calls.peer)):
            if not hasattr(record, name):
                setattr(record, name, known.get())
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            record.args = tuple(
                route_of(request) if arg == getattr(request, "path", None) else arg
                for arg in record.args
            )
        return getattr(request, "path", None) not in PROBES or record.name != "django.request"


def route_of(request: Any) -> str:  # noqa: ANN401  # a request of Django, or what resembles one
    """Return the form of the address that *request* asks for, without what it names."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return f"/{match.route}"
    steps = str(getattr(request, "path", "")).split("/")
    return "/".join(step if len(step) <= LONGEST_SHOWN else MASK for step in steps[:MOST_STEPS])


class PlainLines(logging.Formatter):
    """Lines for people: time (UTC), level, logger, message, then request and peer in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of *record*."""
        call = " ".join(
            f"{name}={value}"
            for name in ("request_id", "peer")
            if (value := getattr(record, name, ""))
        )
        at = datetime.fromtimestamp(record.created, UTC).isoformat(" ", "milliseconds")
        message = record.getMessage().translate(_VISIBLE)
        line = f"{at} {record.levelname} {record.name}: {message}"
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return masked(line + (f" [{call}]" if call else "") + trace)


MEMBERS = ("time", "level", "logger", "message", "request_id", "peer")
"""What every JSON line begins with."""


class JsonLines(logging.Formatter):
    """Lines for machines: one JSON object each, always with the same six members."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of *record*; an error adds where it comes from."""
        values = (
            datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            record.levelname.lower(),
            record.name,
            masked(record.getMessage()),
            getattr(record, "request_id", ""),
            getattr(record, "peer", ""),
        )
        told: dict[str, object] = dict(zip(MEMBERS, values, strict=True))
        facts = getattr(record, "facts", None)
        if isinstance(facts, Mapping):
            told |= facts
        if record.exc_info:
            told["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)


def masked(text: str) -> str:
    """Return *text* without anything known to be secret."""
    for pattern, replacement in _MASKED:
        text = pattern.sub(replacement, text)
    for secret in _secrets():
        text = text.replace(secret, MASK)
    return text


@cache
def _secrets() -> tuple[str, ...]:
    """Return the node's own secrets as they may stand in a text, the longest first."""
    node = settings.NODE
    found = {settings.SECRET_KEY}
    for url in (node.database_url, node.email_url):
        password = urlsplit(url).password or ""
        found |= {password, unquote(password)}
    for file in (node.metrics_token_file, node.oidc_secret_file):
        try:
            found.add(Path(file).read_text("utf-8").strip() if file else "")
        except (OSError, UnicodeDecodeError):
            continue
    return tuple(sorted((text for text in found if len(text) > 3), key=len, reverse=True))
