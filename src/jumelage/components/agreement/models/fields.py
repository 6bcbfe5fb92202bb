"""Columns that hold values: bilingual text, dates with precision, frozen dataclasses."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from jumelage.kit.dates import FuzzyDate

T = TypeVar("T")

if TYPE_CHECKING:
    # Django's fields are generic only for the type checker.
    class _Json(models.Field[T, T], Generic[T]):
        def from_db_value(
            self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
        ) -> T: ...

    _Text = models.CharField[FuzzyDate | str | None, FuzzyDate | None]
else:

    class _Json(models.JSONField, Generic[T]):
        pass

    _Text = models.CharField


class ValueField(_Json[T]):
    """A JSON column read as a frozen dataclass (or a tuple of them) of the type *holds*.

    `title = ValueField(Bilingual)` makes `row.title` a `Bilingual`. Migrations keep the
    column as plain JSON, so a value type may move without a migration.
    """

    def __init__(self, holds: type[T] | None = None, **options: Any) -> None:  # noqa: ANN401  # Django's field options
        """Remember the type the column *holds*; without it the value is plain JSON."""
        self.holds = holds
        super().__init__(**options)

    def deconstruct(self) -> Any:  # noqa: ANN401  # Django's signature
        """Describe the column to migrations as plain JSON."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> Any:  # noqa: ANN401  # the column's own type
        """Read the stored JSON as the type the column holds."""
        plain = super().from_db_value(value, expression, connection)
        if plain is None or self.holds is None:
            return plain
        return msgspec.convert(plain, self.holds)

    def get_prep_value(self, value: object) -> Any:  # noqa: ANN401  # plain JSON
        """Turn the value into plain JSON."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return msgspec.to_builtins(value)


class OptionalField(ValueField[T | None], Generic[T]):
    """A `ValueField` that may be unknown (null)."""

    def __init__(self, holds: type[T] | None = None, **options: Any) -> None:  # noqa: ANN401  # Django's field options
        """Make the column nullable."""
        super().__init__(holds, **{**options, "null": True, "blank": True})


class FuzzyDateField(_Text):
    """A date as precise as the sources allow, kept as its ISO text (`2006-04`); null: unknown."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Django's field options
        """Make a nullable column of ten characters."""
        super().__init__(**{**options, "max_length": 10, "null": True, "blank": True})

    def from_db_value(
        self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper
    ) -> FuzzyDate | None:
        """Read the stored text."""
        return FuzzyDate(value) if value else None

    def to_python(self, value: object) -> Any:  # noqa: ANN401  # Django's signature
        """Accept a text or a `FuzzyDate`."""
        if value is None or isinstance(value, FuzzyDate):
            return value
        return FuzzyDate(str(value)) if str(value) else None

    def get_prep_value(self, value: object) -> Any:  # noqa: ANN401  # Django's signature
        """Return the ISO text."""
        return str(value) if value else None
