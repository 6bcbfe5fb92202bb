"""Statements, documents and counts; the other city's word; requests and answers."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models import Commitment, Evidence, Indicator
from jumelage.components.agreement.services.files.checking import LARGEST_DOCUMENT
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.shell.bilingual import BilingualForm, Text
from jumelage.shell.forms import DayInput
from jumelage.shell.look import times

DAY = DayInput()
TEXT_LENGTH = 5_000
"""Characters."""
_MEGABYTE = 1024 * 1024
_ONE_DAY = timedelta(days=1)


def _named(period: Period) -> str:
    """Write a calendar month or year, or the days of another period."""
    if period == Period.year(period.start.year):
        return str(period.start.year)
    if period == Period.month(period.start.year, period.start.month):
        return times.day(period.start, "LLLL y")
    return f"{times.short_day(period.start)} – {times.short_day(period.last_day)}"


def countable_periods(today: date) -> list[Period]:
    """Return the last twelve months that are over and the last two years, newest first."""
    ended = [m for y in (today.year, today.year - 1) for m in reversed(Period.year(y).months())]
    months = [month for month in ended if month.end <= today][:12]
    return [*months, Period.year(today.year - 1), Period.year(today.year - 2)]


class FactForm(BilingualForm):
    """What every piece of evidence says: the day, the words, the source."""

    texts = {
        "text": Text(label=_("What happened"), length=TEXT_LENGTH, rows=3, required=True),
    }
    on = forms.DateField(label=_("Day"), widget=DAY, help_text=_("The day the fact is about."))
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        help_text=_("Where a reader can check it: a minute, a register, an address."),
    )
    completes = forms.BooleanField(
        label=_("With this, the commitment is fulfilled."), required=False
    )

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    @classmethod
    def showing(cls, evidence: Evidence, **options: Any) -> "FactForm":  # noqa: ANN401  # Django's own
        """Return the form filled with *evidence*."""
        initial = {
            "on": evidence.date,
            "source": evidence.source,
            "completes": evidence.completes,
            "value": evidence.value,
            "indicator": evidence.indicator_id,
            "start": evidence.period_start,
            "end": evidence.period.last_day if evidence.period else None,
            **cls.spread({"text": evidence.text}),
        }
        return cls(initial=initial, **options)


class StatementForm(FactForm):
    """A statement in words, with a figure if there is one."""

    indicator: "forms.ModelChoiceField[Indicator]" = forms.ModelChoiceField(
        label=_("Indicator"), queryset=None, required=False, empty_label=_("no figure")
    )
    value = forms.DecimalField(
        label=_("Figure"), required=False, max_digits=18, decimal_places=6, localize=True
    )
    start = forms.DateField(label=_("First day of the period"), required=False, widget=DAY)
    end = forms.DateField(label=_("Last day of the period"), required=False, widget=DAY)

    def __init__(self, *args: Any, commitment: Commitment, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the indicators of *commitment*."""
        super().__init__(*args, **options)
        offered = Indicator.objects.live().filter(commitment=commitment)
        choice = self.fields["indicator"]
        choice.queryset = offered  # type: ignore[attr-defined]  # a model choice
        choice.to_field_name = "uri"  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """Ask for figure and indicator together, and for a period that runs forward."""
        cleaned = super().clean()
        indicator, value = cleaned.get("indicator"), cleaned.get("value")
        if indicator and value is None and "value" not in self.errors:
            self.add_error("value", _("Write the figure, or choose no indicator."))
        if value is not None and not indicator:
            self.add_error("indicator", _("Say which indicator the figure is of."))
        start, end = cleaned.get("start"), cleaned.get("end")
        if bool(start) != bool(end):
            self.add_error("end" if start else "start", _("A period has a first and a last day."))
        elif start and end and end < start:
            self.add_error("end", _("The last day is before the first."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Return what the statement says, as `state_evidence` takes it."""
        names = ("on", "indicator", "value", "source", "completes")
        said = {name: self.cleaned_data[name] for name in names}
        return {**said, "text": self.text("text"), "period": self.period()}

    def period(self) -> Period | None:
        """Return the period of the figure, when one is given."""
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        return Period(start, end + _ONE_DAY) if start and end else None


class DocumentForm(FactForm):
    """A document that proves the fact; the file stays on this node."""

    document = forms.FileField(
        label=_("Document"),
        help_text=_("PDF, PNG or JPEG, at most 20 MB. The file stays on this node."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def facts(self) -> dict[str, Any]:
        """Return what the document proves, as `attach_document` takes it."""
        said = {name: self.cleaned_data[name] for name in ("on", "source", "completes")}
        upload = self.cleaned_data["document"]
        return {
            **said,
            "text": self.text("text"),
            "content": upload.read(),
            "file_name": upload.name,
        }

    def clean_document(self) -> Any:  # noqa: ANN401  # Django's uploaded file
        """Refuse a file that is too large before it is read."""
        upload = self.cleaned_data["document"]
        if upload.size > LARGEST_DOCUMENT:
            facts = {"size": upload.size // _MEGABYTE, "limit": LARGEST_DOCUMENT // _MEGABYTE}
            raise forms.ValidationError(
                _("The file has %(size)s MB; at most %(limit)s MB are accepted."), params=facts
            )
        return upload


class CountForm(forms.Form):
    """Which indicator to count, and for which month or year."""

    indicator: "forms.ModelChoiceField[Indicator]" = forms.ModelChoiceField(
        label=_("Indicator"), queryset=None, empty_label=None, to_field_name="uri"
    )
    period = forms.ChoiceField(
        label=_("Period"), help_text=_("Only periods that are over can be counted.")
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  # Django's own
        commitment: Commitment,
        periods: "list[Period]",
        **options: Any,  # noqa: ANN401  # Django's own
    ) -> None:
        """Offer the counted indicators of *commitment*, and *periods*, newest first."""
        super().__init__(*args, **options)
        counted = Indicator.objects.live().filter(commitment=commitment).exclude(name="")
        self.fields["indicator"].queryset = counted  # type: ignore[attr-defined]  # a model choice
        self.periods = {f"{each.start}/{each.end}": each for each in periods}
        self.fields["period"].choices = [  # type: ignore[attr-defined]  # a choice
            (key, _named(each)) for key, each in self.periods.items()
        ]

    def asked(self) -> tuple[Indicator, Period]:
        """Return the indicator and the period."""
        return self.cleaned_data["indicator"], self.periods[self.cleaned_data["period"]]


class ReasonForm(BilingualForm):
    """Why this city disagrees."""

    texts = {
        "reason": Text(label=_("What does not fit"), length=TEXT_LENGTH, rows=3, required=True)
    }


class RequestForm(BilingualForm):
    """What the other city should correct."""

    texts = {
        "text": Text(label=_("What should be corrected"), length=TEXT_LENGTH, rows=3, required=True)
    }


class AnswerForm(BilingualForm):
    """The answer to a request for correction."""

    texts = {"text": Text(label=_("Your answer"), length=TEXT_LENGTH, rows=3, required=True)}
    texts_last = True
    accepted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("we will correct it")), ("no", _("we keep it as it is"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    correction: "forms.ModelChoiceField[Evidence]" = forms.ModelChoiceField(
        label=_("The evidence that corrects it"),
        queryset=None,
        required=False,
        to_field_name="uri",
        empty_label=_("not stated yet"),
    )

    def __init__(self, *args: Any, about: Evidence, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer this city's corrections of *about*."""
        super().__init__(*args, **options)
        corrections = Evidence.objects.live().filter(corrects=about.uri, origin=about.origin)
        self.fields["correction"].queryset = corrections  # type: ignore[attr-defined]  # a model choice

    def facts(self) -> dict[str, Any]:
        """Return the answer, as `answer_correction` takes it."""
        said = {name: self.cleaned_data[name] for name in ("accepted", "correction")}
        return {**said, "text": self.text("text")}
