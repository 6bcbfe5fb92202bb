"""When a co-signed text takes effect: all signatures there, and its days have come."""

from datetime import date

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models.instruments import Instrument, TextSignature
from jumelage.kit import clock


def settle(uri: str) -> None:
    """Derive `agreed` for the instrument *uri*, and open or close its annex on this node.

    Called whenever a text or a signature arrives, and daily for periods that begin or end.
    Unknown identifiers are ignored; calling it again changes nothing.
    """
    instrument = Instrument.objects.filter(uri=uri).first()
    if instrument is None or instrument.standing != Instrument.Standing.PROPOSED:
        return
    agreed = instrument.withdrawn_at is None and _all_signed(instrument)
    Instrument.objects.filter(uri=uri).update(agreed=agreed)
    if not bridge.Node.objects.filter(is_self=True, origin__in=instrument.nodes).exists():
        return
    if agreed and _runs(instrument, clock.today()):
        _open(instrument)
    else:
        bridge.close_instrument(uri)


def _all_signed(instrument: Instrument) -> bool:
    signed = TextSignature.objects.live().filter(
        instrument=instrument.uri, text_hash=instrument.text_hash
    )
    origins = set(signed.values_list("origin", flat=True))
    return len(set(instrument.nodes)) > 1 and set(instrument.nodes) <= origins


def _runs(instrument: Instrument, today: date) -> bool:
    begun = instrument.first_day is None or instrument.first_day <= today
    ended = instrument.last_day is not None and instrument.last_day < today
    return begun and not ended and not _renewed(instrument, today)


def _renewed(instrument: Instrument, today: date) -> bool:
    later = Instrument.objects.live().filter(renews=instrument.uri, agreed=True)
    return later.filter(first_day__lte=today).exists()


def _open(instrument: Instrument) -> None:
    held = {(o.kind, o.audience) for o in bridge.openings() if o.instrument == instrument.uri}
    for clause in instrument.annex:
        if (clause.kind, clause.audience) not in held:
            bridge.open_kind(
                kind=clause.kind,
                audience=clause.audience,
                article=clause.article,
                instrument=instrument.uri,
            )
    if instrument.renews_id:
        bridge.close_instrument(instrument.renews_id)
