"""Practices: what works in one city, offered to the other."""

from django.utils.translation import gettext_lazy as _

from jumelage.components.practices.records import (
    PracticeAdopted,
    PracticeCommented,
    PracticeShared,
    ResultReported,
)
from jumelage.components.practices.selectors import count_adopted, count_shared
from jumelage.kit.component import Component, Indicator, Page

component = Component(
    name="practices",
    label=_("Practices"),
    services=("practices",),
    records=(PracticeShared, PracticeCommented, PracticeAdopted, ResultReported),
    indicators=(
        Indicator(
            name="practices-shared",
            service="practices",
            unit=_("sheets"),
            label=_("Practices shared"),
            definition=_("Good-practice sheets shared in the period and not withdrawn."),
            measure=count_shared,
        ),
        Indicator(
            name="practices-adopted",
            service="practices",
            unit=_("adoptions"),
            label=_("Practices adopted"),
            definition=_("Adoptions of the other city’s sheets made in the period."),
            measure=count_adopted,
        ),
    ),
    pages=(Page(label=_("Practices"), url_name="practices:list", order=90),),
)
