"""Contact sheets: the versions of a playlist or the shots of a sequence at a glance."""

from dataclasses import replace
from typing import Any

from jumelage.components.studio.review.places import Place, Whole, places
from jumelage.components.studio.selectors.media import addresses_of
from jumelage.components.studio.selectors.walls.seeing import sees
from jumelage.directory.models import Person


def _seen(place: Place, person: Person) -> Place:
    """Return *place* without a version that *person* does not see."""
    return place if sees(person, place.version) else replace(place, version=None)


def sheet(whole: Whole, person: Person) -> dict[str, Any]:
    """Return what a sheet shows: its `places` with thumbnails for *person*, the first `watched`."""
    row = [_seen(place, person) for place in places(whole)]
    versions = [place.version for place in row if place.version]
    found = addresses_of(versions, "thumbnail", person)
    return {
        "places": [
            replace(place, picture=found.get(place.version.uri, "") if place.version else "")
            for place in row
        ],
        "watched": next((version for version in versions if version.media), None),
    }
