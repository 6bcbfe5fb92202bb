"""Renders every Django form in the look of the product."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """`{{ form }}`: an accessible summary of problems, then fields with help and errors."""

    form_template_name = "shell/forms/form.html"
    field_template_name = "shell/forms/field.html"
