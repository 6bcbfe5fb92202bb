"""What the practices say on the bridge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from jumelage.components.practices.models import Adoption, Comment, Draft, Practice, Result
from jumelage.kit.component import Provenance
from jumelage.kit.i18n import Bilingual
from jumelage.kit.rows import RowRecord, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeShared(RowRecord):
    """A city offers one of its practices to the others."""

    kind: ClassVar[str] = "practices.practice-shared"
    rows: ClassVar[type[Practice]] = Practice
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

    uri: str
    title: Bilingual
    problem: Bilingual
    action: Bilingual
    result: Bilingual
    contact_role: Bilingual
    shared_on: date
    organisation: str | None = None

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "title": self.title.as_dict(),
            "problem": self.problem.as_dict(),
            "action": self.action.as_dict(),
            "result": self.result.as_dict(),
            "contact_role": self.contact_role.as_dict(),
            "organisation_id": self.organisation,
            "shared_on": self.shared_on,
        }

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the sheet and the drafts of its next version, which repeat it."""
        Practice.objects.erase(uri, provenance)
        Draft.objects.filter(revises=uri).delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeCommented(RowRecord):
    """A city says something about a practice, its own or another's."""

    kind: ClassVar[str] = "practices.practice-commented"
    rows: ClassVar[type[Comment]] = Comment
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "practice", "text", "organisation"}),
    }

    uri: str
    practice: str
    text: Bilingual
    organisation: str | None = None

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "practice_id": self.practice,
            "text": self.text.as_dict(),
            "organisation_id": self.organisation,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAdopted(RowRecord):
    """A city takes a practice of another city over; the record is the adopting city's."""

    kind: ClassVar[str] = "practices.practice-adopted"
    rows: ClassVar[type[Adoption]] = Adoption
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "practice", "plan", "adopted_on", "organisation"}),
    }

    uri: str
    practice: str
    plan: Bilingual
    adopted_on: date
    organisation: str | None = None

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "practice_id": self.practice,
            "plan": self.plan.as_dict(),
            "adopted_on": self.adopted_on,
            "organisation_id": self.organisation,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReported(RowRecord):
    """The adopting city tells what became of a practice it took over."""

    kind: ClassVar[str] = "practices.result-reported"
    rows: ClassVar[type[Result]] = Result
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "adoption", "outcome", "text", "reported_on"}),
    }

    uri: str
    adoption: str
    outcome: Literal["too-early", "works", "changed", "stopped"]
    text: Bilingual
    reported_on: date

    def columns(self) -> Values:
        """Return the columns of the row."""
        return {
            "adoption_id": self.adoption,
            "outcome": self.outcome,
            "text": self.text.as_dict(),
            "reported_on": self.reported_on,
        }
