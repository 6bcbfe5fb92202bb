"""The chapters on texts, meetings, money and what crossed, as blocks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jumelage.components.agreement.report.content import (
    InstrumentLine,
    MeetingLine,
    MoneyLine,
    Report,
    Work,
)
from jumelage.components.agreement.report.present import words
from jumelage.components.agreement.report.present.blocks import (
    Cell,
    Heading,
    Items,
    Plain,
    Run,
    Runs,
    Table,
    Text,
)
from jumelage.components.agreement.report.present.wording import Wording, missing


class Legal:
    """Writes the legal chapters of *report* in one language."""

    def __init__(self, report: Report, wording: Wording) -> None:
        """Remember what to write, and how."""
        self.report, self.w = report, wording
        self.cities = {city.slug: wording.say(city.name) for city in report.cities}
        self.titles = {i.slug: wording.say(i.title) for i in report.instruments}

    def instruments(self) -> tuple[Plain, ...]:
        """Return the chain of texts, their doubts, and who signed."""
        head = [_("Text"), _("Signed"), _("In force"), _("Status"), _("Signatories")]
        rows = tuple(self._instrument(line) for line in self.report.instruments)
        table = Table(
            caption=_("The texts that bind the cities, oldest first; nothing is overwritten."),
            head=tuple(Cell(runs=(Run(text=text),)) for text in head),
            rows=rows,
            widths=(34, 16, 18, 14, 30),
        )
        return (table, *self._duties(), *self._doubts())

    def _instrument(self, line: InstrumentLine) -> tuple[Cell, ...]:
        w = self.w
        kind = str(words.INSTRUMENT_TYPES.get(line.type, line.type))
        invented = [Run(text=" · " + _("invented for the demonstration"), style="soft")]
        title = (
            Run(text=w.say(line.title), style="strong", lang=w.text(line.title).lang),
            Run(text=f" {kind}", style="soft"),
            *(invented if line.invented else []),
        )
        signed = w.fuzzy(line.signed)
        status = str(words.INSTRUMENT_STATUS[line.status])
        return (
            Cell(runs=title),
            Cell(runs=(Run(text=signed) if signed else missing(_("date unknown")),)),
            Cell(runs=(Run(text=self._term(line)),)),
            Cell(runs=(Run(text=status),)),
            Cell(runs=self._signed_by(line)),
        )

    def _term(self, line: InstrumentLine) -> str:
        start, end = self.w.fuzzy(line.starts), self.w.fuzzy(line.ends)
        if start and end:
            return f"{start} – {end}"
        return _("since %(day)s") % {"day": start} if start else "—"

    def _signed_by(self, line: InstrumentLine) -> Runs:
        """Return the office holders of history, or the cities' own signatures."""
        named = " · ".join(
            ", ".join(filter(None, (s.name, self.w.say(s.office)))) for s in line.signatories
        )
        co_signed = [
            Run(
                text=_("%(city)s on %(day)s")
                % {"city": self.cities.get(s.city, s.city), "day": self.w.day(s.at)},
                style="tick",
                city=s.city,
            )
            for s in line.signatures
        ]
        found = self.w.sentence(named, *co_signed)
        return found or (missing(_("not named by the sources")),)

    def _duties(self) -> tuple[Plain, ...]:
        """Return what the texts in force say about governance and reporting."""
        held = [i for i in self.report.instruments if i.status in {"in-force", "open-ended"}]
        items = [
            self.w.sentence(Run(text=label + " ", style="strong"), self.w.text(text))
            for line in held
            for label, text in (
                (_("Governance."), line.governance),
                (_("Duty to report."), line.reporting_duty),
            )
            if text
        ]
        if items:
            return (Items(items=tuple(dict.fromkeys(items))),)
        return (
            Text(
                runs=(missing(_("no text in force states a governance body or a duty to report")),)
            ),
        )

    def _doubts(self) -> tuple[Plain, ...]:
        doubtful = [
            self.w.sentence(
                Run(text=self.w.say(line.title) + ". ", style="strong"), self.w.text(line.doubt)
            )
            for line in self.report.instruments
            if line.doubt
        ]
        if not doubtful:
            return ()
        return (
            Heading(text=_("What is doubtful about the dates"), anchor="doubts"),
            Items(items=tuple(doubtful)),
        )

    def meetings(self) -> tuple[Plain, ...]:
        """Return the joint meetings of the year with what they decided."""
        if not self.report.meetings:
            empty = _("no joint meeting was called or held in %(year)s") % {
                "year": self.report.year
            }
            return (Text(runs=(missing(empty),)),)
        return tuple(block for line in self.report.meetings for block in self._meeting(line))

    def _meeting(self, line: MeetingLine) -> list[Plain]:
        held = _("held") if line.held else _("called, no minutes")
        blocks: list[Plain] = [
            Heading(text=self.w.say(line.title), anchor=f"meeting-{line.uri[-8:]}"),
            Text(
                runs=self.w.sentence(
                    self._both_times(line),
                    " · " if line.place else "",
                    self.w.text(line.place),
                    f" · {held}",
                ),
                role="note",
            ),
        ]
        attended = [self._attended(one.city, one.roles, one.people) for one in line.attendance]
        if attended:
            blocks.append(Items(items=tuple(attended)))
        decided = [
            self.w.sentence(Run(text=_("Decided:") + " ", style="strong"), self.w.text(text))
            for text in line.decisions
        ]
        return [
            *blocks,
            *(
                [Items(items=(*decided, *map(self._work, line.work)))]
                if decided or line.work
                else []
            ),
        ]

    def _both_times(self, line: MeetingLine) -> str:
        """Return the start in every city's own time, the organiser's first."""
        start = datetime.fromisoformat(line.starts_local).replace(tzinfo=ZoneInfo(line.time_zone))
        cities = sorted(self.report.cities, key=lambda city: city.time_zone != line.time_zone)
        times = []
        for city in cities:
            local = start.astimezone(ZoneInfo(city.time_zone))
            shift = (local.date() - start.date()).days
            mark = f" ({shift:+d})" if shift else ""
            times.append(f"{local:%H:%M} {self.w.say(city.name)}{mark}")
        return f"{self.w.day(start.date())}, {' · '.join(times)}"

    def _attended(self, city: str, roles: tuple, people: int | None) -> Runs:  # type: ignore[type-arg]  # Bilingual
        count = (
            ngettext("%(count)s person", "%(count)s people", people) % {"count": people}
            if people is not None
            else _("few people, number withheld")
        )
        who = ", ".join(self.w.say(role) for role in roles)
        return self.w.sentence(
            Run(text=self.cities.get(city, city), style="strong"), f" — {who} ({count})"
        )

    def _work(self, work: Work) -> Runs:
        due = _("due %(day)s") % {"day": self.w.day(work.due)} if work.due else ""
        done = _("done on %(day)s") % {"day": self.w.day(work.done)} if work.done else _("not done")
        tail = ", ".join(filter(None, (self.w.say(work.role), work.organisation, due, done)))
        return self.w.sentence(
            Run(text=_("Work:") + " ", style="strong"),
            self.w.text(work.text),
            Run(text=f" ({tail})", style="soft"),
        )

    def money(self) -> tuple[Plain, ...]:
        """Return every amount in its own currency, and the year's totals per currency."""
        if not self.report.money:
            return (Text(runs=(missing(_("no text names an amount")),)),)
        head = [_("What for"), _("Text"), _("Amount"), _("Kind"), _("Payer"), _("Certainty")]
        table = Table(
            caption=_("Each amount stays in its own currency; none is converted."),
            head=tuple(
                Cell(runs=(Run(text=text),), number=at == 2) for at, text in enumerate(head)
            ),
            rows=tuple(self._amount(line) for line in self.report.money),
            widths=(20, 26, 24, 14, 18, 18),
        )
        return (table, *self._notes(), *self._totals())

    def _amount(self, line: MoneyLine) -> tuple[Cell, ...]:
        kind = _("spent") if line.spent else _("planned")
        payer = Run(text=line.funder) if line.funder else missing(_("unknown"))
        certainty = str(words.CERTAINTY.get(line.certainty, line.certainty))
        amount = Run(text=self.w.money(line.amount, line.currency), style="number")
        return (
            Cell(runs=(Run(text=line.purpose),)),
            Cell(runs=(Run(text=self.titles.get(line.instrument, line.instrument)),)),
            Cell(runs=(amount,), number=True),
            Cell(runs=(Run(text=kind),)),
            Cell(runs=(payer,)),
            Cell(runs=(Run(text=certainty),)),
        )

    def _notes(self) -> tuple[Plain, ...]:
        notes = [self.w.text(line.note) for line in self.report.money if line.note]
        return (Items(items=tuple((note,) for note in notes)),) if notes else ()

    def _totals(self) -> tuple[Plain, ...]:
        if not self.report.totals:
            words_ = _("no amount is attached to %(year)s") % {"year": self.report.year}
            return (Text(runs=(missing(words_),)),)
        head = [_("In %(year)s") % {"year": self.report.year}, _("planned"), _("spent")]
        rows = []
        for total in self.report.totals:
            cells = [Cell(runs=(Run(text=total.currency),))]
            for amount in (total.planned, total.spent):
                run = (
                    missing(_("missing"))
                    if amount is None
                    else Run(text=self.w.money(amount, total.currency), style="number")
                )
                cells.append(Cell(runs=(run,), number=True))
            rows.append(tuple(cells))
        return (
            Table(
                caption=_("Totals per currency"),
                head=tuple(
                    Cell(runs=(Run(text=text),), number=at > 0) for at, text in enumerate(head)
                ),
                rows=tuple(rows),
            ),
        )

    def crossings(self) -> tuple[Plain, ...]:
        """Return which kinds of record may cross, to whom, and by which article."""
        note = Text(
            runs=(
                Run(
                    text=_(
                        "No personal data crosses between the cities. What crosses is opened by an "
                        "article of a text in force, kind by kind; the few kinds that two cities "
                        "need to reach an agreement at all are open from the pairing."
                    )
                ),
            )
        )
        if not self.report.crossings:
            return (note, Text(runs=(missing(_("no text in force opens any kind of record")),)))
        head = [_("Kind of record"), _("Readable by"), _("Article"), _("Text")]
        rows = tuple(
            tuple(
                Cell(runs=(Run(text=text),))
                for text in (
                    c.kind,
                    str(words.AUDIENCES.get(c.audience, c.audience)),
                    c.article,
                    self.titles.get(c.instrument, c.instrument),
                )
            )
            for c in self.report.crossings
        )
        table = Table(
            caption=_("What may cross, and by which article"),
            head=tuple(Cell(runs=(Run(text=text),)) for text in head),
            rows=rows,
            widths=(36, 24, 24, 24),
        )
        return (note, table)
