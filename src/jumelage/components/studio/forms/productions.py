"""Forms about productions and the seats in them."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.api import peers
from jumelage.components.studio.errors import ClientSeatError, TooManyAtOnceError
from jumelage.components.studio.models import Production, Seat
from jumelage.components.studio.models.words.templates import TEMPLATES
from jumelage.components.studio.records.productions import RATE, TIMECODE
from jumelage.components.studio.selectors.productions import Question
from jumelage.components.studio.selectors.seats import MAKERS
from jumelage.components.studio.selectors.words import own_words, spoken, used_by
from jumelage.components.studio.services.house import quota
from jumelage.directory.models import Organisation, Person
from jumelage.shell.forms import DayInput

MOST_SEATS = 100
"""Given at once: a class."""


class QuestionForm(forms.Form):
    """What a reader of the list asks for; a word that is not on offer asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    type = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *Production.Type.choices]
    )
    shared = forms.ChoiceField(
        label=_("Cities"),
        required=False,
        choices=[("", _("all")), ("joint", _("both cities")), ("home", _("this city alone"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("every state")), *Production.State.choices],
    )

    def question(self, sort: str = "") -> Question:
        """Return what was asked."""
        self.is_valid()
        asked = getattr(self, "cleaned_data", {})
        return Question(
            text=asked.get("q", "").strip(),
            type=asked.get("type", ""),
            shared=asked.get("shared", ""),
            state=asked.get("state", ""),
            sort=sort or "name",
        )


class NewProductionForm(forms.Form):
    """What a production begins with."""

    name = forms.CharField(label=_("Name"), max_length=120)
    template = forms.ChoiceField(label=_("Begin as"), widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the templates with what each is for."""
        super().__init__(*args, **options)
        offered = [(slug, f"{each.label}: {each.purpose}") for slug, each in TEMPLATES.items()]
        self.fields["template"].choices = offered  # type: ignore[attr-defined]  # a choice
        self.fields["template"].initial = "short-film"


class FactsForm(forms.Form):
    """What can be changed about a production."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(label=_("Short name"), required=False, max_length=40)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    rate = forms.RegexField(
        RATE, label=_("Frames a second"), help_text=_("A number or a ratio: 24, 25, 24000/1001.")
    )
    width = forms.IntegerField(label=_("Width"), min_value=1, max_value=16_384)
    height = forms.IntegerField(label=_("Height"), min_value=1, max_value=16_384)
    start_frame = forms.IntegerField(label=_("First frame"))
    start_timecode = forms.RegexField(TIMECODE, label=_("First timecode"))
    starts = forms.DateField(label=_("Begins on"), required=False, widget=DayInput())
    ends = forms.DateField(label=_("Ends on"), required=False, widget=DayInput())
    originals = forms.ChoiceField(
        label=_("Originals"),
        choices=[("", _("when the other city asks for one")), ("always", _("always"))],
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "What both cities watch always crosses. Say whether the original of every version "
            "follows by itself; this holds for what is published from then on."
        ),
    )
    member_quota = forms.IntegerField(
        label=_("Gigabytes a member may upload"),
        required=False,
        min_value=1,
        max_value=quota.LARGEST,
        help_text=_(
            "Originals of versions that stand, and files beside comments. "
            "Empty: as much as there is room for."
        ),
    )
    organisation_quota = forms.IntegerField(
        label=_("Gigabytes the members of one organisation may upload together"),
        required=False,
        min_value=1,
        max_value=quota.LARGEST,
    )
    task_types = forms.MultipleChoiceField(
        label=_("Kinds of work"), required=False, widget=forms.CheckboxSelectMultiple
    )

    trusts = forms.MultipleChoiceField(
        label=_("Trusted parts of the other city"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "What they ask of this city is done at once; other requests wait for an answer."
        ),
    )

    def __init__(self, *args: Any, production: Production, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Show *production*; offer its task types as it calls them, and others of this node."""
        used = [(word.slug, spoken(word)) for word in used_by(production, "task-type")]
        names = set(self.base_fields) - {"task_types", "originals", *quota.FACTS}
        initial = {name: getattr(production, name) for name in names} | {
            "task_types": [slug for slug, _name in used],
            "originals": production.data.get("originals", ""),
            **{name: production.data.get(name) for name in quota.FACTS},
        }
        super().__init__(*args, **{"initial": initial, **options})
        others = own_words().filter(family="task-type").exclude(slug__in=[one[0] for one in used])
        offered = [*used, *((word.slug, spoken(word)) for word in others)]
        self.fields["task_types"].choices = offered  # type: ignore[attr-defined]  # a choice
        askers = [each for each in Seat.Role.choices if each[0] in MAKERS | set(production.trusts)]
        self.fields["trusts"].choices = askers  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        said = super().clean() or {}
        if said.get("starts") and said.get("ends") and said["ends"] < said["starts"]:
            self.add_error("ends", _("This is before the day it begins on."))
        return said


class OpenToForm(forms.Form):
    """The city a production is opened to."""

    city = forms.ChoiceField(label=_("City"))

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the paired cities."""
        super().__init__(*args, **options)
        offered = [(node.origin, str(node)) for node in peers()]
        self.fields["city"].choices = offered  # type: ignore[attr-defined]  # a choice


class CoordinatorForm(forms.Form):
    """Who coordinates a production in this city."""

    email = forms.EmailField(label=_("E-mail address of an account of this city"))
    person: Person | None = None

    def clean_email(self) -> str:
        """Find the person.

        Raises:
            ValidationError: nobody has an account with this address.
        """
        address = str(self.cleaned_data["email"]).lower()
        self.person = Person.objects.filter(user__email=address).first()
        if self.person is None:
            raise forms.ValidationError(_("Nobody here has an account with this address."))
        return address


class SeatForm(forms.Form):
    """Who gets which part: one person, or a class."""

    emails = forms.CharField(
        label=_("E-mail addresses of accounts of this city"),
        help_text=_("One a line, at most 100."),
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    role = forms.ChoiceField(label=_("Part"), choices=[("", _("choose one")), *Seat.Role.choices])
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=None,
        required=False,
        empty_label=_("the one of each person"),
    )

    def __init__(self, *args: Any, production: Production, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the organisations of the directory for the seats in *production*."""
        super().__init__(*args, **options)
        self.production = production
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.listed().order_by("sort_name", "uri")

    def clean_emails(self) -> list[Person]:
        """Find the people, in the order of their addresses.

        Raises:
            ValidationError: there are too many, or they are named for whom there is no seat.
        """
        typed = re.split(r"[\s,;]+", str(self.cleaned_data["emails"]).lower())
        addresses = list(dict.fromkeys(filter(None, typed)))
        if len(addresses) > MOST_SEATS:
            raise forms.ValidationError(TooManyAtOnceError(limit=MOST_SEATS).message)
        found = Person.objects.filter(user__email__in=addresses).select_related("user")
        people = {person.user.email: person for person in found}
        seated = set(found.filter(_sits_in(self.production)).values_list("user__email", flat=True))
        _refuse(
            _("Nobody here has an account with these addresses: %(addresses)s"),
            [address for address in addresses if address not in people],
        )
        _refuse(
            _("These people have a seat in this production already: %(addresses)s"),
            [address for address in addresses if address in seated],
        )
        return [people[address] for address in addresses]


def _sits_in(production: Production) -> Q:
    return Q(studio_memberships__production=production, studio_memberships__until=None)


def _refuse(message: Any, addresses: list[str]) -> None:  # noqa: ANN401  # a text, translated later
    if addresses:
        raise forms.ValidationError(message % {"addresses": ", ".join(addresses)})


class RoleForm(forms.Form):
    """Which part a seat is given from now on."""

    role = forms.ChoiceField(label=_("Part"))

    def __init__(self, *args: Any, seat: Seat, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the parts on the side of the wall before clients on which *seat* is."""
        super().__init__(*args, **{"initial": {"role": seat.role}, **options})
        is_client = seat.role == Seat.Role.CLIENT
        offered = [one for one in Seat.Role.choices if (one[0] == Seat.Role.CLIENT) == is_client]
        self.fields["role"].choices = offered  # type: ignore[attr-defined]  # a choice
        self.fields["role"].help_text = ClientSeatError().message
