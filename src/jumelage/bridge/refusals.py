"""Refusals: whatever a peer or a stranger sent that was not accepted is a recorded fact."""

from django.utils.translation import override

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
