"""Django application of the shell."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShellConfig(AppConfig):
    """The look of every page."""

    name = "jumelage.shell"
    label = "shell"
    verbose_name = _("Shell")
    default_auto_field = "django.db.models.BigAutoField"
