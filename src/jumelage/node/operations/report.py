"""The state of a node in figures: its city, its peers, its records, the ends that come near."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from jumelage import __version__
from jumelage.bridge.api import Entry, Node, me, peers, standing_forks
from jumelage.components.agreement.selectors.renewals import RenewalWarning, warnings
from jumelage.kit import clock
from jumelage.node.run import prepare
from jumelage.node.watching import watch
from jumelage.node.watching.alerts import plain


@dataclass(frozen=True, slots=True)
class Line:
    """How the line to one paired city is."""

    city: str
    origin: str
    url: str
    up: bool
    silent_seconds: int | None
    last_error: str

    @classmethod
    def of(cls, peer: Node) -> "Line":
        """Read the line to *peer* as the worker last saw it."""
        contact = getattr(peer, "contact", None)
        word = contact.last_word_at if contact else None
        return cls(
            city=str(peer),
            origin=peer.origin,
            url=peer.url,
            up=bool(contact and contact.line_up),
            silent_seconds=int((clock.now() - word).total_seconds()) if word else None,
            last_error=contact.last_error if contact else "",
        )

    def sentence(self) -> str:
        """Return the line in words."""
        state = gettext("the line is up") if self.up else gettext("the line is down")
        if self.silent_seconds is None:
            return f"{self.city}: {state}, {gettext('no word yet')}"
        word = gettext("last word %(seconds)s s ago") % {"seconds": self.silent_seconds}
        return f"{self.city}: {state}, {word}"


def state() -> dict[str, Any]:
    """Return everything `jumelage status` says, for a script."""
    node = me()
    return {
        "version": __version__,
        "city": node.slug,
        "origin": node.origin,
        "url": node.url,
        "running": prepare.runs(settings.NODE.data),
        "lines": [Line.of(peer) for peer in peers()],
        "records": {
            "own": Entry.objects.filter(feed__node=node).count(),
            "copied": Entry.objects.exclude(feed__node=node).count(),
            "not_applied": Entry.objects.exclude(state=Entry.State.APPLIED).count(),
        },
        "alerts": [plain(alert) for alert in watch.now()],
        "forks": [forked.sentence for forked in standing_forks()],
        "renewals": [_renewal(warning) for warning in warnings()],
    }


def _renewal(warning: RenewalWarning) -> dict[str, Any]:
    return {
        "instrument": warning.instrument.slug,
        "last_day": warning.last_day.isoformat(),
        "days_left": warning.days_left,
        "step_months": warning.step,
    }
