"""What is done to many shots and tasks at once, in one transaction."""

from jumelage.components.studio.services.many.changing import EVERYBODY, change
from jumelage.components.studio.services.many.gathering import gather
from jumelage.components.studio.services.many.planning import MOST, plan, spelled_out

__all__ = ("EVERYBODY", "MOST", "change", "gather", "plan", "spelled_out")
