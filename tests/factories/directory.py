"""Makes people with roles, and organisations the way cities list them: through records."""

from datetime import UTC, date, datetime
from itertools import count

from django.utils.text import slugify

from jumelage.bridge.api import new_uri, publish, publish_all
from jumelage.directory.models import Account, Grant, Organisation, Person
from jumelage.directory.records import OrganisationChanged, OrganisationListed
from jumelage.directory.services import open_account
from jumelage.kit.component import Provenance
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri

_numbers = count(1)
SOME_DAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


def person(*roles: str, name: str = "", language: str = "en", scope: str = "") -> Person:
    """Open an account named by its role and give it *roles* (on *scope*, or the whole node)."""
    number = next(_numbers)
    made = open_account(
        email=f"person-{number}@node.example",
        name=name or f"Person {number}",
        language=language,
        password="a long enough sentence",  # a scratch account
    )
    given = set(roles) - {Grant.Role.MEMBER}
    Grant.objects.bulk_create(Grant(person=made, role=role, scope=scope) for role in given)
    return made


def stranger() -> Person:
    """Return somebody with an account and no role at all."""
    account = Account.objects.create_user(f"stranger-{next(_numbers)}@node.example")
    return Person.objects.create(user=account, name="Stranger")


def listed(uri: str = "", **fields: object) -> OrganisationListed:
    """Return the record of an invented organisation."""
    number = next(_numbers)
    name = str(fields.get("name", f"Atelier Démo {number} (fictif)"))
    facts: dict[str, object] = {
        "uri": uri or new_uri(),
        "slug": slugify(name) or f"organisation-{number}",
        "organisation_kind": Organisation.Kind.COWORKING,
        "name": name,
        "description": Bilingual(fr="Un atelier inventé.", en="An invented workshop."),
        "city": "port-demo",
        "country": "FR",
        "status": Organisation.Status.ACTIVE,
        "fictional": True,
        "confirmed_on": date(2026, 11, 1),
    }
    return OrganisationListed(**{**facts, **fields})  # type: ignore[arg-type]  # fields of the record


def organisation(**fields: object) -> Organisation:
    """List an invented organisation in the name of this node."""
    record = listed(**fields)  # type: ignore[arg-type]  # fields of the record
    publish(record)
    return Organisation.objects.get(uri=record.uri)


def organisations(number: int) -> None:
    """List *number* invented organisations at once."""
    publish_all([listed() for _ in range(number)])


def changed(organisation_uri: str, change: str, day: str, **fields: object) -> OrganisationChanged:
    """Return the record of a change of an organisation of this node."""
    facts = {"uri": new_uri(), "organisation": organisation_uri, "change": change}
    return OrganisationChanged(**{**facts, "date": FuzzyDate(day), **fields})  # type: ignore[arg-type]  # fields of the record


def provenance(uri: str, rev: int = 1) -> Provenance:
    """Return where a record of the owner of *uri* would come from."""
    return Provenance(origin=Uri.parse(uri).origin, feed="public", seq=rev, rev=rev, time=SOME_DAY)
