"""Why a delivery does not move, and when it is tried again."""

import errno
import random
from datetime import timedelta

from django.utils.translation import gettext_noop as _

from jumelage.bridge.freight.deliveries.states import ACTIVE
from jumelage.bridge.models import Delivery
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0

WORDS = {
    "line": _("the line to the other city is down"),
    "not-accepted": _("the other city has not accepted it yet"),
    "paused-there": _("the other city has paused it"),
    "limit-here": _("a limit of this city lets nothing come in now"),
    "limit-sender": _("a limit of the other city lets nothing leave now"),
    "limit-there": _("a limit of the other city lets nothing come in now"),
    "disk": _("the disk here is full"),
    "disk-there": _("the disk of the other city is full"),
    "quota": _("there is no room within the quota"),
    "person": _("a person said so"),
    "changed": _("a file has changed since it was packed"),
    "names": _("a file has a name that cannot be written safely"),
    "list": _("the packing list cannot be used"),
}
"""What each code of `Delivery.stuck` and of a refusal means; others carry their own sentence."""


def wait(tries: int) -> float:
    """Return the seconds before try number *tries* + 1: 1, 2, 4 ... 60, with some jitter."""
    seconds = min(FIRST_WAIT * 2.0 ** min(tries, 6), LONGEST_WAIT)
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311  # jitter, not a secret


def put_off(delivery: Delivery, code: str, words: str = "") -> None:
    """Say why *delivery* does not move, and try again after a while."""
    now = clock.now()
    held = Delivery.objects.filter(uri=delivery.uri, state__in=ACTIVE)
    since = delivery.stuck_since if delivery.stuck == code else None
    held.update(
        stuck=code[:20],
        stuck_words=words[:300],
        stuck_since=since or now,
        retry_at=now + timedelta(seconds=wait(delivery.tries)),
        tries=delivery.tries + 1,
        rate=0,
    )


def clear(delivery: Delivery) -> None:
    """Say that *delivery* moves."""
    facts = {"stuck": "", "stuck_words": "", "stuck_since": None, "retry_at": None, "tries": 0}
    Delivery.objects.filter(uri=delivery.uri).update(**facts)


def of_disk(error: OSError) -> tuple[str, str]:
    """Return the code that `stuck` keeps when the disk did not do something, and words beside."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return "disk" if full else "error", error.strerror or str(error)


def code_of(error: JumelageError) -> str:
    """Return the code that `stuck` keeps of *error*."""
    return str(error.facts.get("code") or error.code)[:20]


def note(delivery: Delivery, code: str, words: str = "") -> None:
    """Say why *delivery* does not move; whoever sends it tries again."""
    since = delivery.stuck_since if delivery.stuck == code else None
    Delivery.objects.filter(uri=delivery.uri, state__in=ACTIVE).update(
        stuck=code[:20], stuck_words=words[:300], stuck_since=since or clock.now(), rate=0
    )
