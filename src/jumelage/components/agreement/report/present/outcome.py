"""The chapters that draw the balance: at a glance, what stopped, both directions, what to decide."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jumelage.components.agreement.report import charts
from jumelage.components.agreement.report.content import (
    Ask,
    BalanceLine,
    Figure,
    Report,
    Stop,
)
from jumelage.components.agreement.report.present import words
from jumelage.components.agreement.report.present.blocks import (
    Cell,
    Chart,
    Items,
    Plain,
    Run,
    Runs,
    Table,
    Tally,
    Text,
)
from jumelage.components.agreement.report.present.links import Links
from jumelage.components.agreement.report.present.promises import mark_of
from jumelage.components.agreement.report.present.wording import Wording, missing

_PAIRS = 12
"""Lines of a balance chart: what fits on a sheet of paper."""
_COLON = {"fr": "\u202f:", "en": ":"}


class Outcome:
    """Writes what follows from the record, in one language."""

    def __init__(self, report: Report, wording: Wording, links: Links) -> None:
        """Remember what to write, how, and where it leads."""
        self.report, self.w, self.links = report, wording, links
        self.cities = {city.slug: wording.say(city.name) for city in report.cities}
        self.titles = {i.slug: wording.say(i.title) for i in report.instruments}

    def glance(self) -> tuple[Plain, ...]:
        """Return the counts, one mark for each commitment, and what the evidence says."""
        states = Counter(line.state.state for line in self.report.commitments)
        counts = [
            (self.w.number(states[state]), str(word))
            for state, word in words.STATES.items()
            if states[state]
        ]
        lights = [
            charts.Light(
                number=line.slug, state=mark_of(line), text=str(words.STATES[line.state.state])
            )
            for line in self.report.commitments
        ]
        alt = _("State of each commitment: %(states)s.") % {
            "states": "; ".join(f"{light.number} {light.text}" for light in lights)
        }
        caption = _(
            "A state is computed from dated evidence that both cities confirmed; nobody types it in."
        )
        return (
            Tally(counts=tuple(counts)),
            Chart(svg=charts.lights(alt, lights), alt=alt, caption=caption),
            Items(items=tuple(self._key_facts())),
        )

    def _key_facts(self) -> list[Runs]:
        report, w = self.report, self.w
        evidence = Counter(line.status for line in report.evidence)
        standing = evidence["confirmed"] + evidence["stated"] + evidence["disputed"]
        held = sum(meeting.held for meeting in report.meetings)
        orphans = sum(line.state.orphan for line in report.commitments)
        unmeasured = sum(line.state.unmeasured for line in report.commitments)
        facts = [
            ngettext(
                "%(n)s piece of evidence stands for the year: %(confirmed)s confirmed by the other "
                "city, %(stated)s only stated, %(disputed)s disputed.",
                "%(n)s pieces of evidence stand for the year: %(confirmed)s confirmed by the other "
                "city, %(stated)s only stated, %(disputed)s disputed.",
                standing,
            )
            % {
                "n": w.number(standing),
                **{k: w.number(evidence[k]) for k in ("confirmed", "stated", "disputed")},
            },
            ngettext("%(n)s joint meeting was held.", "%(n)s joint meetings were held.", held)
            % {"n": w.number(held)},
        ]
        if orphans:
            text = ngettext(
                "%(n)s commitment has no owner.", "%(n)s commitments have no owner.", orphans
            )
            facts.append(text % {"n": w.number(orphans)})
        if unmeasured:
            text = ngettext(
                "%(n)s commitment has no indicator.",
                "%(n)s commitments have no indicator.",
                unmeasured,
            )
            facts.append(text % {"n": w.number(unmeasured)})
        return [(Run(text=fact),) for fact in facts]

    def stops(self) -> tuple[Plain, ...]:
        """Return what fell silent, was disputed or taken back, and the reason that was given."""
        if not self.report.stops:
            return (
                Text(
                    runs=(
                        Run(text=_("Nothing stopped, and no evidence was disputed or taken back.")),
                    )
                ),
            )
        head = [_("Commitment"), _("What happened"), _("Since"), _("Reason")]
        table = Table(
            caption="",
            head=tuple(Cell(runs=(Run(text=text),)) for text in head),
            rows=tuple(self._stop(stop) for stop in self.report.stops),
            widths=(16, 38, 24, 52),
        )
        return (table,)

    def _stop(self, stop: Stop) -> tuple[Cell, ...]:
        what = str(words.STOPS[stop.kind]) % {"city": self.cities.get(stop.city, stop.city)}
        is_evidence = stop.kind in {"disputed", "withdrawn", "corrected"}
        href = (
            self.links.evidence(stop.uri) if is_evidence else self.links.commitment(stop.commitment)
        )
        reason = self.w.text(stop.reason)
        return (
            Cell(runs=(Run(text=stop.commitment, href=self.links.commitment(stop.commitment)),)),
            Cell(runs=(Run(text=what, href=href),)),
            Cell(
                runs=(Run(text=self.w.day(stop.date)) if stop.date else missing(_("date unknown")),)
            ),
            Cell(runs=(reason if reason.text else missing(_("no reason recorded")),)),
        )

    def balance(self) -> tuple[Plain, ...]:
        """Return both directions against each other, as a chart and as a table."""
        if not self.report.balance:
            return (Text(runs=(missing(_("no city has stated a figure for the year")),)),)
        blocks: list[Plain] = []
        if len(self.report.cities) == 2:
            pages = range(0, len(self.report.balance), _PAIRS)
            blocks += [self._balance_chart(self.report.balance[at : at + _PAIRS]) for at in pages]
        table = self._table(
            self.report.balance, _("What each city states, and what stands behind it")
        )
        return (*blocks, table)

    def _balance_chart(self, lines: Sequence[BalanceLine]) -> Chart:
        left, right = self.report.cities
        pairs = [
            charts.Pair(
                label=self._of(line),
                left=self._side(line, left.slug),
                right=self._side(line, right.slug),
            )
            for line in lines
        ]
        alt = _("Each indicator in both directions: %(lines)s.") % {
            "lines": "; ".join(
                f"{p.label}, {self.cities[left.slug]} {p.left.text}, {self.cities[right.slug]} {p.right.text}"
                for p in pairs
            )
        }
        svg = charts.balance(alt, self.cities[left.slug], self.cities[right.slug], pairs)
        caption = _(
            "Each line has its own scale. Solid: confirmed by both cities; dashed: stated by one, "
            "not yet confirmed by the other."
        )
        return Chart(svg=svg, alt=alt, caption=caption)

    def _of(self, line: BalanceLine) -> str:
        return f"{line.commitment} · {self.w.say(line.label)}"

    def _side(self, line: BalanceLine, city: str) -> charts.Bar:
        figure = next((part.figure for part in line.cities if part.city == city), None)
        return charts.Bar(
            label="",
            value=figure.value if figure else None,
            text=self.w.figure(figure, line.unit),
            confirmed=bool(figure and figure.confirmed),
            city=city,
            solid=figure.of_which_confirmed if figure else None,
        )

    def _table(self, lines: Sequence[BalanceLine], caption: str) -> Table:
        slugs = [city.slug for city in self.report.cities]
        rows = []
        for line in lines:
            parts = {part.city: part.figure for part in line.cities}
            numbers = [self._linked(parts.get(slug), line) for slug in slugs]
            label = self.w.text(line.label)
            name = (
                Run(text=f"{line.commitment} ", style="soft"),
                label,
                Run(text=f" · {words.unit(line.unit)}", style="soft"),
            )
            rows.append((Cell(runs=name), *(Cell(runs=(run,), number=True) for run in numbers)))
        head = (
            Cell(runs=(Run(text=_("Indicator")),)),
            *(Cell(runs=(Run(text=self.cities[slug]),), number=True) for slug in slugs),
        )
        return Table(
            caption=caption, head=head, rows=tuple(rows), widths=(64, *(26 for _one in slugs))
        )

    def _linked(self, figure: Figure | None, line: BalanceLine) -> Run:
        if figure is None:
            return missing(_("missing"))
        href = (
            self.links.evidence(figure.evidence[0])
            if len(figure.evidence) == 1
            else self.links.listed(line.commitment, line.indicator)
        )
        style = "number" if figure.confirmed else "stated"
        return Run(text=self.w.figure(figure, line.unit), style=style, href=href)

    def people(self) -> tuple[Plain, ...]:
        """Return how many people took part, few people hidden."""
        counted = {
            (commitment.slug, indicator.slug)
            for commitment in self.report.commitments
            for indicator in commitment.indicators
            if indicator.counts_people
        }
        lines = [
            line for line in self.report.balance if (line.commitment, line.indicator) in counted
        ]
        note = Text(
            runs=(
                Run(
                    text=_(
                        "Counts of 1 to 4 people are withheld, and with each at least one other "
                        "number, so that they cannot be worked out by subtraction. A zero is a "
                        "true zero; a dash with the word “missing” means that nobody said."
                    )
                ),
            ),
            role="note",
        )
        if not lines:
            return (
                Text(runs=(missing(_("no indicator that counts people has evidence this year")),)),
                note,
            )
        return (self._table(lines, _("People who took part, by city")), note)

    def requests(self) -> tuple[Plain, ...]:
        """Return the corrections that were asked for and not answered."""
        if not self.report.requests:
            return (Text(runs=(Run(text=_("No request is open.")),)),)
        items = tuple(
            self.w.sentence(
                Run(text=self.cities.get(r.city, r.city), style="strong"),
                f", {self.w.day(r.at)} — ",
                self.w.text(r.text),
            )
            for r in self.report.requests
        )
        return (Items(items=items),)

    def asks(self) -> tuple[Plain, ...]:
        """Return the decisions that the record calls for."""
        if not self.report.asks:
            return (Text(runs=(Run(text=_("The record calls for no decision.")),)),)
        return (Items(items=tuple(self._ask(ask) for ask in self.report.asks)),)

    def _ask(self, ask: Ask) -> Runs:
        numbers: list[Run] = []
        for slug in ask.commitments:
            numbers += [
                Run(text=", " if numbers else ""),
                Run(text=slug, href=self.links.commitment(slug)),
            ]
        verb, _space, rest = self._sentence(ask).partition(" — ")
        tail = [Run(text=f" — {rest}")] if rest else []
        where = [Run(text=_COLON[self.w.language] + " "), *numbers] if numbers else []
        return self.w.sentence(Run(text=verb, style="strong"), *tail, *where)

    def _sentence(self, ask: Ask) -> str:
        city = self.cities.get(ask.city, ask.city)
        facts: dict[str, object] = {
            "n": self.w.number(ask.count),
            "city": city,
            "text": self.titles.get(ask.instrument, ask.instrument),
            "day": self.w.day(ask.by) if ask.by else "",
        }
        sentences = {
            "renew": _("Renew or end “%(text)s” — its last day is %(day)s"),
            "name-owners": ngettext(
                "Name an owner — %(n)s commitment has none",
                "Name owners — %(n)s commitments have none",
                ask.count,
            ),
            "define-indicators": ngettext(
                "Define an indicator — %(n)s commitment cannot be measured",
                "Define indicators — %(n)s commitments cannot be measured",
                ask.count,
            ),
            "revive": ngettext(
                "Revive or end — %(n)s commitment is quiet or overdue",
                "Revive or end — %(n)s commitments are quiet or overdue",
                ask.count,
            ),
            "settle-disputes": _("Settle what is disputed"),
            "attest": ngettext(
                "%(city)s to confirm or dispute — %(n)s piece of evidence has waited for more than 30 days",
                "%(city)s to confirm or dispute — %(n)s pieces of evidence have waited for more than 30 days",
                ask.count,
            ),
            "answer": ngettext(
                "Answer %(n)s open request", "Answer %(n)s open requests", ask.count
            ),
        }
        return sentences[ask.kind] % facts
