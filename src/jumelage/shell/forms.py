"""Renders every Django form in the look of the product."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """`{{ form }}`: an accessible summary of problems, then fields with help and errors.

    A field that need not be filled in says so, unless `is_one_of` says that it or another must.
    """

    form_template_name = "shell/forms/form.html"
    field_template_name = "shell/forms/field.html"
