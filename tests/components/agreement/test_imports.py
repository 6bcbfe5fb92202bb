"""Importing, validating and exporting agreement files."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

from jumelage.bridge.models import Entry
from jumelage.components.agreement.errors import AgreementFileError
from jumelage.components.agreement.models import Commitment, Instrument, Partnership
from jumelage.components.agreement.selectors.partnerships import living_commitments
from jumelage.components.agreement.selectors.states import Activity, states, tally
from jumelage.components.agreement.services.documents import read_agreement
from jumelage.components.agreement.services.exports import export_agreement, export_yaml
from jumelage.components.agreement.services.imports import import_agreement
from jumelage.directory.models import Person
from jumelage.directory.services import import_actors
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import NotAllowedError
from tests.factories.agreement import ACTORS, AGREEMENT


def test_import_of_the_real_history_tells_its_honest_state(partnership: Partnership) -> None:
    counted = tally(states(living_commitments(partnership)))

    assert (counted.total, counted.orphans, counted.unmeasured) == (17, 11, 17)
    assert counted.activities[Activity.ACTIVE] == 0
    assert counted.activities[Activity.NOT_STARTED] == 11
    assert counted.activities[Activity.OVERDUE] == 6


def test_import_keeps_doubt_sources_and_money_as_they_are(partnership: Partnership) -> None:
    first = Instrument.objects.get(slug="mou-2006")
    second = Instrument.objects.get(slug="memorandum-2009")

    assert first.signed.date == FuzzyDate("2006-04")
    assert str(first.signed.note).startswith("S1 says April 2006")
    assert second.amends == first
    assert second.budget[0].amount == 10_000_000
    assert second.budget[0].currency == "USD"
    assert (second.budget[0].funder, second.budget[0].certainty) == ("", "attached-by-context")


def test_export_gives_back_what_was_imported(partnership: Partnership) -> None:
    document = dict(read_agreement(AGREEMENT))
    del document["suggested_indicators"]

    assert export_agreement(partnership) == {**document, "schema": "jumelage-agreement/0.2"}


def test_export_as_yaml_imports_again_without_change(
    partnership: Partnership, officer: Person
) -> None:
    before = Entry.objects.count()

    import_agreement(export_yaml(partnership), by=officer)

    assert Entry.objects.count() == before


def test_import_of_a_corrected_file_keeps_the_identifiers(
    partnership: Partnership, officer: Person
) -> None:
    document = deepcopy(dict(read_agreement(AGREEMENT)))
    document["agreements"][1]["commitments"][3]["text"]["en"] = "Corrected."
    uri = Commitment.objects.get(slug="2009.4").uri

    import_agreement(document, by=officer)

    assert Commitment.objects.get(uri=uri).text.en == "Corrected."
    assert Commitment.objects.live().count() == 17


def test_import_is_refused_to_a_member(member: Person) -> None:
    with pytest.raises(NotAllowedError):
        import_agreement(AGREEMENT, by=member)


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def _twice(document: dict[str, Any]) -> None:
    document["agreements"].append(document["agreements"][0])


A, C = "agreements", "commitments"
FAULTS = {
    "missing field": (
        _drop(A, 0, "title"),
        "agreements[0]: missing: title",
    ),
    "unknown field": (
        _set(A, 0, "mood", to="good"),
        "agreements[0]: unknown field: mood",
    ),
    "unknown service": (
        _set(A, 0, C, 0, "service", to="magic"),
        "agreements[0].commitments[0].service: “magic” is none of the known words",
    ),
    "unknown owner": (
        _set(A, 0, C, 0, "owners", to=["nobody"]),
        "agreements[0].commitments[0].owners[0]: no organisation “nobody” in the directory",
    ),
    "unknown article": (
        _set(A, 0, C, 0, "article", to="nowhere"),
        "agreements[0].commitments[0].article: no article “nowhere”",
    ),
    "amends nothing": (
        _set(A, 1, "amends", to="mou-1906"),
        "agreements[1].amends: no earlier agreement “mou-1906”",
    ),
    "two precisions": (
        _set(A, 0, "signed", "precision", to="day"),
        "agreements[0].signed.precision: “2006-04” is a month, but the file says “day”",
    ),
    "a day that does not exist": (
        _set(A, 2, "signed", "date", to="2013-02-30"),
        "agreements[2].signed.date: “2013-02-30” is not a date that exists",
    ),
    "a date in words": (
        _set(A, 2, "in_force", "from", to="spring"),
        "agreements[2].in_force.from: “spring” does not fit",
    ),
    "end before beginning": (
        _set(A, 1, "in_force", "to", to="2008"),
        "agreements[1].in_force: the end is before the beginning",
    ),
    "one language": (
        _drop(A, 0, C, 0, "text", "fr"),
        "agreements[0].commitments[0].text: missing: fr",
    ),
    "unknown source": (
        _set(A, 0, C, 0, "sources", to=["S9"]),
        "agreements[0].commitments[0].sources: no source “S9”",
    ),
    "same agreement twice": (_twice, "agreements: “mou-2006” is there twice"),
    "annex opens an unknown kind": (
        _set(A, 2, "annex", to=[{"article": "smart-cities", "kind": "a.b", "audience": "public"}]),
        "agreements[2].annex[0].kind: no record kind “a.b”",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), FAULTS.values(), ids=FAULTS.keys())
def test_import_of_a_faulty_file_says_where_and_writes_nothing(
    officer: Person, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    import_actors(ACTORS, by=officer)
    document = deepcopy(dict(read_agreement(AGREEMENT)))
    change(document)
    before = Entry.objects.count()

    with pytest.raises(AgreementFileError) as refusal:
        import_agreement(document, by=officer)

    assert str(refusal.value.faults[0]) == sentence
    assert refusal.value.faults[0].bilingual.en == sentence
    assert (Entry.objects.count(), Partnership.objects.count()) == (before, 0)


def test_import_lists_every_fault(officer: Person) -> None:
    import_actors(ACTORS, by=officer)
    document = deepcopy(dict(read_agreement(AGREEMENT)))
    document["agreements"][0]["commitments"][0]["owners"] = ["nobody", "no-one"]
    document["agreements"][1]["amends"] = "nothing"

    with pytest.raises(AgreementFileError) as refusal:
        import_agreement(document, by=officer)

    assert len(refusal.value.faults) == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "not readable"),
        ("just words", "the file does not hold an agreement"),
        ("a: &x [1]\nb: *x", "aliases are not allowed"),
        ("a: " + "x" * (10 * 1024 * 1024), "at most 10485760 are read"),
        ("\x00", "not readable"),
    ],
    ids=["broken", "words", "alias", "ten megabytes", "null byte"],
)
def test_read_refuses_what_is_no_agreement(text: str, reason: str) -> None:
    with pytest.raises(AgreementFileError) as refusal:
        read_agreement(text)

    assert str(refusal.value).count(reason) == 1


def test_import_keeps_html_as_plain_text(officer: Person) -> None:
    import_actors(ACTORS, by=officer)
    document = deepcopy(dict(read_agreement(AGREEMENT)))
    document["agreements"][0]["title"]["en"] = "<script>alert(1)</script>"

    held = import_agreement(yaml.safe_dump(document, allow_unicode=True), by=officer)

    assert export_agreement(held)["agreements"][0]["title"]["en"] == "<script>alert(1)</script>"
