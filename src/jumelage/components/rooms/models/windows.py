"""Always-on windows between two rooms."""

from django.db import models

from jumelage.components.rooms.models.pairs import RoomRow
from jumelage.directory.models import Resource


class Window(RoomRow):
    """A city agrees that one of its rooms is joined to one of the other city's all the time.

    Two of them make a window: one city opens it, the other answers with its own (`answers`), each
    with the quiet hours of its own room. The session has the URI of the one that was first.
    """

    room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    """The room of the city that says this."""
    twin_room = models.ForeignKey(
        Resource, null=True, db_constraint=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    quiet = models.JSONField(default=list)
    """When this city's room neither shows nor hears: hours of a week, local to the room."""
    answers = models.CharField(max_length=80, blank=True, db_index=True)
    """URI of the other city's window that this one answers; empty: this one was first."""

    def __str__(self) -> str:
        """Return both rooms."""
        return f"{self.room or self.room_id} / {self.twin_room or self.twin_room_id}"
