"""Tables of the practices: sheets, comments, adoptions and results; drafts are local."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import M, SharedRow, SharedRows

TEXTS = {
    "title": _("Title"),
    "problem": _("Problem"),
    "action": _("Action"),
    "result": _("Result"),
    "contact_role": _("Contact"),
}
"""The bilingual texts of a sheet and their labels, in reading order."""


class Outcome(models.TextChoices):
    """What became of an adopted practice."""

    TOO_EARLY = "too-early", _("too early to say")
    WORKS = "works", _("it works")
    CHANGED = "changed", _("it works with changes")
    STOPPED = "stopped", _("it did not work and was stopped")


class SaidRows(SharedRows[M]):
    """Sets of what cities said."""

    def of(self, origin: str | None) -> Self:
        """Keep what the node *origin* owns; `None` keeps everything."""
        return self if origin is None else self.filter(origin=origin)


class SaidRow(SharedRow):
    """Something a city said; `node` is the city, by the origin of the row."""

    node = models.ForeignObject(
        "bridge.Node",
        on_delete=models.DO_NOTHING,
        from_fields=["origin"],
        to_fields=["origin"],
        null=True,
        related_name="+",
    )

    class Meta:
        abstract = True


class OrganisationalRow(SaidRow):
    """Something said in the name of an organisation of the directory, or of the city."""

    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def scopes(self) -> frozenset[str]:
        """The organisation whose editors speak for this row; none: the city itself."""
        return frozenset({self.organisation_id or ""}) - {""}


class PracticeRows(SaidRows["Practice"]):
    """Sets of sheets."""

    def with_counts(self) -> Self:
        """Add `adoption_count` and `comment_count`; withdrawn ones do not count."""
        return self.annotate(
            adoption_count=Count(
                "adoptions", distinct=True, filter=Q(adoptions__withdrawn_at=None)
            ),
            comment_count=Count("comments", distinct=True, filter=Q(comments__withdrawn_at=None)),
        )


class Practice(OrganisationalRow):
    """A good-practice sheet: a problem, what was done, what came of it, which role to ask."""

    title = models.JSONField()
    problem = models.JSONField()
    action = models.JSONField()
    result = models.JSONField()
    contact_role = models.JSONField()
    shared_on = models.DateField(db_index=True)

    objects: ClassVar[PracticeRows] = PracticeRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    def __str__(self) -> str:
        """Return the title in the active language."""
        return str(Bilingual.of(self.title))

    @property
    def texts(self) -> dict[str, Bilingual]:
        """The texts of the sheet by name, in reading order."""
        return {name: Bilingual.of(getattr(self, name)) for name in TEXTS}


class CommentRows(SaidRows["Comment"]):
    """Sets of comments."""


class Comment(OrganisationalRow):
    """What a city says about a sheet."""

    practice = models.ForeignKey(
        Practice,
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="comments",
    )
    text = models.JSONField()

    objects: ClassVar[CommentRows] = CommentRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    @property
    def words(self) -> Bilingual:
        """The text in the languages that exist."""
        return Bilingual.of(self.text)


class AdoptionRows(SaidRows["Adoption"]):
    """Sets of adoptions."""


class Adoption(OrganisationalRow):
    """A city takes a practice over; owned by the city that adopts."""

    practice = models.ForeignKey(
        Practice,
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="adoptions",
    )
    plan = models.JSONField()
    adopted_on = models.DateField(db_index=True)

    objects: ClassVar[AdoptionRows] = AdoptionRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    @property
    def words(self) -> Bilingual:
        """What will be done, in the languages that exist."""
        return Bilingual.of(self.plan)


class ResultRows(SaidRows["Result"]):
    """Sets of results."""


class Result(SaidRow):
    """What became of an adoption, reported by the city that adopted."""

    adoption = models.ForeignKey(
        Adoption,
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="results",
    )
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.JSONField()
    reported_on = models.DateField()

    objects: ClassVar[ResultRows] = ResultRows.as_manager()  # type: ignore[assignment]  # django-stubs types as_manager as Manager

    @property
    def words(self) -> Bilingual:
        """The account in the languages that exist."""
        return Bilingual.of(self.text)

    @property
    def scopes(self) -> frozenset[str]:
        """The organisation whose editors speak for the adoption."""
        return self.adoption.scopes if self.adoption else frozenset()


class Draft(models.Model):
    """A sheet somebody is writing; local, never in a feed. `revises` names the shared sheet."""

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="practice_drafts"
    )
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    revises = models.CharField(max_length=80, blank=True)
    title = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    action = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    contact_role = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return the title in the active language."""
        return str(Bilingual.of(self.title)) or str(_("Untitled draft"))

    @property
    def scopes(self) -> frozenset[str]:
        """The organisation whose editors may share the sheet; none: the city itself."""
        return frozenset({self.organisation_id or ""}) - {""}

    @property
    def texts(self) -> dict[str, Bilingual]:
        """The texts of the sheet by name, in reading order."""
        return {name: Bilingual.of(getattr(self, name)) for name in TEXTS}
