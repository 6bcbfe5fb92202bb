"""Sets the report in one language: from values to words, tables and charts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from jumelage.components.agreement.report.content import Report
from jumelage.components.agreement.report.present.blocks import (
    Cover,
    Document,
    Fact,
    Plain,
    Promise,
    Run,
    Section,
    Text,
)
from jumelage.components.agreement.report.present.legal import Legal
from jumelage.components.agreement.report.present.links import Links
from jumelage.components.agreement.report.present.outcome import Outcome
from jumelage.components.agreement.report.present.promises import Promises
from jumelage.components.agreement.report.present.wording import Wording
from jumelage.kit.city import Accent
from jumelage.kit.i18n import Bilingual

__all__ = ("Links", "Seal", "present")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What is known about a frozen report; an empty *sha256* means it is provisional."""

    sha256: str = ""
    frozen: tuple[tuple[str, date], ...] = ()
    """City slug and the day it froze or confirmed."""
    heads: tuple[str, ...] = ()
    """The checkpoints it rests on, ready to print."""
    errata: tuple[tuple[date, Bilingual], ...] = ()


def present(report: Report, language: str, *, base: str = "", seal: Seal | None = None) -> Document:
    """Return *report* in *language* (`fr` or `en`); *base* makes its links absolute."""
    with translation.override(language):
        return _Author(report, Wording(language), Links(report, base), seal or Seal()).document()


class _Author:
    """Puts the chapters in order."""

    def __init__(self, report: Report, wording: Wording, links: Links, seal: Seal) -> None:
        self.report, self.w, self.links, self.seal = report, wording, links, seal

    def document(self) -> Document:
        title = _("Annual report %(year)s") % {"year": self.report.year}
        name = self.w.say(self.report.name)
        return Document(
            language=self.w.language,
            cover=self._cover(title, name),
            contents=_("Contents"),
            header=f"{self._instrument()} · {self.report.year}",
            footer=f"{title} — {name}",
            sections=tuple(self._sections()),
        )

    def _instrument(self) -> str:
        """Return the title of the newest text in force, for the running header."""
        held = [i for i in self.report.instruments if i.status in {"in-force", "open-ended"}]
        return (
            self.w.say((held or list(self.report.instruments))[-1].title)
            if self.report.instruments
            else ""
        )

    def _cover(self, title: str, name: str) -> Cover:
        accents = [Accent().light, "#c0362c", "#4f6b3a", "#7a4f86"]
        banner = _(
            "Demonstration: a text in force and the activity are invented; the cities have not "
            "adopted this software."
        )
        return Cover(
            title=title,
            name=name,
            lead=_(
                "To the councils of both cities: what was promised, what was done, and what both confirm."
            ),
            lines=tuple(self._facts()),
            banner=banner if self.report.invented else "",
            cities=tuple(
                (city.slug, self.w.say(city.name), accents[at % len(accents)])
                for at, city in enumerate(self.report.cities)
            ),
        )

    def _facts(self) -> list[Fact]:
        day = self.w.day(self.report.as_of)
        facts = [Fact(label=_("As of"), lines=((Run(text=f"{day} (UTC)"),),))]
        if not self.seal.sha256:
            status = _("Provisional: built from the record, not frozen.")
            return [*facts, Fact(label=_("Status"), lines=((Run(text=status),),))]
        names = {city.slug: self.w.say(city.name) for city in self.report.cities}
        frozen = tuple(
            (
                Run(
                    text=_("%(city)s on %(day)s")
                    % {"city": names.get(city, city), "day": self.w.day(on)},
                    style="tick",
                    city=city,
                ),
            )
            for city, on in self.seal.frozen
        )
        return [
            *facts,
            Fact(label=_("Frozen and confirmed by"), lines=frozen),
            Fact(label="SHA-256", lines=((Run(text=self.seal.sha256, style="code"),),)),
        ]

    def _sections(self) -> list[Section]:
        legal = Legal(self.report, self.w)
        outcome = Outcome(self.report, self.w, self.links)
        promises = Promises(self.report, self.w, self.links)
        chapters: list[tuple[str, str, Callable[[], tuple[Plain | Promise, ...]]]] = [
            ("glance", _("At a glance"), outcome.glance),
            ("decisions", _("Decisions asked of the councils"), outcome.asks),
            ("texts", _("Legal status and instruments"), legal.instruments),
            ("meetings", _("Governance and meetings"), legal.meetings),
            ("commitments", _("The commitments"), promises.all),
            ("stopped", _("What stopped, and why"), outcome.stops),
            ("balance", _("Balance between the two directions"), outcome.balance),
            ("money", _("Money planned and spent"), legal.money),
            ("people", _("Participation"), outcome.people),
            ("privacy", _("Risks and privacy: what crossed"), legal.crossings),
            ("requests", _("Open requests"), outcome.requests),
            ("annex", _("How to read and check this report"), self._annex),
        ]
        return [
            Section(anchor=anchor, title=title, blocks=write()) for anchor, title, write in chapters
        ]

    def _annex(self) -> tuple[Plain, ...]:
        texts = [
            _(
                "Every figure rests on evidence that one city stated, with its date and source. "
                "Confirmed means that the other city recomputed it from its own copy, or that a "
                "person there confirmed it. Disputed, withdrawn and corrected evidence enters no figure."
            ),
            _(
                "Each figure leads to its evidence. All evidence of the year is in the data annex, "
                "as CSV and as JSON; the JSON is exactly what is hashed when the report is frozen."
            ),
        ]
        blocks: list[Plain] = [Text(runs=(Run(text=text),)) for text in texts]
        files = (
            Run(text=_("Data annex:") + " ", style="strong"),
            Run(text="CSV", href=self.links.data("csv")),
            Run(text=" · "),
            Run(text="JSON", href=self.links.data("json")),
        )
        return (*blocks, Text(runs=files), *self._check())

    def _check(self) -> tuple[Plain, ...]:
        heads = [
            Text(runs=(Run(text=head, style="code"),), role="note") for head in self.seal.heads
        ]
        errata = [
            Text(
                runs=(
                    Run(text=_("Erratum of %(day)s:") % {"day": self.w.day(at)}, style="strong"),
                    Run(text=" "),
                    self.w.text(text),
                )
            )
            for at, text in self.seal.errata
        ]
        return (*errata, *heads)
