"""What can go wrong with an agreement, one class per thing a caller can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, override

from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.kit.i18n import LANGUAGES, Bilingual


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in an agreement file, and where.

    `template` is the English sentence (a message of the catalogue), `facts` fill it.
    """

    path: str
    """Such as `agreements[2].commitments[0].deadline`; empty: the file itself."""
    template: str
    facts: Mapping[str, object]

    def __str__(self) -> str:
        """Return the place and the sentence in the active language."""
        sentence = gettext(self.template).format(**self.facts)
        return f"{self.path}: {sentence}" if self.path else sentence

    @property
    def bilingual(self) -> Bilingual:
        """The sentence in both languages."""
        said = {}
        for language in LANGUAGES:
            with override(language):
                said[language] = str(self)
        return Bilingual.of(said)


class NotFoundError(JumelageError):
    """There is no {thing} “{name}” here."""

    exit_code = 2
    http_status = 404


class DocumentRefusedError(InvalidInputError):
    """The document is refused: {reason}."""


class DocumentTooLargeError(DocumentRefusedError):
    """The document is too large: {size} bytes; at most {limit} are accepted."""

    http_status = 413


class AgreementFileError(InvalidInputError):
    """The agreement file has {count} faults, the first: {first}. Nothing was imported."""

    def __init__(self, faults: "Sequence[Fault]") -> None:
        """Keep every fault; pages and the command line list them."""
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults), first=self.faults[0] if self.faults else "")


class OwnEvidenceError(InvalidInputError):
    """A city cannot confirm or dispute its own evidence; the other city does."""

    http_status = 409


class ReasonMissingError(InvalidInputError):
    """Say why you dispute this evidence: the other city will read the reason."""


class NotOurRecordError(InvalidInputError):
    """This record belongs to {city}; send that city a correction request."""

    http_status = 409


class AlreadyWithdrawnError(InvalidInputError):
    """This record was already withdrawn."""

    http_status = 409


class NotCountedError(InvalidInputError):
    """No component of this node counts the indicator “{indicator}”; state the figure instead."""


class PeriodNotOverError(InvalidInputError):
    """The period ends on {end}; it can be counted from the day after."""


class TextChangedError(InvalidInputError):
    """The text changed since you read it. Read it again before you sign."""

    http_status = 409


class NotPartyError(InvalidInputError):
    """This node is not among the cities that sign this text."""

    http_status = 409


class DraftIncompleteError(InvalidInputError):
    """The draft is not ready: {reason}."""


class NoSuchLocalTimeError(InvalidInputError):
    """The clock in {zone} skips {time} that day; choose another time."""


class MeetingNotOverError(InvalidInputError):
    """The meeting has not begun yet; its decisions can be recorded afterwards."""
