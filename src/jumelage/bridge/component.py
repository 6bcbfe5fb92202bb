"""The bridge as a component: what it says of itself, on its own feeds."""

from django.utils.translation import gettext_lazy as _

from jumelage.kit.component import Component

component = Component(name="bridge", label=_("Bridge"))
