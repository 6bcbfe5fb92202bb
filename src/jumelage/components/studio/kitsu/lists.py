"""Lists of the dialect: filters by name, the fields that were asked for, pages."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.errors import WrongBodyError
from jumelage.components.studio.models import StudioRow
from jumelage.components.studio.models.rows import StudioRows

R = TypeVar("R", bound=StudioRow)
Row = dict[str, Any]
Filter = Callable[[StudioRows[Any], str], StudioRows[Any]]
LIMIT, MOST = 100, 5000
MOST_DIGITS = 6
RESERVED = frozenset({"page", "limit", "relations", "fields", "no_job", "force"})
ALWAYS = ("id", "type")


def by(column: str) -> Filter:
    """Return a filter that compares *column* as text."""
    return lambda rows, value: rows.filter(**{column: value})


def truth(text: str) -> bool:
    """Read a boolean as clients write it."""
    return text.strip().lower() in {"1", "true", "yes"}


def filtered(asked: Asked, rows: StudioRows[R], filters: Mapping[str, Filter]) -> StudioRows[R]:
    """Keep of *rows* what the query asks for.

    Raises:
        WrongBodyError: a filter this list does not have; to ignore it would answer too much.
    """
    for name in asked_for(asked, filters):
        rows = filters[name](rows, asked.word(name) or "")
    return rows


def asked_for(asked: Asked, filters: Collection[str]) -> list[str]:
    """Return the names of the filters that the query has.

    Raises:
        WrongBodyError: one is none of *filters*; to ignore it would answer too much.
    """
    names = [name for name in asked.request.GET if name not in RESERVED]
    for name in names:
        if name not in filters:
            raise WrongBodyError(field=name[:40], reason="this list has no such filter")
    return names


def listed(asked: Asked, rows: StudioRows[R], build: Callable[[Sequence[R]], list[Row]]) -> object:
    """Return *rows* built: all of them, or the page the query asks for."""
    page = asked.word("page")
    if page is None:
        return narrowed(asked, build(list(rows)))
    return _page(asked, rows, build, _number(page, "page"))


def _page(
    asked: Asked, rows: StudioRows[R], build: Callable[[Sequence[R]], list[Row]], page: int
) -> Row:
    limit = min(_number(asked.word("limit") or str(LIMIT), "limit"), MOST)
    total, offset = rows.count(), (page - 1) * limit
    found = build(list(rows[offset : offset + limit]))
    return {
        "data": narrowed(asked, found), "total": total, "nb_pages": max(-(-total // limit), 1),
        "limit": limit, "offset": offset, "page": page,
    }  # fmt: skip


def _number(text: str, name: str) -> int:
    number = whole(text)
    if not number:
        raise WrongBodyError(field=name, reason="it is no number from 1")
    return number


def whole(text: str) -> int | None:
    """Return *text* as a number from 0 to 999 999, None when it is none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def rounded(value: float, name: str) -> int:
    """Return *value*, which a client wrote, as a whole number.

    Raises:
        WrongBodyError: it is none, or nobody means as much.
    """
    if not abs(value) < 10**MOST_DIGITS:
        raise WrongBodyError(field=name, reason="it is too large a number")
    return round(value)


def narrowed(asked: Asked, rows: list[Row]) -> list[Row]:
    """Keep the fields the query asks for, besides identifier and type."""
    fields = asked.word("fields")
    if not fields:
        return rows
    wanted = [*ALWAYS, *(name.strip() for name in fields.split(","))]
    return [{name: row[name] for name in wanted if name in row} for row in rows]


def matching(asked: Asked, rows: list[Row], *names: str, done: Collection[str] = ()) -> list[Row]:
    """Keep the *rows* whose fields *names* are what the query says of them.

    *done* names the filters that were obeyed before.

    Raises:
        WrongBodyError: the query has another filter.
    """
    asked_for(asked, {*names, *done})
    for name in names:
        value = asked.word(name)
        if value is not None:
            rows = [row for row in rows if _is(row.get(name), value)]
    return narrowed(asked, rows)


def _is(held: object, value: str) -> bool:
    return held is truth(value) if isinstance(held, bool) else str(held) == value
