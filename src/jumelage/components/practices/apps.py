"""Django application of the practices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Good-practice sheets that one city shares and another adopts."""

    name = "jumelage.components.practices"
    label = "practices"
    verbose_name = _("Practices")
    default_auto_field = "django.db.models.BigAutoField"
