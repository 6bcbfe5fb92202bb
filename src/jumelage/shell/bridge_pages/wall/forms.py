"""Forms of the glass wall and the audit page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.bridge import api as bridge
from jumelage.shell.bridge_pages.wall.deeds import deed


class EntryForm(forms.Form):
    """Filters the entries that crossed."""

    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", _("both")), ("left", _("left this city")), ("entered", _("entered it"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    origin = forms.ChoiceField(label=_("Said by"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the kinds that crossed and the cities that said them."""
        super().__init__(*args, **options)
        crossed = {passage.kind: passage.says for passage in bridge.passages()}
        kinds = sorted(crossed.items(), key=lambda pair: pair[1])
        cities = [(node.origin, str(node)) for node in (bridge.me(), *bridge.met_nodes())]
        self.fields["kind"] = _choice(_("Kind"), [("", _("every kind")), *kinds])
        self.fields["origin"] = _choice(_("Said by"), [("", _("every city")), *cities])


class AuditForm(forms.Form):
    """Filters the audit feed."""

    action = forms.ChoiceField(label=_("What was done"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the actions that occurred."""
        super().__init__(*args, **options)
        actions = [(action, deed(action)) for action in bridge.audit.actions()]
        self.fields["action"] = _choice(_("What was done"), [("", _("everything")), *actions])


class CloseForm(forms.Form):
    """Asks why the bridge is closed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Kept in the audit feed and shown to this city’s officers."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _choice(label: object, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices)  # type: ignore[arg-type]  # a lazy text
