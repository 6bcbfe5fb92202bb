"""Django application of the bridge."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BridgeConfig(AppConfig):
    """The bridge between city nodes."""

    name = "jumelage.bridge"
    label = "bridge"
    verbose_name = _("Bridge")
    default_auto_field = "django.db.models.BigAutoField"
