"""Putting up and taking down the wall before a partner organisation of a production."""

from django.db import transaction

from jumelage.components.studio.models import Production
from jumelage.components.studio.selectors.seats import forget_seats
from jumelage.components.studio.services.saying import revise, voice
from jumelage.directory.models import Organisation, Person


@transaction.atomic
def set_vendor(
    *, production: Production, organisation: Organisation, apart: bool, by: Person
) -> Production:
    """Let the seats of *organisation*, in both cities, see their own tasks alone, or everything.

    The city that owns *production* decides; each city holds its own members to it. Who coordinates
    goes on seeing everything.

    Raises:
        NotAllowedError: *by* does not coordinate it in the city that owns it.
        InvalidRecordError: there are 100 such organisations.
    """
    held = voice(by, "studio.change-production", production)
    production.refresh_from_db()
    others = [uri for uri in production.vendors if uri != organisation.uri]
    vendors = [*others, organisation.uri] if apart else others
    if set(vendors) != set(production.vendors):
        revise(held, production, {"vendors": vendors}, frozenset({"vendors"}))
    forget_seats(by)
    return production
