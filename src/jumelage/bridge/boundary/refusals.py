"""Refusals: whatever a peer or a stranger sent that was not accepted is a recorded fact."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext, override

from jumelage.bridge.models import Refusal
from jumelage.kit import clock
from jumelage.kit.errors import JumelageError


def record_refusal(origin: str, error: JumelageError, **where: object) -> Refusal:
    """Keep who sent something that was refused, why and where.

    The facts are stored as text; sentences are made from them when they are shown.
    """
    with override("en"):
        facts = {key: str(value)[:500] for key, value in {**error.facts, **where}.items()}
        sentence = error.message
    return Refusal.objects.create(
        origin=origin,
        reason=error.code,
        facts={"type": type(error).__qualname__, "sentence": sentence[:1000], **facts},
        at=clock.now(),
    )


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
