"""Shared minutes of live sessions: the text this node holds, in batches as they were written."""

from django.db import models
from django.db.models import Q


class LiveMinutes(models.Model):
    """The shared text of one session.

    `state` holds as one Yjs update everything up to batch `squashed`; the batches after it are rows
    of their own. `batches` counts them all. `cities` are the origins of the other nodes that hold the
    text, `held` says for each up to which batch it is known to hold everything; `is_shared` once
    all of them hold all. `changed_at` is when the last batch was written.
    """

    uri = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=20)
    cities = models.JSONField(default=list)
    held = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=True)
    state = models.BinaryField(default=b"")
    squashed = models.PositiveBigIntegerField(default=0)
    batches = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["changed_at"], name="live_minutes_changed"),
            models.Index(
                fields=["is_shared"], condition=Q(is_shared=False), name="live_minutes_waiting"
            ),
        )

    def __str__(self) -> str:
        """Return the kind and the identifier of the session."""
        return f"{self.kind} {self.uri}"


class LiveMinutesBatch(models.Model):
    """What was written within a moment, as one Yjs update; gone once it is squashed."""

    minutes = models.ForeignKey(LiveMinutes, on_delete=models.CASCADE, related_name="written")
    number = models.PositiveBigIntegerField()
    update = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["minutes", "number"], name="live_minutes_batch_once"),
        )

    def __str__(self) -> str:
        """Return the session and the number."""
        return f"{self.minutes_id} {self.number}"
