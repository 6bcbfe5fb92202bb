"""Forms of the freight pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jumelage.bridge import api as bridge

State, Priority = bridge.freight.State, bridge.freight.Priority
ALL_DAY = ""


class DeliveryFilter(forms.Form):
    """Filters the deliveries."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("every state")),
            ("active", _("under way")),
            ("ended", _("ended")),
            *State.choices,
        ],
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", _("both")), *bridge.freight.Delivery.Direction.choices],
    )
    peer = forms.ChoiceField(label=_("City"), required=False)
    text = forms.CharField(label=_("Title or production"), required=False, max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the cities this node has met."""
        super().__init__(*args, **options)
        cities = [(node.origin, str(node)) for node in bridge.met_nodes()]
        self.fields["peer"].choices = [("", _("every city")), *cities]  # type: ignore[attr-defined]  # a choice


class FileFilter(forms.Form):
    """Filters the files of a delivery."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("files", "all")),
            ("verified", _("verified")),
            ("waiting", _("not here yet")),
        ],
    )
    text = forms.CharField(label=_("Path"), required=False, max_length=200)


class SendForm(forms.Form):
    """Asks what is to be sent to whom; the files come on the next page."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What both cities call it.")
    )
    peer = forms.ChoiceField(label=_("City"))
    production = forms.CharField(
        label=_("Production"),
        required=False,
        max_length=80,
        help_text=_("Its short name, if it belongs to one."),
    )
    priority = forms.ChoiceField(
        label=_("Priority"), choices=Priority.choices, initial=Priority.NORMAL
    )
    role = forms.CharField(
        label=_("Sent by"),
        required=False,
        max_length=80,
        help_text=_("Role words that the other city reads, such as “studio”; never a name."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the joined cities."""
        super().__init__(*args, **options)
        cities = [(node.origin, str(node)) for node in bridge.peers()]
        self.fields["peer"].choices = cities  # type: ignore[attr-defined]  # a choice

    def delivery(self) -> dict[str, Any]:
        """Return the arguments of `gathering.begin`."""
        typed = self.cleaned_data
        return {
            "to": bridge.freight.city(typed["peer"]),
            "title": typed["title"],
            "production": typed["production"].strip(),
            "priority": typed["priority"],
            "role": typed["role"].strip(),
        }


class PriorityForm(forms.Form):
    """Asks how pressing a delivery is."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices)


class LimitForm(forms.Form):
    """Asks for a limit: how fast, for whom, when."""

    rate = forms.DecimalField(
        label=_("Megabits a second"),
        min_value=0,
        max_value=1_000_000,
        decimal_places=1,
        help_text=_("0 lets nothing move."),
    )
    direction = forms.ChoiceField(
        label=_("For"),
        required=False,
        choices=bridge.freight.FreightLimit.Direction.choices,
        initial=bridge.freight.FreightLimit.Direction.OUT,
    )
    peer = forms.ChoiceField(label=_("City"), required=False)
    production = forms.CharField(
        label=_("Production"),
        required=False,
        max_length=80,
        help_text=_("Its short name; empty for all."),
    )
    begins = forms.TimeField(
        label=_("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("By this city’s clock; empty for the whole day."),
    )
    ends = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the joined cities."""
        super().__init__(*args, **options)
        cities = [(node.origin, str(node)) for node in bridge.peers()]
        self.fields["peer"].choices = [("", _("every city")), *cities]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of the hours, or for none."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("begins")) != bool(cleaned.get("ends")):
            self.add_error("ends", _("Give both ends of the hours, or neither."))
        return cleaned

    def limit(self) -> dict[str, Any]:
        """Return the arguments of `set_limit`."""
        typed = self.cleaned_data
        return {
            "rate": int(typed["rate"] * 1_000_000 / 8),
            "direction": typed["direction"] or bridge.freight.FreightLimit.Direction.OUT,
            "peer": typed["peer"],
            "production": typed["production"].strip(),
            "begins": _minutes(typed["begins"]),
            "ends": _minutes(typed["ends"]),
        }


def _minutes(at: Any) -> int:  # noqa: ANN401  # a time or nothing
    return at.hour * 60 + at.minute if at else 0
