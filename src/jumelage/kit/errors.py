"""The error tree: one subclass per thing a caller can act on.

Naming rule: a class is named `<What>Error`; its docstring is the sentence shown to the
person (English here, French in the message catalogue) and may hold `{fact}` placeholders
that the keyword arguments of the constructor fill.
"""

from inspect import cleandoc

from django.utils.translation import gettext


class JumelageError(Exception):
    """Something went wrong."""

    exit_code = 1
    http_status = 400

    def __init__(self, **facts: object) -> None:
        """Keep *facts*; they fill the placeholders of the class docstring."""
        self.facts = facts
        super().__init__(facts)

    @property
    def code(self) -> str:
        """The stable machine name: the class name in kebab case without `Error`."""
        name = type(self).__name__.removesuffix("Error")
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")

    @property
    def message(self) -> str:
        """The sentence for a person, in the active language."""
        sentence = " ".join(cleandoc(type(self).__doc__ or "").split())
        return gettext(sentence).format(**self.facts)

    def __str__(self) -> str:
        """Return the sentence for a person."""
        return self.message


class InvalidInputError(JumelageError):
    """This cannot be accepted: {reason}."""

    exit_code = 2
    http_status = 422


class NotAllowedError(JumelageError):
    """You are not allowed to do this."""

    exit_code = 4
    http_status = 403


class InvalidRecordError(InvalidInputError, ValueError):
    """This cannot be recorded: {reason}."""
