"""Forms of the report's page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jumelage.kit.i18n import Bilingual


class ErratumForm(forms.Form):
    """What is wrong in a frozen report, in one language or both."""

    text_fr = forms.CharField(
        label=_("In French"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    text_en = forms.CharField(
        label=_("In English"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def text(self) -> Bilingual:
        """Return the cleaned text."""
        return Bilingual(fr=self.cleaned_data["text_fr"], en=self.cleaned_data["text_en"])


class YearForm(forms.Form):
    """The year to freeze."""

    year = forms.IntegerField(min_value=2006, max_value=9999)
