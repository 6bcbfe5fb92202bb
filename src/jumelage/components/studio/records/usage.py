"""What a city says of the use of its studio."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.utils.translation.trans_null import gettext_noop as _

from jumelage.components.studio.models.house import Category, Usage
from jumelage.components.studio.records.base import StudioRecord, require

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
FEW = 5
"""Fewer people than this are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The use of the studio by one category of users in one month.

    Where `people` is None they were one to four: then nothing else is told either, since it
    would tell what one person did.
    """

    people: int | None = None
    sessions: int | None = None
    minutes: int | None = None
    versions: int | None = None
    notes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageStated(StudioRecord):
    """A city states how its studio was used in one month, by category of user."""

    kind: ClassVar[str] = "studio.usage-stated"
    rows: ClassVar[type[Usage]] = Usage
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "public": frozenset({"uri", "created_at", "month", "figures"})
    }

    uri: str
    created_at: datetime
    month: str
    figures: dict[str, Figures] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no month, no category, or tells of few people."""
        require(MONTH.fullmatch(self.month) is not None, _("a month is written 2026-11"))
        require(set(self.figures) <= set(Category.values), _("this is no category of users"))
        for one in self.figures.values():
            told = (one.sessions, one.minutes, one.versions, one.notes)
            require(all(n is None or 0 <= n < 2**31 for n in told), _("a count is not negative"))
            require(one.people is None or one.people == 0 or one.people >= FEW, _("too few people"))
            require(one.people is not None or told == (None,) * 4, _("too few people"))
