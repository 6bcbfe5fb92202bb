"""What may cross, what was refused, whether the bridge is open."""

from django.db import models


class Opening(models.Model):
    """A clause of an agreement in force that lets a kind of record cross to an audience."""

    audience = models.CharField(max_length=40)
    kind = models.CharField(max_length=80)
    article = models.CharField(max_length=200)
    instrument = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["audience", "kind", "instrument"], name="one_opening_per_clause"
            ),
        )

    def __str__(self) -> str:
        """Return what is opened to whom, and by which article."""
        return f"{self.kind} → {self.audience} ({self.article})"


class Refusal(models.Model):
    """Something a peer (or a stranger) sent that was refused: a recorded fact.

    Equal refusals of one day are one row: `count` of them, the first at `since` (null: it came
    once), the last at `at`, with the facts of the last. `about` is the class of feed or the
    address; it is never a text the sender chooses, so that nobody can fill the disk.
    """

    origin = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["origin", "reason", "about"], name="refusal_to_fold"),)

    def __str__(self) -> str:
        """Return who was refused and why."""
        return f"{self.origin or 'stranger'}: {self.reason}"


class Projection(models.Model):
    """Which fields of a kind this node's tables were last written with.

    When a release knows more of them, the stored bytes are applied again.
    """

    kind = models.CharField(primary_key=True, max_length=80)
    fields = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the kind."""
        return self.kind


class Release(models.Model):
    """Which release last brought these tables up to date, and the oldest that can use them."""

    product = models.CharField(max_length=40)
    oldest = models.CharField(max_length=40)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_release"),)

    def __str__(self) -> str:
        """Return the release."""
        return self.product


class Standing(models.Model):
    """Whether this node speaks and listens: one row, made when it first differs from open.

    `closed_at` is set while the kill switch is thrown; `recovering_since` from a restore until
    the node has reconciled with its peers, while nothing may be published.
    """

    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    recovering_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_standing"),)

    def __str__(self) -> str:
        """Return the standing in a word."""
        if self.closed_at:
            return "closed"
        return "recovering" if self.recovering_since else "open"
