"""What the practices say on the bridge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, Self

from jumelage.components.practices.models import Adoption, Comment, Draft, Practice, Result
from jumelage.kit.component import Provenance
from jumelage.kit.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeShared:
    """A city offers one of its practices to the others."""

    kind: ClassVar[str] = "practices.practice-shared"
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset(
            {
                "uri",
                "title",
                "problem",
                "action",
                "result",
                "contact_role",
                "organisation",
                "shared_on",
            }
        ),
    }
    opened_by_pairing: ClassVar[bool] = False

    uri: str
    title: Bilingual
    problem: Bilingual
    action: Bilingual
    result: Bilingual
    contact_role: Bilingual
    shared_on: date
    organisation: str | None = None

    def apply(self, provenance: Provenance) -> None:
        """Write the sheet."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the sheets of *page*."""
        Practice.objects.project_page(
            [
                (
                    record.uri,
                    provenance,
                    {
                        "title": record.title.as_dict(),
                        "problem": record.problem.as_dict(),
                        "action": record.action.as_dict(),
                        "result": record.result.as_dict(),
                        "contact_role": record.contact_role.as_dict(),
                        "organisation_id": record.organisation,
                        "shared_on": record.shared_on,
                    },
                )
                for record, provenance in page
            ]
        )

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the sheet withdrawn."""
        Practice.objects.retract(uri, provenance)

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the sheet and the drafts of its next version, which repeat it."""
        Practice.objects.erase(uri, provenance)
        Draft.objects.filter(revises=uri).delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeCommented:
    """A city says something about a practice, its own or another's."""

    kind: ClassVar[str] = "practices.practice-commented"
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "practice", "text", "organisation"}),
    }
    opened_by_pairing: ClassVar[bool] = False

    uri: str
    practice: str
    text: Bilingual
    organisation: str | None = None

    def apply(self, provenance: Provenance) -> None:
        """Write the comment."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the comments of *page*."""
        Comment.objects.project_page(
            [
                (
                    record.uri,
                    provenance,
                    {
                        "practice_id": record.practice,
                        "text": record.text.as_dict(),
                        "organisation_id": record.organisation,
                    },
                )
                for record, provenance in page
            ]
        )

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the comment withdrawn."""
        Comment.objects.retract(uri, provenance)

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove every trace of the record from the tables."""
        Comment.objects.erase(uri, provenance)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAdopted:
    """A city takes a practice of another city over; the record is the adopting city's."""

    kind: ClassVar[str] = "practices.practice-adopted"
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "practice", "plan", "adopted_on", "organisation"}),
    }
    opened_by_pairing: ClassVar[bool] = False

    uri: str
    practice: str
    plan: Bilingual
    adopted_on: date
    organisation: str | None = None

    def apply(self, provenance: Provenance) -> None:
        """Write the adoption."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the adoptions of *page*."""
        Adoption.objects.project_page(
            [
                (
                    record.uri,
                    provenance,
                    {
                        "practice_id": record.practice,
                        "plan": record.plan.as_dict(),
                        "adopted_on": record.adopted_on,
                        "organisation_id": record.organisation,
                    },
                )
                for record, provenance in page
            ]
        )

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the adoption withdrawn."""
        Adoption.objects.retract(uri, provenance)

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove every trace of the record from the tables."""
        Adoption.objects.erase(uri, provenance)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReported:
    """The adopting city tells what became of a practice it took over."""

    kind: ClassVar[str] = "practices.result-reported"
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "adoption", "outcome", "text", "reported_on"}),
    }
    opened_by_pairing: ClassVar[bool] = False

    uri: str
    adoption: str
    outcome: Literal["too-early", "works", "changed", "stopped"]
    text: Bilingual
    reported_on: date

    def apply(self, provenance: Provenance) -> None:
        """Write the result."""
        self.apply_page([(self, provenance)])

    @classmethod
    def apply_page(cls, page: Sequence[tuple[Self, Provenance]]) -> None:
        """Write the results of *page*."""
        Result.objects.project_page(
            [
                (
                    record.uri,
                    provenance,
                    {
                        "adoption_id": record.adoption,
                        "outcome": record.outcome,
                        "text": record.text.as_dict(),
                        "reported_on": record.reported_on,
                    },
                )
                for record, provenance in page
            ]
        )

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Mark the result withdrawn."""
        Result.objects.retract(uri, provenance)

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove every trace of the record from the tables."""
        Result.objects.erase(uri, provenance)
