"""The commitments as lights: state, word, who answers, which city stands behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import Node
from jumelage.components.agreement.models import Commitment, CommitmentOwner, Instrument
from jumelage.components.agreement.selectors.partnerships import organisations
from jumelage.components.agreement.selectors.states import (
    Activity,
    CommitmentState,
    Tally,
    states,
    tally,
)
from jumelage.directory.models import Organisation
from jumelage.kit.i18n import Bilingual
from jumelage.shell.look import times

SHAPES = {Activity.NOT_STARTED: "none", Activity.DONE_CONFIRMED: "done"}
"""Shapes whose name is not the activity's own (docs/look.md)."""
MEANINGS: Sequence[tuple[str, "str | Promise", "str | Promise"]] = (
    ("active", _("active"), _("The last evidence both cities confirmed is at most 183 days old.")),
    ("quiet", _("quiet"), _("Nothing was confirmed for more than 183 days.")),
    ("overdue", _("overdue"), _("Its deadline has passed and nobody confirmed it as fulfilled.")),
    ("done", _("done and confirmed"), _("A city said it is fulfilled and another city agreed.")),
    ("none", _("not started"), _("No evidence of it was ever confirmed.")),
    ("ended", _("ended"), _("Its text has run out, or a later text replaced or dropped it.")),
    ("orphan", _("no owner"), _("Neither the text nor a city says who answers for it.")),
    ("unmeasured", _("unmeasured"), _("No indicator says how it is measured.")),
)
"""What each light means, for the public: shape, word, sentence."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A city's mark beside something: it said it, or it is awaited."""

    city: Node
    said: bool
    word: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a commitment: a role, an organisation, or both; and in what part."""

    role: Bilingual | None
    organisation: "Organisation | str"
    part: str = ""
    city: Node | None = None


@dataclass(frozen=True)
class Light:
    """One commitment as the pages show it."""

    commitment: Commitment
    state: CommitmentState
    cities: Mapping[str, Node]
    known: Mapping[str, Organisation]

    @property
    def shape(self) -> str:
        """The shape of the light."""
        return SHAPES.get(self.state.activity, self.state.activity.value)

    @property
    def word(self) -> str:
        """The word of the light."""
        return str(self.state.activity.label)

    @property
    def since(self) -> str:
        """How old the last confirmed evidence is, or the date that explains the state."""
        state = self.state
        if state.activity is Activity.OVERDUE and self.commitment.deadline:
            day = times.short_day(self.commitment.deadline.last_day)
            return gettext("deadline %(day)s") % {"day": day}
        if state.activity is Activity.ENDED and state.since:
            return times.short_day(state.since - timedelta(days=1))
        if state.last_confirmed is None:
            return gettext("no evidence confirmed")
        return gettext("last confirmed %(age)s") % {"age": self.age}

    @property
    def age(self) -> str:
        """The age of the last confirmed evidence in days."""
        days = self.state.silent_days
        return "" if days is None else gettext("%(days)s ago") % {"days": times.days(days)}

    @property
    def ticks(self) -> list[Tick]:
        """Which cities stand behind the newest confirmed evidence."""
        return [Tick(node, origin in self.state.cities) for origin, node in self.cities.items()]

    @cached_property
    def owners(self) -> list[Owner]:
        """The owners the cities named, else the organisations of the text; coordinators after."""
        named = [
            Owner(owner.role, self.organisation(owner.organisation), "", self._city(owner.origin))
            for owner in self._in_order()
        ]
        written = [Owner(None, self.organisation(name)) for name in self.commitment.owners]
        coordinators = [
            Owner(None, self.organisation(each.organisation), gettext("coordination"))
            for each in self.commitment.coordinators.all()
        ]
        return [*(named or written), *coordinators]

    @cached_property
    def deputies(self) -> list[Owner]:
        """The deputies the cities named."""
        return [
            Owner(
                owner.deputy_role,
                self.organisation(owner.deputy_organisation or owner.organisation),
                "",
                self._city(owner.origin),
            )
            for owner in self._in_order()
            if owner.deputy_role or owner.deputy_organisation
        ]

    def organisation(self, reference: str) -> "Organisation | str":
        """Return the directory's organisation, or the reference as it is written."""
        return self.known.get(reference, reference)

    def _in_order(self) -> list[CommitmentOwner]:
        """Return the named owners in the order of the cities, this city first."""
        order = {origin: number for number, origin in enumerate(self.cities)}
        named = self.commitment.named_owners.all()
        return sorted(named, key=lambda owner: order.get(owner.origin, len(order)))

    def _city(self, origin: str) -> Node | None:
        return self.cities.get(origin)


@dataclass(frozen=True)
class Section:
    """The lights of one article of one instrument."""

    instrument: Instrument
    title: Bilingual
    lights: Sequence[Light]
    is_first: bool


def lights(commitments: Iterable[Commitment], cities: Mapping[str, Node]) -> list[Light]:
    """Return the light of each commitment; a fixed number of queries."""
    rows = list(commitments)
    found = states(rows)
    known = organisations(name for row in rows for name in references(row))
    return [Light(row, found[row.uri], cities, known) for row in rows]


def references(row: Commitment) -> set[str]:
    """Return every organisation a commitment names, as slug or URI."""
    named = [
        name
        for owner in row.named_owners.all()
        for name in (owner.organisation, owner.deputy_organisation)
    ]
    coordinators = [each.organisation for each in row.coordinators.all()]
    return {*row.owners, *row.partners, *named, *coordinators} - {""}


def sections(found: Sequence[Light]) -> list[Section]:
    """Group lights by instrument and article, in the order of the texts."""
    grouped: list[Section] = []
    by_text = groupby(found, key=lambda light: light.commitment.instrument)
    for instrument, of_text in by_text:
        titles = {article.slug: article.title for article in instrument.articles}
        order = list(titles)
        rows = sorted(of_text, key=lambda light: _place(order, light))
        articles = groupby(rows, key=lambda light: light.commitment.article)
        for number, (article, of_article) in enumerate(articles):
            title = titles.get(article, Bilingual(en=article))
            grouped.append(Section(instrument, title, list(of_article), number == 0))
    return grouped


def _place(order: Sequence[str], light: Light) -> int:
    article = light.commitment.article
    return order.index(article) if article in order else len(order)


def tally_of(found: Sequence[Light]) -> Tally:
    """Count the lights."""
    return tally({light.commitment.uri: light.state for light in found})


def in_force(chain: Sequence[Instrument], today: date) -> Instrument | None:
    """Return the newest valid text in force on *today*; None when there is none."""
    valid = [
        text
        for text in chain
        if (text.standing == Instrument.Standing.RECORDED or text.agreed)
        and (text.first_day is None or text.first_day <= today)
        and (text.last_day is None or today <= text.last_day)
    ]
    return max(valid, key=lambda text: text.first_day or date.min, default=None)
