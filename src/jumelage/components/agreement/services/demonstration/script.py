"""What the demonstration is told: its script, and the invented organisations of this city."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jumelage.bridge import api as bridge
from jumelage.components.agreement.models import Commitment, Instrument
from jumelage.components.agreement.services.documents import Document, read_agreement
from jumelage.directory.models import Organisation, Person
from jumelage.directory.services import list_organisation
from jumelage.kit.i18n import Bilingual


@cache
def script() -> Document:
    """Return `data/demonstration.yaml`."""
    return read_agreement(packaged("jumelage.components.agreement", "demonstration.yaml"))


@cache
def history() -> Document:
    """Return the packaged real agreements."""
    return read_agreement(packaged("jumelage.components.agreement", "paris-san-francisco.yaml"))


def packaged(package: str, name: str) -> Path:
    """Return the data file *name* that *package* ships."""
    return Path(str(files(package).joinpath("data", name)))


def convention() -> Instrument | None:
    """Return the demonstration convention, once it was proposed."""
    return Instrument.objects.live().filter(slug=script()["convention"]["slug"]).first()


def lights(convention: Instrument) -> Iterator[tuple[Commitment, Mapping[str, Any]]]:
    """Yield each commitment of the convention with what the script tells about it."""
    rows = Commitment.objects.live().filter(instrument=convention).select_related("renews")
    for row in rows.order_by("position"):
        if row.renews:
            yield row, script()["commitments"][row.renews.slug]


def desk_slug(city: str) -> str:
    """Return the directory slug of the invented desk of the node *city* (its slug)."""
    return f"bureau-demo-{city}"


def desk(by: Person) -> Organisation:
    """Return this city's invented desk, listed on first use."""
    return invented("desk", desk_slug(bridge.me().slug), "association", by)


def invented(name: str, slug: str, kind: str, by: Person) -> Organisation:
    """Return the invented organisation the script calls *name*, listed on first use."""
    me, told = bridge.me(), script()[name]
    held = Organisation.objects.listed().filter(slug=slug).first()
    return held or list_organisation(
        name=told["name"].format(city=me.city.name.read("fr")[0]),
        slug=slug,
        kind=kind,
        city=me.slug,
        country=me.country,
        description=Bilingual(fr=told["fr"], en=told["en"]),
        fictional=True,
        by=by,
    )
