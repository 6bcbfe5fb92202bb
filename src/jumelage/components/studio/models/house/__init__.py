"""What a city keeps for itself: cuts, applications, guests, views; and the usage it states."""

from jumelage.components.studio.models.house.access import Application, Category
from jumelage.components.studio.models.house.cuts import KeptCut
from jumelage.components.studio.models.house.guests import GuestLink
from jumelage.components.studio.models.house.usage import Usage
from jumelage.components.studio.models.house.viewing import View

__all__ = ("Application", "Category", "GuestLink", "KeptCut", "Usage", "View")
