"""Opening productions, changing them, opening them to the other city, closing them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import transaction

from jumelage.bridge.api import HOME, Node, me, move_all, peers, publish_all
from jumelage.components.studio.errors import AlreadyOpenedError, NotPairedWithError
from jumelage.components.studio.models import (
    Annotation,
    ChangeAnswer,
    ChangeRequest,
    Comment,
    Entity,
    Holding,
    Membership,
    Playlist,
    Production,
    ReviewSession,
    Seat,
    StudioRow,
    Task,
    Version,
)
from jumelage.components.studio.models.words.templates import TEMPLATES
from jumelage.components.studio.records import ProductionOpened, SeatGiven, said
from jumelage.components.studio.selectors.seats import forget_seats
from jumelage.components.studio.services.saying import revise, voice
from jumelage.directory.models import Person
from jumelage.directory.policy import ensure
from jumelage.kit import clock
from jumelage.kit.uris import Uri, new_id

CHANGEABLE = frozenset(
    {
        "name", "code", "type", "description", "rate", "width", "height", "start_frame",
        "start_timecode", "organisation", "starts", "ends", "words", "trusts", "data",
    }
)  # fmt: skip
MOVED: Sequence[type[StudioRow]] = (
    Seat, Entity, Task, Comment, Version, Holding, Annotation, Playlist, ChangeRequest,
    ChangeAnswer, ReviewSession,
)  # fmt: skip
"""What belongs to a production, in the order in which the other city best reads it."""


@transaction.atomic
def open_production(*, name: str, template: str, by: Person, **facts: Any) -> Production:  # noqa: ANN401  # the fields of ProductionOpened
    """Open a production of this city, from a *template*; *by* becomes its coordinator.

    *facts* are fields of `ProductionOpened` and go before those of the template.

    Raises:
        NotAllowedError: *by* opens no productions.
    """
    ensure(by, "studio.open-production")
    here, at = me().origin, clock.now()
    begun = {**TEMPLATES[template].fields, **facts}
    uri, seat = str(Uri(here, new_id())), str(Uri(here, new_id()))
    production = ProductionOpened(uri=uri, created_at=at, name=name.strip(), **begun)
    first = SeatGiven(
        uri=seat,
        created_at=at,
        production=uri,
        role="coordinator",
        number=1,
        organisation=by.organisation_id,
    )
    publish_all([production, first], audience=HOME)
    Membership.objects.create(person=by, seat_id=seat, production_id=uri)
    forget_seats(by)
    return Production.objects.get(uri=uri)


@transaction.atomic
def change_production(*, production: Production, changes: dict[str, Any], by: Person) -> Production:
    """Say *production* again with *changes*, fields of `ProductionOpened`."""
    held = voice(by, "studio.change-production", production)
    production.refresh_from_db()  # what others changed since it was read stays
    return revise(held, production, changes, CHANGEABLE)


@transaction.atomic
def close_production(*, production: Production, by: Person) -> Production:
    """End the work on *production*; everything stays readable."""
    return _in_state(production, "closed", by)


@transaction.atomic
def reopen_production(*, production: Production, by: Person) -> Production:
    """Go on with the work on *production*."""
    return _in_state(production, "open", by)


def _in_state(production: Production, state: str, by: Person) -> Production:
    held = voice(by, "studio.change-production", production)
    production.refresh_from_db()
    said_again = revise(held, production, {"state": state}, frozenset({"state"}))
    forget_seats(by)
    return said_again


@transaction.atomic
def open_to(*, production: Production, city: Node, by: Person) -> Production:
    """Open *production* to the twin *city*: all that was said of it moves to the city's feed.

    Raises:
        AlreadyOpenedError: it is open to a city.
        NotPairedWithError: that city is not paired with this one.
        KindNotOpenedError: no article in force opens the studio to that city.
    """
    voice(by, "studio.open-to-city", production)
    production.refresh_from_db()
    if production.opened_to:
        raise AlreadyOpenedError
    if city.origin not in {peer.origin for peer in peers()}:
        raise NotPairedWithError(city=city)
    record = said(production)
    opened = msgspec.convert(
        {**msgspec.to_builtins(record), "opened_to": city.origin}, ProductionOpened
    )
    rows = [said(row) for model in MOVED for row in _live_rows(model, production)]
    move_all([opened, *rows], audience=f"twin:{city.origin}")
    forget_seats(by)
    production.refresh_from_db()
    return production


def _live_rows(model: type[StudioRow], production: Production) -> list[StudioRow]:
    ours: dict[str, Any] = {"production": production, "origin": production.origin}
    live = model.objects.live().filter(**ours)
    return list(live.order_by("created_at", "uri"))
