"""Asking for many values with one parameter finds what `column__in` finds, on both databases."""

import pytest

from jumelage.bridge.boundary.policy import open_kind
from jumelage.bridge.models import Opening
from jumelage.kit.sql.among import Among

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("wanted", [[], ["a"], ["c", "a", "zz"], ['"', "é", "a'b"]])
def test_among_finds_what_in_finds(wanted: list[str]) -> None:
    for kind in ("a", "b", "c", '"', "é"):
        open_kind(kind=kind, audience="public", article="1", instrument="x")

    found = Opening.objects.filter(Among("kind", wanted), audience="public")

    assert set(found) == set(Opening.objects.filter(kind__in=wanted))
    assert Opening.objects.exclude(Among("kind", wanted)).count() == 5 - found.count()
