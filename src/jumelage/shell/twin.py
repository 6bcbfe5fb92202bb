"""The JSON twin of a public page: the same values, for machines."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from django.http import JsonResponse

from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual


def json_twin(data: object) -> JsonResponse:
    """Answer *data* as JSON that any site may read; missing values are null."""
    answer = JsonResponse(to_plain(data), safe=False, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def to_plain(value: object) -> object:
    """Return *value* in JSON's own types.

    Dataclasses become objects, bilingual texts `{"fr", "en"}`, dates ISO 8601 (a fuzzy date
    keeps its precision), decimals numbers; anything else its text.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Bilingual):
        return value.as_dict()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return _structure(value)


def _structure(value: object) -> object:
    if isinstance(value, FuzzyDate | str):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): to_plain(one) for name, one in value.items()}
    if isinstance(value, Iterable):
        return [to_plain(one) for one in value]
    return str(value)
