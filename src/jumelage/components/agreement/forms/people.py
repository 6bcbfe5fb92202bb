"""Who answers for a commitment, and how it is measured."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jumelage.components.agreement.models import Commitment, Indicator
from jumelage.components.agreement.models.values import Target
from jumelage.directory.models import Organisation
from jumelage.kit.component import indicators
from jumelage.kit.dates import Period
from jumelage.shell.bilingual import BilingualForm, Text

NAME_LENGTH = 120
"""Characters."""


def _offered() -> "QuerySet[Organisation]":
    active = Organisation.objects.listed().exclude(status=Organisation.Status.CLOSED)
    return active.order_by("current_name", "uri")


def _organisation(label: object, *, required: bool = True) -> forms.ModelChoiceField:  # type: ignore[type-arg]  # Django's own
    return forms.ModelChoiceField(queryset=_offered(), label=label, required=required)  # type: ignore[arg-type]  # lazy label


class OwnerForm(BilingualForm):
    """The role that owns a commitment here, and its deputy; roles, never persons."""

    texts = {
        "role": Text(label=_("Owner: a role"), length=NAME_LENGTH, rows=1, required=True),
        "deputy_role": Text(label=_("Deputy: a role"), length=NAME_LENGTH, rows=1),
    }
    organisation = _organisation(_("Organisation of the owner"))
    deputy_organisation = _organisation(_("Organisation of the deputy"), required=False)


class CoordinatorForm(forms.Form):
    """The organisation that coordinates one commitment."""

    organisation = _organisation(_("Coordinating organisation"))


class IndicatorForm(BilingualForm):
    """How a commitment is measured."""

    texts = {
        "label": Text(label=_("Name of the indicator"), length=NAME_LENGTH, rows=1, required=True),
        "definition": Text(label=_("What exactly is counted"), length=2_000, rows=3),
    }
    unit = forms.CharField(label=_("Unit"), max_length=40)
    counted = forms.ChoiceField(
        label=_("Counted by"),
        required=False,
        help_text=_("A counted figure can be recounted by the other city from its own copy."),
    )
    reading = forms.ChoiceField(label=_("Over several periods"), choices=Indicator.Reading)
    baseline = forms.DecimalField(
        label=_("Baseline"), required=False, max_digits=18, decimal_places=6, localize=True
    )
    first_year = forms.IntegerField(
        label=_("Year of the first target"), required=False, min_value=1990, max_value=2100
    )
    targets = forms.CharField(
        label=_("Yearly targets"),
        required=False,
        max_length=200,
        help_text=_("One figure for each year from that year on, separated by spaces: 24 48 48"),
    )

    def __init__(self, *args: Any, commitment: Commitment, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer what this node can count for the service of *commitment*."""
        super().__init__(*args, **options)
        counters = [
            (f"{counter.service}/{counter.name}", counter.label)
            for (service, _name), counter in indicators().items()
            if service == commitment.service
        ]
        people = ("", _("people state the figure"))
        self.fields["counted"].choices = [people, *counters]  # type: ignore[attr-defined]  # a choice

    @classmethod
    def showing(cls, indicator: Indicator) -> "IndicatorForm":
        """Return the form filled with *indicator*."""
        years = [target.period.start.year for target in indicator.targets]
        initial = {
            "unit": indicator.unit,
            "counted": f"{indicator.service}/{indicator.name}" if indicator.counted else "",
            "reading": indicator.reading,
            "baseline": indicator.baseline,
            "first_year": min(years, default=None),
            "targets": " ".join(f"{target.value.normalize():f}" for target in indicator.targets),
            **cls.spread({"label": indicator.label, "definition": indicator.definition}),
        }
        return cls(initial=initial, commitment=indicator.commitment)

    def clean(self) -> dict[str, Any]:
        """Ask for the first year when there are targets."""
        cleaned = super().clean()
        if cleaned.get("targets") and not cleaned.get("first_year"):
            self.add_error("first_year", _("Say for which year the first target is."))
        return cleaned

    def clean_targets(self) -> str:
        """Refuse what is not a row of figures."""
        typed: str = self.cleaned_data["targets"]
        for word in typed.split():
            if not word.replace(",", ".").replace(".", "", 1).isdecimal():
                raise forms.ValidationError(
                    _("“%(word)s” is not a figure."), params={"word": word[:40]}
                )
        return typed

    def yearly_targets(self) -> Sequence[Target]:
        """Return one target a year from the first year on."""
        first = self.cleaned_data["first_year"] or date.min.year
        figures = [Decimal(word.replace(",", ".")) for word in self.cleaned_data["targets"].split()]
        return [Target(period=Period.year(first + n), value=v) for n, v in enumerate(figures)]

    def facts(self) -> dict[str, Any]:
        """Return the indicator, as `set_indicator` takes it."""
        service, name = self.counter()
        said = {each: self.cleaned_data[each] for each in ("unit", "reading", "baseline")}
        texts = {"label": self.text("label"), "definition": self.text("definition")}
        targets = self.yearly_targets()
        return {**said, **texts, "service": service, "name": name, "targets": targets}

    def counter(self) -> tuple[str, str]:
        """Return the service and the name of the counting indicator; empty: people state it."""
        service, _slash, name = self.cleaned_data["counted"].partition("/")
        return service, name
