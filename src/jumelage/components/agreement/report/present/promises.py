"""The chapter on the commitments: each with its figures, its chart and its provenance."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jumelage.components.agreement.report import charts
from jumelage.components.agreement.report.content import (
    CommitmentLine,
    EvidenceLine,
    Figure,
    IndicatorLine,
    OwnerLine,
    PeriodFigure,
    Report,
)
from jumelage.components.agreement.report.present import words
from jumelage.components.agreement.report.present.blocks import (
    Cell,
    Chart,
    Fact,
    Items,
    Plain,
    Promise,
    Run,
    Runs,
    Table,
    Text,
)
from jumelage.components.agreement.report.present.links import Links
from jumelage.components.agreement.report.present.wording import Wording, missing
from jumelage.kit.dates import Period

_COLON = {"fr": "\u202f:", "en": ":"}
SHOWN_EVIDENCE = 24
"""Pieces of evidence linked one by one under a figure; the rest are in the data annex."""


class Promises:
    """Writes the commitments of *report* in one language."""

    def __init__(self, report: Report, wording: Wording, links: Links) -> None:
        """Remember what to write, how, and where figures lead."""
        self.report, self.w, self.links = report, wording, links
        self.cities = {city.slug: wording.say(city.name) for city in report.cities}
        self.evidence: dict[str, EvidenceLine] = {line.uri: line for line in report.evidence}

    def all(self) -> tuple[Promise, ...]:
        """Return every commitment, in the order of its text."""
        return tuple(self._promise(line) for line in self.report.commitments)

    def _promise(self, line: CommitmentLine) -> Promise:
        shown = line.title or line.text
        body: list[Plain] = []
        if line.title:
            body.append(Text(runs=(self.w.text(line.text),), role="treaty"))
        for indicator in line.indicators:
            body.extend(self._indicator(line, indicator))
        body.extend(self._said(line))
        return Promise(
            number=line.slug,
            anchor=f"c{line.slug}",
            title=(self._linked(self.w.text(shown), self.links.commitment(line.slug)),),
            mark=mark_of(line),
            state=str(words.STATES[line.state.state]),
            body=tuple(body),
            margin=tuple(self._margin(line)),
        )

    def _linked(self, run: Run, href: str) -> Run:
        return Run(text=run.text, lang=run.lang, href=href)

    def _margin(self, line: CommitmentLine) -> list[Fact]:
        facts = [
            Fact(label=_("State"), lines=self._state(line)),
            Fact(label=_("Owner"), lines=self._owners(line)),
        ]
        if line.coordinators:
            facts.append(Fact(label=_("Coordinator"), lines=_lines(line.coordinators)))
        if line.partners:
            facts.append(Fact(label=_("Partners"), lines=_lines(line.partners)))
        if line.beneficiaries:
            facts.append(Fact(label=_("For"), lines=((self.w.text(line.beneficiaries),),)))
        deadline = self.w.fuzzy(line.deadline)
        due = Run(text=deadline) if deadline else missing(_("none stated"))
        facts.append(Fact(label=_("Deadline"), lines=((due,),)))
        facts.append(Fact(label=_("Evidence this year"), lines=self._tally(line)))
        return facts

    def _state(self, line: CommitmentLine) -> tuple[Runs, ...]:
        state = str(words.STATES[line.state.state])
        if line.state.since:
            state = _("%(state)s since %(day)s") % {
                "state": state,
                "day": self.w.day(line.state.since),
            }
        last = line.state.last_confirmed
        confirmed = (
            Run(
                text=_("last confirmed evidence: %(day)s") % {"day": self.w.day(last)}, style="soft"
            )
            if last
            else missing(_("no confirmed evidence"))
        )
        return (Run(text=state),), (confirmed,)

    def _owners(self, line: CommitmentLine) -> tuple[Runs, ...]:
        found = [*(self._owner(owner) for owner in line.owners), *_lines(line.organisations)]
        return tuple(found) or ((missing(_("nobody")),),)

    def _owner(self, owner: OwnerLine) -> Runs:
        role = f"{self.w.say(owner.role)}, {owner.organisation}"
        deputy = owner.deputy_role
        tail = _("deputy: %(role)s") % {"role": self.w.say(deputy)} if deputy else _("no deputy")
        return (
            Run(text=role, style="tick", city=owner.city),
            Run(text=f" · {tail}", style="soft"),
        )

    def _tally(self, line: CommitmentLine) -> tuple[Runs, ...]:
        tally = line.tally
        parts = [
            (tally.confirmed, ngettext("%(n)s confirmed", "%(n)s confirmed", tally.confirmed)),
            (tally.stated, ngettext("%(n)s only stated", "%(n)s only stated", tally.stated)),
            (tally.disputed, ngettext("%(n)s disputed", "%(n)s disputed", tally.disputed)),
        ]
        found = tuple(
            (Run(text=text % {"n": self.w.number(count)}),) for count, text in parts if count
        )
        return found or ((missing(_("no evidence")),),)

    def _said(self, line: CommitmentLine) -> list[Plain]:
        """Return documents and statements of the year that carry no figure, newest first."""
        found = [
            e
            for e in self.report.evidence
            if e.commitment == line.slug and not e.indicator and e.status in {"confirmed", "stated"}
        ]
        items = tuple(self._statement(e) for e in reversed(found[-6:]))
        if items:
            return [Items(items=items)]
        if not line.indicators:
            return [
                Text(
                    runs=(
                        missing(
                            _("no indicator, no evidence in %(year)s") % {"year": self.report.year}
                        ),
                    )
                )
            ]
        return []

    def _statement(self, line: EvidenceLine) -> Runs:
        text = self.w.text(line.text)
        return (
            Run(text=f"{self.w.day(line.date)} — ", style="soft"),
            Run(text=text.text, lang=text.lang, href=self.links.evidence(line.uri)),
            *self.voices(line),
        )

    def voices(self, line: EvidenceLine) -> Runs:
        """Return who stated a piece of evidence and who confirmed it, and when."""
        stated = Run(text=" " + self.cities.get(line.city, line.city), style="tick", city=line.city)
        confirmed = [
            Run(
                text=_("%(city)s, %(day)s")
                % {"city": self.cities.get(word.city, word.city), "day": self.w.short_day(word.at)},
                style="tick",
                city=word.city,
            )
            for word in line.words
            if word.verdict == "confirmed"
        ]
        return (stated, *(confirmed or [Run(text=_("not yet confirmed"), style="wait")]))

    def _indicator(self, line: CommitmentLine, indicator: IndicatorLine) -> list[Plain]:
        blocks: list[Plain] = [self._numbers(line, indicator)]
        if indicator.actual:
            if chart := self._chart(indicator):
                blocks.append(chart)
            blocks.append(self._rests_on(line, indicator, indicator.actual))
        return blocks

    def _numbers(self, line: CommitmentLine, indicator: IndicatorLine) -> Table:
        """Return baseline, target, each city's part and the whole as one table."""
        link = self.links.listed(line.slug, indicator.slug)
        head = [
            _("Baseline"),
            _("Target"),
            *(self.cities[part.city] for part in indicator.cities),
            _("Together"),
        ]
        figures = [*(part.figure for part in indicator.cities), indicator.actual]
        cells = [
            self._amount(indicator.baseline, indicator.unit),
            self._amount(indicator.target, indicator.unit),
            *(self._figure(figure, indicator.unit, link) for figure in figures),
        ]
        label = self.w.text(indicator.label)
        return Table(
            caption="",
            head=(Cell(runs=()), *(Cell(runs=(Run(text=text),), number=True) for text in head)),
            rows=(
                (
                    Cell(
                        runs=(
                            Run(text=label.text, lang=label.lang, style="strong"),
                            Run(text=f" {words.unit(indicator.unit)}", style="soft"),
                        )
                    ),
                    *(Cell(runs=(run,), number=True) for run in cells),
                ),
            ),
            widths=(44, *(16 for _one in head)),
        )

    def _amount(self, value: Decimal | None, unit: str) -> Run:
        if value is None:
            return missing(_("missing"))
        return Run(text=self.w.measure(value, unit), style="number")

    def _figure(self, figure: Figure | None, unit: str, listed: str) -> Run:
        """Return a figure as a link: to its evidence, or to the list when there is more."""
        if figure is None:
            return missing(_("missing"))
        href = self.links.evidence(figure.evidence[0]) if len(figure.evidence) == 1 else listed
        style = "number" if figure.confirmed else "stated"
        return Run(text=self.w.figure(figure, unit), style=style, href=href)

    def _chart(self, indicator: IndicatorLine) -> Chart | None:
        """Return bars per period: one row of bars, coloured by the city that states them."""
        if len(indicator.periods) < 2:
            return None
        parts = indicator.periods[:24]
        points = [
            self._bar(part, indicator.unit, parts[at - 1] if at else None)
            for at, part in enumerate(parts)
        ]
        said = "; ".join(
            f"{self.w.period(part.period)}, {self.cities.get(part.city, part.city)}{_COLON[self.w.language]} "
            f"{self.w.figure(part.figure, indicator.unit)}"
            for part in parts
        )
        alt = f"{self.w.say(indicator.label)}, {self.report.year}. {said}."
        hidden = any(part.figure.hidden for part in parts)
        caption = _("* few people: the number is withheld.") if hidden else ""
        return Chart(svg=charts.bars(alt, points), alt=alt, caption=caption)

    def _bar(self, part: PeriodFigure, unit: str, before: PeriodFigure | None) -> charts.Bar:
        value = part.figure.value
        again = before is not None and before.period == part.period
        return charts.Bar(
            label="" if again else self.w.month(part.period.start),
            value=value,
            text=self.w.measure(value, unit) if value is not None else "*",
            confirmed=part.figure.confirmed,
            city=part.city,
        )

    def _rests_on(self, line: CommitmentLine, indicator: IndicatorLine, figure: Figure) -> Text:
        """Return the evidence behind a figure, piece by piece, each a link."""
        found = [self.evidence[uri] for uri in figure.evidence if uri in self.evidence]
        pieces = sorted(found, key=lambda piece: (piece.date, piece.city, piece.uri))
        runs = [Run(text=_("Rests on:") + " ", style="soft")]
        for piece in pieces[:SHOWN_EVIDENCE]:
            label = self._when(piece)
            style = "tick" if piece.status == "confirmed" else "wait"
            runs.append(
                Run(text=label, style=style, city=piece.city, href=self.links.evidence(piece.uri))
            )
        rest = len(pieces) - SHOWN_EVIDENCE
        if rest > 0:
            more = ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": self.w.number(rest)}
            runs.append(Run(text=more, href=self.links.listed(line.slug, indicator.slug)))
        return Text(runs=tuple(runs), role="note")

    def _when(self, piece: EvidenceLine) -> str:
        """Return the short name of the month of a piece of evidence, else its period or day."""
        period = piece.period
        if period is None:
            return self.w.short_day(piece.date)
        is_month = period == Period.month(period.start.year, period.start.month)
        return self.w.month(period.start) if is_month else self.w.period(period)


def mark_of(line: CommitmentLine) -> str:
    """Return the name of the mark that stands for a commitment's state."""
    return {"done-confirmed": "done"}.get(line.state.state, line.state.state)


def _lines(names: Sequence[str]) -> tuple[Runs, ...]:
    return tuple((Run(text=name),) for name in names)
