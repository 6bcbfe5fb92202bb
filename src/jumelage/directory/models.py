"""Organisations (shared), and the people of this node with their roles (local, never shared).

`Organisation` and `OrganisationChange` are projections of feeds: only `records.py` writes them.
`Account`, `Person` and `Grant` are ordinary local rows and never enter a feed.
"""

import unicodedata
from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from jumelage.directory.calendars.models import Busy, Reservation, Resource, Slot
from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import SharedRow, SharedRows
from jumelage.kit.uris import Uri

__all__ = (
    "Account",
    "Busy",
    "Grant",
    "Organisation",
    "OrganisationChange",
    "OrganisationQuerySet",
    "Person",
    "Reservation",
    "Resource",
    "Slot",
    "folded",
)

STALE_AFTER_DAYS = 180

ROLES_IN_AGREEMENTS = {
    "party": _("party"),
    "supporter": _("supporter"),
    "mentioned": _("mentioned, without a commitment"),
    "coordinator-of-sebastian": _("coordinator of Sebastian"),
    "sebastian-school": _("school of Sebastian"),
    "coworking-network-example": _("example of the co-working network"),
    "smart-city-research": _("research on the smart city"),
}
"""The words of `actors.yaml`; a word that is not here is shown as it is written."""


def folded(text: str) -> str:
    """Return *text* as it is searched: lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).strip()


class OrganisationQuerySet(SharedRows["Organisation"]):
    """Questions about a set of organisations."""

    def listed(self) -> Self:
        """Keep those that were not withdrawn."""
        return self.live()

    def matching(self, text: str) -> Self:
        """Keep those with *text* in a name they have or had, or in a description."""
        return self.filter(search_text__contains=wanted) if (wanted := folded(text)) else self


class Organisation(SharedRow):
    """A party, school, cluster, place or company either city lists; dated and owned.

    `name` is the name it is listed under, `current_name` and `status` follow from the listing
    and the changes; `historical` marks facts imported from an agreement's sources, which
    nobody edits.
    """

    class Kind(models.TextChoices):
        """What sort of organisation it is."""

        CITY = "city", _("city")
        CLUSTER = "cluster", _("cluster")
        INCUBATOR = "incubator", _("incubator")
        NURSERY = "nursery", _("business nursery")
        COWORKING = "coworking", _("co-working space")
        SCHOOL = "school", _("school")
        RESEARCH = "research", _("research centre")
        CULTURE = "culture", _("cultural venue")
        DIPLOMATIC = "diplomatic", _("diplomatic post")
        COMPANY = "company", _("company")
        ASSOCIATION = "association", _("association")
        OTHER = "other", _("other organisation")

    class Status(models.TextChoices):
        """What is established about it today."""

        ACTIVE = "active", _("active")
        RENAMED = "renamed", _("renamed")
        CLOSED = "closed", _("closed")
        UNKNOWN = "unknown", _("not checked")

    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)
    current_name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, blank=True)
    description = models.JSONField(default=dict, blank=True)
    city = models.SlugField(max_length=80)
    country = models.CharField(max_length=2)
    website = models.URLField(blank=True)
    stated_status = models.CharField(max_length=10, choices=Status, default=Status.UNKNOWN)
    status = models.CharField(max_length=10, choices=Status, default=Status.UNKNOWN)
    role_in_agreement = models.CharField(max_length=80, blank=True)
    sources = models.JSONField(default=list, blank=True)
    fictional = models.BooleanField(default=False)
    historical = models.BooleanField(default=False)
    confirmed_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["slug"], name="organisation_by_slug"),
            models.Index(fields=["sort_name", "uri"], name="organisation_by_name"),
            models.Index(fields=["city", "kind"], name="organisation_by_city_kind"),
        )

    def __str__(self) -> str:
        """Return the name it has now."""
        return self.current_name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("directory:organisation", kwargs={"slug": self.slug})

    @property
    def text(self) -> Bilingual:
        """The description in the languages that exist."""
        return Bilingual.of(self.description)

    @property
    def source_texts(self) -> list[Bilingual]:
        """Where what is said about it comes from."""
        return [Bilingual.of(source) for source in self.sources]

    @property
    def is_fresh(self) -> bool:
        """Tell whether the entry was confirmed in the last 180 days."""
        if self.confirmed_on is None:
            return False
        return (clock.today() - self.confirmed_on).days <= STALE_AFTER_DAYS

    @cached_property
    def history(self) -> list["OrganisationChange"]:
        """The changes that stand, oldest first; uses prefetched `changes` when there are any."""
        standing = [change for change in self.changes.all() if change.withdrawn_at is None]
        return sorted(standing, key=lambda change: (change.when.first_day, change.uri))

    @property
    def renaming(self) -> "OrganisationChange | None":
        """The change that gave it the name it has now."""
        renames = [change for change in self.history if change.kind == change.Kind.RENAMED]
        return renames[-1] if renames else None

    @property
    def kind_label(self) -> str:
        """Its kind in words; a kind a newer node knows is shown as it is written."""
        return str(_KIND_LABELS.get(self.kind, self.kind))

    @property
    def status_label(self) -> str:
        """Its status in words."""
        return str(_STATUS_LABELS.get(self.status, self.status))

    @property
    def shape(self) -> str:
        """The shape that stands before its status: see docs/look.md."""
        if self.withdrawn_at:
            return "withdrawn"
        return {"renamed": "active", "closed": "ended"}.get(self.status, self.status)

    @property
    def role_label(self) -> str:
        """What it was to the agreement, in words."""
        known = ROLES_IN_AGREEMENTS.get(self.role_in_agreement)
        return str(known or self.role_in_agreement.replace("-", " "))

    def name_on(self, day: date | FuzzyDate) -> str:
        """Return what the organisation was called on *day* (a fuzzy day: at its beginning)."""
        first = day.first_day if isinstance(day, FuzzyDate) else day
        name = self.name
        renames = [change for change in self.history if change.kind == change.Kind.RENAMED]
        for change in reversed(renames):
            if change.when.first_day <= first:
                return change.name_after
            name = change.name_before or name
        return name


_KIND_LABELS = dict(Organisation.Kind.choices)
_STATUS_LABELS = dict(Organisation.Status.choices)


class OrganisationChange(SharedRow):
    """Something that happened to an organisation, dated as precisely as it is known.

    Source: W3C Organization Ontology, `org:ChangeEvent`.
    """

    class Kind(models.TextChoices):
        """What happened."""

        OPENED = "opened", _("opened")
        RENAMED = "renamed", _("renamed")
        MOVED = "moved", _("moved")
        CLOSED = "closed", _("closed")

    organisation = models.ForeignKey(
        Organisation,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="changes",
    )
    kind = models.CharField(max_length=20, choices=Kind)
    date = models.CharField(max_length=10)
    note = models.JSONField(default=dict, blank=True)
    name_before = models.CharField(max_length=200, blank=True)
    name_after = models.CharField(max_length=200, blank=True)
    sources = models.JSONField(default=list, blank=True)

    objects = SharedRows["OrganisationChange"].as_manager()

    def __str__(self) -> str:
        """Return what happened and when."""
        return f"{self.get_kind_display()} {self.date}"

    @property
    def number(self) -> str:
        """The part of the URI that is the change's own, for addresses."""
        return Uri.parse(self.uri).id

    @property
    def when(self) -> FuzzyDate:
        """The date with its precision."""
        return FuzzyDate(self.date)

    @property
    def text(self) -> Bilingual:
        """The note in the languages that exist."""
        return Bilingual.of(self.note)

    @property
    def source_texts(self) -> list[Bilingual]:
        """Where what is said about it comes from."""
        return [Bilingual.of(source) for source in self.sources]


class AccountSet(BaseUserManager["Account"]):
    """Makes accounts; an e-mail address is the only name an account has."""

    def create_user(self, email: str, password: str | None = None) -> "Account":
        """Make an account; without *password* it can only sign in by passkey or single sign-on."""
        account = self.model(email=self.normalize_email(email).lower())
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """How somebody signs in: an e-mail address and what proves it is them. Nothing else."""

    email = models.EmailField(_("e-mail address"), unique=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    objects = AccountSet()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        """Return the address."""
        return self.email


class Person(models.Model):
    """Somebody known to this node, by the name they choose to show; never leaves the node."""

    user = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="person")
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        to_field="uri",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="people",
    )
    language = models.CharField(
        max_length=2, choices=[("fr", _("French")), ("en", _("English"))], default="en"
    )
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return the name shown."""
        return self.name

    @cached_property
    def roles(self) -> frozenset[tuple[str, str]]:
        """The `(role, scope)` pairs in force; read once for each instance."""
        return frozenset(self.grants.in_force().values_list("role", "scope"))

    def forget_roles(self) -> None:
        """Read the roles again at the next question."""
        self.__dict__.pop("roles", None)


class GrantQuerySet(models.QuerySet["Grant"]):
    """Questions about a set of grants."""

    def in_force(self) -> "GrantQuerySet":
        """Keep those that have begun and not ended."""
        at = clock.now()
        return self.filter(since__lte=at).filter(Q(until=None) | Q(until__gt=at))


class Grant(models.Model):
    """A role given to a person: on the whole node (scope empty), or on one record."""

    class Role(models.TextChoices):
        """What the person may act as; somebody without an account is a citizen."""

        MEMBER = "member", _("member")
        EDITOR = "organisation-editor", _("organisation editor")
        OWNER = "commitment-owner", _("commitment owner")
        DEPUTY = "commitment-deputy", _("commitment deputy")
        COORDINATOR = "coordinator", _("coordinator")
        OFFICER = "officer", _("city officer")
        OBSERVER = "observer", _("observer")
        ADMINISTRATOR = "administrator", _("administrator")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    scope = models.CharField(max_length=80, blank=True)
    granted_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="grants_given"
    )
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="grants_ended"
    )

    objects = GrantQuerySet.as_manager()

    SCOPED: ClassVar = frozenset({Role.EDITOR, Role.OWNER, Role.DEPUTY, Role.COORDINATOR})

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "role", "scope"],
                condition=Q(until=None),
                name="one_open_grant_per_role",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="grant_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        """Return who is what, and where."""
        return f"{self.person}: {self.get_role_display()} {self.scope}".rstrip()
