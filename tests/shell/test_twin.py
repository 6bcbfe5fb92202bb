"""The JSON twins of pages."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from jumelage.kit.dates import FuzzyDate, Period
from jumelage.kit.i18n import Bilingual
from jumelage.shell.twin import json_twin


@dataclass(frozen=True)
class Sheet:
    """Values of every kind."""

    title: Bilingual
    signed: FuzzyDate
    figure: Decimal | None
    at: datetime
    period: Period
    parts: tuple[Decimal, ...]


def test_a_twin_says_every_value_in_jsons_own_types() -> None:
    sheet = Sheet(
        title=Bilingual(fr="Été"),
        signed=FuzzyDate("2006-04"),
        figure=None,
        at=datetime(2026, 3, 10, 12, tzinfo=UTC),
        period=Period(date(2026, 1, 1), date(2027, 1, 1)),
        parts=(Decimal("48.00"), Decimal("0.5")),
    )
    answer = json_twin([sheet])

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.content.count("Été".encode()) == 1
    assert json.loads(answer.content) == [
        {
            "title": {"fr": "Été"},
            "signed": "2006-04",
            "figure": None,
            "at": "2026-03-10T12:00:00+00:00",
            "period": {"start": "2026-01-01", "end": "2027-01-01"},
            "parts": [48, 0.5],
        }
    ]
