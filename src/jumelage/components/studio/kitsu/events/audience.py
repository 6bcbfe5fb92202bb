"""Who may hear what, asked anew whenever there is something to say."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jumelage.components.studio.kitsu.entrance.tokens import stands
from jumelage.components.studio.kitsu.events.log import Event
from jumelage.components.studio.models import Membership, Seat, Token
from jumelage.components.studio.selectors.seats import vendor_of
from jumelage.kit import clock


@dataclass(frozen=True)
class Audience:
    """The sockets that listen, by the production they may hear of."""

    everybody: frozenset[str]
    by_production: Mapping[str, frozenset[str]]
    gone: frozenset[str]
    """Sockets whose sign-in has ended, or whose account was closed."""

    def of(self, event: Event) -> Collection[str]:
        """Return the sockets that may hear *event*."""
        if not event.production:
            return self.everybody
        return self.by_production.get(event.production, frozenset())


def audience_of(listening: Mapping[str, Token]) -> Audience:
    """Return who of *listening* (a token by socket) may hear what now."""
    families = {token.family for token in listening.values()}
    held = Token.objects.filter(
        family__in=families, expires_at__gt=clock.now(), person__user__is_active=True
    )
    good = {token.family for token in held.select_related("person__user") if stands(token)}
    sockets: dict[int, set[str]] = defaultdict(set)
    for sid, token in listening.items():
        if token.family in good:
            sockets[token.person_id].add(sid)
    seats = Membership.objects.filter(person__in=list(sockets), until=None, seat__withdrawn_at=None)
    # Events name whatever happens: who sits behind a wall hears of none.
    inside = seats.exclude(seat__role=Seat.Role.CLIENT)
    allowed: dict[str, set[str]] = defaultdict(set)
    columns = ("seat__role", "seat__organisation_id", "production__vendors")
    for person, production, *seat in inside.values_list("person_id", "production_id", *columns):
        if not vendor_of(*seat):
            allowed[production] |= sockets[person]
    return Audience(
        everybody=frozenset().union(*sockets.values()),
        by_production={uri: frozenset(sids) for uri, sids in allowed.items()},
        gone=frozenset(sid for sid, token in listening.items() if token.family not in good),
    )
