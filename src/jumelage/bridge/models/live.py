"""Live sessions: the log of what happened in each, and what this node knows of the others' copies."""

from django.db import models
from django.db.models import Q


class LiveSession(models.Model):
    """One session that people of this node, or of a city paired with it, took part in.

    `present` maps the id of each participant who came and has not left to `[city, role,
    person]`, as the log says it. `held` maps the origin of each other node to the vector it said it holds.
    `is_shared` once all of them hold everything, so that nothing needs a line any more.
    `ended_at` is set when the last one has left, and taken back when somebody comes again.
    """

    uri = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=20)
    host = models.CharField(max_length=32)
    cities = models.JSONField(default=list)
    present = models.JSONField(default=dict)
    held = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["ended_at"], name="live_session_ended"),)

    def __str__(self) -> str:
        """Return the kind and the identifier."""
        return f"{self.kind} {self.uri}"


class LiveAct(models.Model):
    """One act of a session's log; `body` holds its exact JSON text.

    `asked` is the identifier that the browser of *by* gave its wish, so that the same wish, made
    again after a cut, is the same act; empty where nobody of this node's people asked.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="acts")
    origin = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()
    stamp = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)
    city = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    asked = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["session", "origin", "number"], name="live_act_said_once"
            ),
            models.UniqueConstraint(
                fields=["session", "city", "by", "asked"],
                condition=~Q(asked=""),
                name="live_wish_done_once",
            ),
        )

    def __str__(self) -> str:
        """Return the place and the kind."""
        return f"{self.stamp} {self.origin[:6]}/{self.number} {self.kind}"
