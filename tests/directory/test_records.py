"""Records of the directory: applied once or twice, alone or together, in any order."""

import random
from collections.abc import Callable

import pytest

from jumelage.bridge.api import ForeignRecordError, publish, publish_all, withdraw
from jumelage.bridge.models import Node
from jumelage.directory.models import Organisation, OrganisationChange
from jumelage.directory.records import OrganisationChanged, OrganisationListed
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.kit.uris import Uri, new_id
from tests.factories import directory

pytestmark = pytest.mark.usefixtures("here")
Said = OrganisationListed | OrganisationChanged


def story(uri: str) -> list[Said]:
    """Return what a city may say of one organisation over the years."""
    return [
        directory.listed(uri, name="La Cabane", slug="la-cabane"),
        directory.changed(uri, "opened", "2008"),
        directory.changed(uri, "renamed", "2013-11", name_before="La Cabane", name_after="Numa"),
        directory.changed(uri, "renamed", "2019", name_before="Numa", name_after="Le Numa"),
        directory.changed(uri, "closed", "2022-07"),
    ]


def rows() -> list[tuple[object, ...]]:
    """Return everything the shared tables hold."""
    organisations = Organisation.objects.order_by("uri").values_list()
    changes = OrganisationChange.objects.order_by("uri").values_list()
    return [*organisations, *changes]


def tell(records: list[Said]) -> list[tuple[object, ...]]:
    """Apply *records* one by one to empty tables and return what they hold."""
    Organisation.objects.all().delete()
    OrganisationChange.objects.all().delete()
    for record in records:
        record.apply(directory.provenance(record.uri))
    return rows()


def test_record_applied_twice_changes_nothing(here: Node) -> None:
    said = story(str(Uri(here.origin, new_id())))
    assert tell([*said, *said]) == tell(said)


@pytest.mark.parametrize("seed", range(12))
def test_records_in_any_order_make_the_same_rows(here: Node, seed: int) -> None:
    said = story(str(Uri(here.origin, new_id()))) + story(str(Uri(here.origin, new_id())))
    shuffled = random.Random(seed).sample(said, len(said))
    assert tell(shuffled) == tell(said)


@pytest.mark.parametrize("kind", [OrganisationListed, OrganisationChanged])
def test_page_equals_one_by_one(here: Node, kind: type[Said]) -> None:
    said = [r for _ in range(3) for r in story(str(Uri(here.origin, new_id())))]
    alone = tell(said)
    Organisation.objects.all().delete()
    OrganisationChange.objects.all().delete()
    for together in (kind, OrganisationChanged, OrganisationListed):
        page = [(r, directory.provenance(r.uri)) for r in said if type(r) is together]
        together.apply_page(page)  # type: ignore[arg-type]  # one kind a page
    assert rows() == alone


def test_published_records_make_the_rows_their_entries_tell(here: Node) -> None:
    said = story(str(Uri(here.origin, new_id())))
    provenances = publish_all(said)
    live = [row.pk for row in Organisation.objects.all()]
    assert live == [said[0].uri]
    assert [provenance.seq for provenance in provenances] == [1, 2, 3, 4, 5]


def test_second_revision_replaces_the_first(here: Node) -> None:
    organisation = directory.organisation(name="Ancien lieu (fictif)")
    publish(
        directory.listed(organisation.uri, name="Nouveau lieu (fictif)", slug=organisation.slug)
    )
    organisation.refresh_from_db()
    assert (organisation.name, organisation.rev) == ("Nouveau lieu (fictif)", 2)


def test_withdrawn_change_no_longer_counts(here: Node) -> None:
    organisation = directory.organisation()
    closed = directory.changed(organisation.uri, "closed", "2022")
    publish(closed)
    withdraw(closed.uri)
    organisation.refresh_from_db()
    assert organisation.status == Organisation.Status.ACTIVE


def test_withdrawn_organisation_leaves_the_list(here: Node) -> None:
    organisation = directory.organisation()
    withdraw(organisation.uri)
    assert list(Organisation.objects.live()) == []
    assert Organisation.objects.get().withdrawn_at is not None


def test_withdrawal_of_something_unknown_is_ignored(here: Node) -> None:
    uri = str(Uri(here.origin, new_id()))
    OrganisationListed.withdraw(uri, directory.provenance(uri))
    OrganisationChanged.withdraw(uri, directory.provenance(uri))
    assert rows() == []


def test_city_cannot_change_an_organisation_of_another(here: Node) -> None:
    theirs = str(Uri("a" * 32, new_id()))
    with pytest.raises(ForeignRecordError):
        directory.changed(theirs, "closed", "2022")


WRONG: dict[str, Callable[[], object]] = {
    "empty name": lambda: directory.listed(name="  ", slug="x"),
    "name too long": lambda: directory.listed(name="x" * 201),
    "slug with a slash": lambda: directory.listed(slug="../etc"),
    "slug too long": lambda: directory.listed(slug="x" * 81),
    "country of three letters": lambda: directory.listed(country="FRA"),
    "date that is none": lambda: directory.changed(directory.listed().uri, "closed", "2013-02-30"),
    "date of another form": lambda: directory.changed(directory.listed().uri, "closed", "2013/11"),
}


@pytest.mark.parametrize("name", WRONG)
def test_record_the_tables_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(JumelageError):
        WRONG[name]()


def test_website_that_is_no_address_is_not_shown(here: Node) -> None:
    organisation = directory.organisation(website="javascript:alert(1)")
    assert organisation.website == ""


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2006-04", "La Cabane"),
        ("2013-10-31", "La Cabane"),
        ("2013-11", "Numa"),
        ("2013", "La Cabane"),
        ("2018", "Numa"),
        ("2026-11-22", "Le Numa"),
    ],
)
def test_name_on_a_day_is_the_name_it_had(here: Node, day: str, name: str) -> None:
    uri = str(Uri(here.origin, new_id()))
    publish_all(story(uri))
    assert Organisation.objects.get(uri=uri).name_on(FuzzyDate(day)) == name


def test_invalid_input_names_the_reason() -> None:
    with pytest.raises(InvalidInputError) as refusal:
        directory.listed(name="x" * 201, slug="x")
    assert str(refusal.value) == "This cannot be accepted: name is longer than 200 characters."
