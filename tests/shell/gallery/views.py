"""The gallery: invented values, every element."""

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumelage.directory.access import public
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.shell.look.chart import Bar, Chart

BOTH = Bilingual(
    fr="Installer dans chaque ville des équipements de téléprésence ou de visioconférence "
    "ouverts aux entrepreneurs.",
    en="Install telepresence or videoconference facilities in each city, open to entrepreneurs.",
)
FRENCH_ONLY = Bilingual(fr="Soutenir les recherches sur la ville intelligente.")
STATES = (
    ("active", "actif", "il y a 3 j"),
    ("quiet", "silencieux", "201 j"),
    ("overdue", "en retard", "échéance 30 juin"),
    ("not-started", "non commencé", ""),
    ("done", "tenu et confirmé", "12 mai 2026"),
    ("ended", "terminé", ""),
    ("orphan", "sans responsable", ""),
    ("unmeasured", "sans indicateur", ""),
    ("disputed", "contesté", ""),
    ("waiting", "en attente", ""),
)
CHART = Chart(
    title="Joint sessions per month, 2026",
    unit="sessions",
    bars=[
        Bar(label="Jan", value=2, confirmed=True),
        Bar(label="Feb", value=4, confirmed=True),
        Bar(label="Mar", value=5, confirmed=True),
        Bar(label="Apr", value=4, confirmed=True),
        Bar(label="May", value=6, confirmed=True),
        Bar(label="Jun", value=4),
        *[Bar(label=month, value=None) for month in ("Jul", "Aug", "Sep", "Oct", "Nov")],
    ],
    target=4,
    caption="Solid: confirmed by both cities. Dashed: stated by Paris, not yet confirmed.",
    city="paris",
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="As it should be read in ten years.")
    text = forms.CharField(widget=forms.Textarea, required=False)
    on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(choices=[("d", "Document"), ("s", "Statement")])
    way = forms.ChoiceField(
        choices=[("a", "Automatic"), ("b", "By hand")], widget=forms.RadioSelect
    )
    file = forms.FileField(required=False)
    sure = forms.BooleanField(label="I have the right to publish this")


class FilterForm(forms.Form):
    """A list's filters."""

    q = forms.CharField(label="Words", required=False)
    state = forms.ChoiceField(choices=[("", "all"), ("active", "active")], required=False)


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Show a list page."""
    facts = {
        "states": STATES,
        "page": Paginator(list(range(90)), 25).page(2),
        "filter": FilterForm(request.GET or None),
        "french_only": FRENCH_ONLY,
        "both": BOTH,
        "json_url": "data.json",
    }
    return render(request, "gallery.html", facts)


@public
def commitment(request: HttpRequest) -> HttpResponse:
    """Show a page with a margin, a chart and evidence."""
    facts = {
        "both": BOTH,
        "chart": CHART,
        "heading": "Telepresence rooms open to entrepreneurs",
        "kicker": "Commitment 2009.4 · Tools for economic cooperation",
        "session": datetime(2026, 3, 10, 16, 30, tzinfo=UTC),
        "night": datetime(2026, 11, 22, 1, 15, tzinfo=UTC),
        "year": FuzzyDate("2009"),
        "month": FuzzyDate("2006-04"),
        "day": date(2026, 5, 31),
    }
    return render(request, "commitment.html", facts)


@public
def form(request: HttpRequest) -> HttpResponse:
    """Show a form, with its problems when it was sent."""
    return render(request, "form.html", {"form": SampleForm(request.POST or None)})
