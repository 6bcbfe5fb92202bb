"""Renders every Django form in the look of the product."""

from django.forms import DateInput, DateTimeInput
from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """`{{ form }}`: an accessible summary of problems, then fields with help and errors.

    A field that need not be filled in says so, unless `is_one_of` says that it or another must.
    """

    form_template_name = "shell/forms/form.html"
    field_template_name = "shell/forms/field.html"


class DayInput(DateInput):
    """A day as browsers read it, whatever the language: one they cannot read they show as empty.

    What is shown as empty is sent as empty, so a day in French would be lost by saving a form.
    Source: HTML Standard, “Date state”.
    """

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        """Write days as ISO 8601 does."""
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(DateTimeInput):
    """A day and an hour as browsers read them; see `DayInput`."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        """Write minutes as ISO 8601 does."""
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")
