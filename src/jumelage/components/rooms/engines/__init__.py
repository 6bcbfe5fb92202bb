"""What carries the pictures and sound of calls: browsers themselves, Janus, or LiveKit."""

from jumelage.components.rooms.engines.choosing import available, choose
from jumelage.components.rooms.engines.here import desk
from jumelage.components.rooms.engines.turn import ice_servers

__all__ = ("available", "choose", "desk", "ice_servers")
