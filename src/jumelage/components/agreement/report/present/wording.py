"""How values are written in French and in English: numbers, money, days, spaces, quotes."""

import re
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jumelage.components.agreement.report.content import Figure
from jumelage.components.agreement.report.present.blocks import Run, Runs
from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual

_NARROW, _WIDE = "\u202f", "\u00a0"
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def typeset(text: str, language: str) -> str:
    """Return *text* with the spaces and quotes of *language*.

    Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
    """
    text = re.sub(r"(?<=\w)'(?=\w)", "\u2019", text)
    if language != "fr":
        return text
    text = re.sub(r"«[ \u00a0\u202f]*", f"«{_WIDE}", text)
    text = re.sub(r"[ \u00a0\u202f]*»", f"{_WIDE}»", text)
    text = re.sub(r"[ \u00a0\u202f]+([;!?])", rf"{_NARROW}\1", text)
    return re.sub(r"[ \u00a0\u202f]+:(?!\S)", f"{_NARROW}:", text)


class Wording:
    """Writes values in one language; labels come from the message catalogue."""

    def __init__(self, language: str) -> None:
        """Write in *language* (`fr` or `en`)."""
        self.language = language
        self.locale = _LOCALES[language]

    def text(self, text: Bilingual | None, style: str = "") -> Run:
        """Return the run for a bilingual text, marked when it is in the other language."""
        words, language = (text or Bilingual()).read(self.language)
        foreign = language if words and language != self.language else ""
        return Run(text=typeset(words, language), lang=foreign, style=style)

    def say(self, text: Bilingual | None) -> str:
        """Return a bilingual text without its mark, for titles and labels of charts."""
        return self.text(text).text

    def day(self, day: date) -> str:
        """Return a full date: `1er mars 2026`, `1 March 2026`."""
        text = format_date(day, "d MMMM y", locale=self.locale)
        if self.language == "fr" and day.day == 1:
            text = text.replace("1 ", "1er ", 1)
        return text.replace(" ", _WIDE)

    def short_day(self, day: date) -> str:
        """Return day and short month: `3 nov.`."""
        return format_date(day, "d MMM", locale=self.locale).replace(" ", _WIDE)

    def month(self, day: date) -> str:
        """Return the short name of the month of *day*."""
        return format_date(day, "LLL", locale=self.locale)

    def fuzzy(self, day: FuzzyDate | None) -> str:
        """Return a date as precisely as it is known; empty when it is unknown."""
        if day is None:
            return ""
        if day.precision == "year":
            return day.text
        if day.precision == "month":
            return format_date(day.first_day, "MMMM y", locale=self.locale)
        return self.day(day.first_day)

    def period(self, period: Period) -> str:
        """Return a period in words: a month, a year, or its first and last day."""
        if period == Period.month(period.start.year, period.start.month):
            return format_date(period.start, "LLLL y", locale=self.locale)
        if period == Period.year(period.start.year):
            return str(period.start.year)
        return f"{self.day(period.start)} – {self.day(period.last_day)}"

    def number(self, value: Decimal | int) -> str:
        """Return a number with the digit groups of the language."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def measure(self, value: Decimal, unit: str) -> str:
        """Return a number with its unit when that belongs to it (percent, bytes)."""
        if unit == "percent":
            space = _NARROW if self.language == "fr" else ""
            return f"{self.number(value)}{space}%"
        if unit == "bytes":
            return self._bytes(value)
        return self.number(value)

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount in its own currency, written with the currency's code."""
        digits = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
        return format_currency(
            amount, currency, f"{digits}\u00a0¤¤", locale=self.locale, currency_digits=False
        )

    def figure(self, figure: Figure | None, unit: str) -> str:
        """Return a figure as text; hidden and missing are said in words."""
        if figure is None:
            return "— " + _("missing")
        if figure.value is None:
            return _("fewer than 5 or withheld")
        return self.measure(figure.value, unit)

    def sentence(self, *parts: Run | str) -> Runs:
        """Return runs from texts and runs, in order; empty texts vanish."""
        runs = (part if isinstance(part, Run) else Run(text=part) for part in parts)
        return tuple(run for run in runs if run.text)

    def days(self, count: int) -> str:
        """Return a number of days with its word."""
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": self.number(count)}

    def _bytes(self, value: Decimal) -> str:
        units = (
            ("o", "ko", "Mo", "Go", "To")
            if self.language == "fr"
            else ("B", "kB", "MB", "GB", "TB")
        )
        size, power = Decimal(value), 0
        while size >= 1000 and power < len(units) - 1:
            size, power = size / 1000, power + 1
        return f"{self.number(size.quantize(Decimal('0.1')).normalize())}\u00a0{units[power]}"


def missing(words: str) -> Run:
    """Return the run for something that is not there: a dash and the word for it."""
    return Run(text=f"— {words}", style="missing")
