"""How a node logs: plain lines on standard error, one per event, without secrets."""

from typing import Any


def logging_for(level: str) -> dict[str, Any]:
    """Return the logging configuration that shows *level* and above."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        },
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "plain"},
        },
        "root": {"handlers": ["lines"], "level": level.upper()},
        "loggers": {
            # Django would add its own handler; httpx tells of each request a peer is asked.
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "httpx": {"level": "WARNING"},
            "uvicorn": {"level": "WARNING"},
        },
    }
