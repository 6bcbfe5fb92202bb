"""Django application of the agreement."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementConfig(AppConfig):
    """Agreements, commitments, evidence."""

    name = "jumelage.components.agreement"
    label = "agreement"
    verbose_name = _("Agreement")
    default_auto_field = "django.db.models.BigAutoField"
