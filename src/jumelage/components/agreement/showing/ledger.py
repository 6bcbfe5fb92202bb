"""Evidence as rows of a ledger: what was said, by whom, what the other cities say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from jumelage.bridge.api import Node
from jumelage.components.agreement.models import Attestation, Evidence
from jumelage.components.agreement.selectors.evidence import TimelineItem
from jumelage.components.agreement.showing.lights import Tick
from jumelage.kit import clock
from jumelage.shell.look import times


@dataclass(frozen=True)
class Row:
    """One piece of evidence as a page shows it."""

    item: TimelineItem
    cities: Mapping[str, Node]

    @property
    def evidence(self) -> Evidence:
        """The evidence."""
        return self.item.evidence

    @property
    def stated_by(self) -> "Node | str":
        """The city that states it."""
        return self.cities.get(self.evidence.origin, self.evidence.origin)

    @property
    def is_ours(self) -> bool:
        """Whether this city states it."""
        node = self.cities.get(self.evidence.origin)
        return bool(node and node.is_self)

    @cached_property
    def ticks(self) -> list[Tick]:
        """Who stated it, and what each other city says or is awaited for."""
        said = {each.origin: each for each in self.item.attestations}
        ticks: list[Tick] = []
        for origin, node in self.cities.items():
            if origin == self.evidence.origin:
                ticks.insert(0, Tick(node, said=True, word=gettext("stated")))
            elif origin in said:
                ticks.append(Tick(node, said=True, word=_word(said[origin])))
            elif self.item.stands:
                ticks.append(Tick(node, said=False, word=self.waiting))
        return ticks

    @property
    def waiting(self) -> str:
        """How long the word of another city has been awaited."""
        days = max((clock.now() - self.evidence.recorded_at).days, 0)
        if days == 0:
            return gettext("awaited since today")
        return gettext("awaited for %(days)s") % {"days": times.days(days)}


def _word(said: Attestation) -> str:
    day = {"day": times.short_day(said.at)}
    if said.verdict == Attestation.Verdict.DISPUTED:
        return gettext("disputed %(day)s") % day
    return gettext("confirmed %(day)s") % day


def ledger(items: Iterable[TimelineItem], cities: Mapping[str, Node]) -> list[Row]:
    """Return the rows of *items*, in their order."""
    return [Row(item, cities) for item in items]
