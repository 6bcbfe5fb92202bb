"""Refusals: whatever a peer or a stranger sent that was not accepted is a recorded fact.

Equal refusals of one day are one row with a count, so that a peer which sends nonsense all day
cannot fill the disk. What makes them equal is never a text the sender chooses.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from jumelage.bridge.models import Refusal
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError

FOLD_WITHIN = timedelta(days=1)
_AUDIENCES = frozenset({"public", "network", "twin"})


@transaction.atomic
def record_refusal(origin: str, error: JumelageError, **where: object) -> Refusal:
    """Keep who sent something that was refused, why and where; equal ones are counted.

    The facts are stored as text; sentences are made from them when they are shown.
    """
    with override("en"):
        facts = {key: str(value)[:500] for key, value in {**error.facts, **where}.items()}
        sentence = error.message
    facts |= {"type": type(error).__qualname__, "sentence": sentence[:1000]}
    at, about = clock.now(), _about(facts, where)
    equal = Refusal.objects.filter(origin=origin, reason=error.code, about=about)
    last = equal.select_for_update().order_by("-at", "-pk").first()
    if last is None or at - (last.since or last.at) > FOLD_WITHIN:
        return Refusal.objects.create(
            origin=origin, reason=error.code, about=about, facts=facts, at=at
        )
    last.since, last.at = last.since or last.at, at
    last.count, last.facts = last.count + 1, facts
    last.save(update_fields=["since", "at", "count", "facts"])
    return last


def is_flooded(reason: str, view: str, per_hour: int) -> bool:
    """Tell whether strangers were refused *view* for *reason* more than *per_hour* today."""
    at = clock.now()
    equal = Refusal.objects.filter(origin="", reason=reason, about=view[:60])
    last = equal.order_by("-at", "-pk").first()
    if last is None or at - (last.since or last.at) > FOLD_WITHIN:
        return False
    hours = 1 + (at - (last.since or last.at)) // timedelta(hours=1)
    return last.count >= per_hour * hours


def _about(facts: Mapping[str, str], where: Mapping[str, object]) -> str:
    """Return the class of the feed, else the view that was asked; few, and named by us."""
    audience = facts.get("feed", "").partition(":")[0]
    return audience if audience in _AUDIENCES else str(where.get("view", ""))[:60]


def refusals(*, origin: str = "", reason: str = "") -> QuerySet[Refusal]:
    """Return what was refused, newest first; *origin* may be `stranger`, empty means all."""
    found = Refusal.objects.order_by("-at", "-pk")
    if origin:
        found = found.filter(origin="" if origin == "stranger" else origin)
    return found.filter(reason=reason) if reason else found


def refusal_reasons() -> Sequence[str]:
    """Return the reasons that occurred, by name."""
    return list(Refusal.objects.order_by("reason").values_list("reason", flat=True).distinct())


def refusal_sentence(refusal: Refusal) -> str:
    """Return why it was refused, as a sentence in the active language."""
    facts = {name: gettext(value) if value else "" for name, value in refusal.facts.items()}
    facts["origin"] = facts.get("origin") or gettext("a stranger")
    error = _errors().get(str(refusal.facts.get("type", "")))
    try:
        return error(**facts).message if error else str(facts.get("sentence", refusal.reason))
    except KeyError:
        return str(facts.get("sentence", refusal.reason))


def _errors() -> Mapping[str, type[JumelageError]]:
    """Return every kind of error by its name."""
    found, fresh = {}, [JumelageError]
    while fresh:
        error = fresh.pop()
        found[error.__qualname__] = error
        fresh.extend(error.__subclasses__())
    return found
