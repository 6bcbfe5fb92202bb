"""Import of an agreement's actors: the real file, and what is refused with which words."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import translation

from jumelage import directory as package
from jumelage.bridge.api import Entry
from jumelage.bridge.models import Node
from jumelage.directory.errors import ActorsFileError
from jumelage.directory.models import Organisation, Person
from jumelage.directory.services import import_actors
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import NotAllowedError
from jumelage.kit.uris import Uri, new_id
from tests.factories import directory

REAL = Path(package.__file__).parent / "data" / "actors.yaml"


def document(**wrong: object) -> dict[str, Any]:
    """Return a document with one good actor, some of its fields replaced."""
    good = {
        "id": "atelier-demo",
        "name": "Atelier Démo (fictif)",
        "kind": "coworking",
        "city": "port-demo",
        "country": "FR",
        "en": "An invented workshop.",
        "fictional": True,
    }
    return {"schema": "jumelage-actors/0.2", "actors": [{**good, **wrong}]}


def test_real_file_lists_twelve_historical_organisations(officer: Person) -> None:
    made = import_actors(REAL, by=officer)
    assert len(made) == 12
    assert {organisation.historical for organisation in made} == {True}
    assert {organisation.fictional for organisation in made} == {False}


def test_real_file_tells_what_became_of_them(officer: Person) -> None:
    import_actors(REAL, by=officer)
    numa = Organisation.objects.get(slug="la-cantine")
    assert (numa.name, numa.current_name, numa.status) == ("La Cantine", "Numa", "renamed")
    assert numa.name_on(FuzzyDate("2009")) == "La Cantine"
    assert [str(change.when) for change in numa.history] == ["2008-01-30", "2013-11"]
    assert Organisation.objects.get(slug="sfai").status == "closed"
    assert Organisation.objects.get(slug="pixar").status == "unknown"


def test_importing_twice_changes_nothing(officer: Person) -> None:
    import_actors(REAL, by=officer)
    entries = Entry.objects.count()
    assert import_actors(REAL, by=officer) == []
    assert Entry.objects.count() == entries


def test_importing_a_corrected_file_makes_a_revision(officer: Person) -> None:
    import_actors(document(), by=officer)
    changed = import_actors(document(en="A better sentence."), by=officer)
    assert [organisation.rev for organisation in changed] == [2]


def test_organisation_of_another_city_is_left_to_it(officer: Person) -> None:
    theirs = directory.listed(str(Uri("a" * 32, new_id())), slug="atelier-demo")
    theirs.apply(directory.provenance(theirs.uri))
    assert import_actors(document(), by=officer) == []


def test_import_of_one_city_leaves_the_others(officer: Person) -> None:
    made = import_actors(REAL, cities={"paris"}, by=officer)
    assert {organisation.city for organisation in made} == {"paris"}


def test_import_is_not_for_members(member: Person) -> None:
    with pytest.raises(NotAllowedError):
        import_actors(document(), by=member)


def test_first_version_of_the_format_is_understood(officer: Person) -> None:
    old = document(now="closed", closed="2022-07", now_note={"en": "It closed."})
    [made] = import_actors({**old, "schema": "jumelage-actors/0.1"}, by=officer)
    assert [(change.kind, str(change.text)) for change in made.history] == [
        ("closed", "It closed.")
    ]


def test_html_in_a_name_is_text(officer: Person) -> None:
    [made] = import_actors(document(name="<script>alert(1)</script>"), by=officer)
    assert made.name == "<script>alert(1)</script>"


CHANGE = {"kind": "renamed", "date": "2013", "name_before": "A", "name_after": "B"}
REFUSED: dict[str, tuple[object, str, str]] = {
    "bad kind": (
        document(kind="bank"),
        (
            "actors[0].kind: “bank” is none of city, cluster, incubator, nursery, coworking,"
            " school, research, culture, diplomatic, company, association, other."
        ),
        "actors[0].kind : « bank »",
    ),
    "unknown field": (
        document(phone="555"),
        "actors[0]: unknown field phone.",
        "actors[0] : champ inconnu phone.",
    ),
    "missing name": (
        {"schema": "jumelage-actors/0.2", "actors": [{"id": "x", "kind": "city"}]},
        "actors[0]: name, city, country missing.",
        "actors[0] : name, city, country manquant.",
    ),
    "name of spaces": (
        document(name="   "),
        "actors[0].name: “   ” is not written as expected.",
        "actors[0].name : «",
    ),
    "country of three letters": (
        document(country="FRA"),
        "actors[0].country: “FRA” is not written as expected.",
        "actors[0].country : « FRA »",
    ),
    "day that does not exist": (
        document(changes=[{**CHANGE, "date": "2013-02-30"}]),
        "atelier-demo: “2013-02-30” is not a date.",
        "atelier-demo : « 2013-02-30 »",
    ),
    "new name missing": (
        document(changes=[{"kind": "renamed", "date": "2013"}]),
        "actors[0].changes[0]: name_before, name_after missing.",
        "actors[0].changes[0] : name_before, name_after manquant.",
    ),
    "listed twice": (
        {**document(), "actors": document()["actors"] * 2},
        "atelier-demo: listed twice.",
        "atelier-demo : présent deux fois.",
    ),
    "text of another type": (
        document(en=["a", "list"]),
        "actors[0].en: “['a', 'list']” is of another type than string.",
        "actors[0].en : «",
    ),
    "very long text": (
        document(en="x" * 2001),
        "actors[0].en: longer than 2000 characters.",
        "actors[0].en : plus de 2000 caractères.",
    ),
    "address that runs": (
        document(website="javascript:alert(1)"),
        "actors[0].website: “javascript:alert(1)” is not written as expected.",
        "actors[0].website : «",
    ),
    "not a document": ("just words", "it does not hold a list of organisations.", "il ne contient"),
    "not YAML": ("actors: [", "while parsing a flow", "while parsing a flow"),
    "aliases": ("a: &a [x]\nb: *a", "aliases are not allowed", "les alias ne sont pas admis"),
    "very deep": ("[" * 2_000, "is too deep", "trop profond"),
    "ten megabytes": (
        "#" * 10_000_000,
        "it has 10000000 bytes, at most 1048576 are read.",
        "il fait 10000000 octets",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_bad_file_is_refused_in_words_and_leaves_nothing(
    officer: Person, name: str, language: str
) -> None:
    source, english, french = REFUSED[name]
    with translation.override(language), pytest.raises(ActorsFileError) as refusal:
        import_actors(source, by=officer)  # type: ignore[arg-type]  # bad on purpose
    said = str(refusal.value).replace("\u202f", " ").replace("\u00a0", " ")
    assert (english if language == "en" else french) in said
    assert not Organisation.objects.exists()
    assert not Entry.objects.exists()


def test_only_ten_problems_are_told(officer: Person) -> None:
    bad = {**document(), "actors": [{} for _ in range(25)]}
    with pytest.raises(ActorsFileError) as refusal:
        import_actors(bad, by=officer)
    assert str(refusal.value).endswith("missing. … and 15 more")


def test_missing_file_is_a_sentence(officer: Person, tmp_path: Path) -> None:
    with pytest.raises(ActorsFileError) as refusal:
        import_actors(tmp_path / "nothing.yaml", by=officer)
    assert "nothing.yaml" in str(refusal.value)


def test_real_file_is_what_it_says(here: Node) -> None:
    assert yaml.safe_load(REAL.read_text("utf-8"))["schema"] == "jumelage-actors/0.2"
