"""Django application of the studio."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudioConfig(AppConfig):
    """Productions that people of both cities make together."""

    name = "jumelage.components.studio"
    label = "studio"
    verbose_name = _("Studio")
    default_auto_field = "django.db.models.BigAutoField"
