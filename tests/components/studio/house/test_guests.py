"""A guest's link opens one production or one playlist, for a while, and is taken back at once."""

from datetime import timedelta

import pytest

from jumelage.bridge.api import Node
from jumelage.components.studio.errors import ElsewhereError
from jumelage.components.studio.models import GuestLink, Production, Version
from jumelage.components.studio.models.values import PlaylistItem
from jumelage.components.studio.selectors.house.guests import versions_for
from jumelage.components.studio.services.house.guests import link_of, make_link, revoke_link
from jumelage.components.studio.services.review.playlists import make_playlist
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.errors import NotAllowedError
from tests.factories import studio

WEEK = timedelta(days=7)


def test_a_link_is_found_by_its_token_until_it_ends(film: Production, producer: Person) -> None:
    link, token = make_link(production=film, name="A client", lasts=WEEK, by=producer)
    assert link_of(token) == link
    assert link_of(token + "x") is None
    with clock.fixed(clock.now() + WEEK):
        assert link_of(token) is None


def test_only_a_digest_of_the_token_is_kept(film: Production, producer: Person) -> None:
    _, token = make_link(production=film, name="A client", lasts=WEEK, by=producer)
    kept = GuestLink.objects.values().get()
    assert [name for name, value in kept.items() if token in str(value)] == []


def test_a_link_that_is_taken_back_opens_nothing(film: Production, producer: Person) -> None:
    link, token = make_link(production=film, name="A client", lasts=WEEK, by=producer)
    revoke_link(link=link, by=producer)
    assert link_of(token) is None


def test_no_link_lasts_longer_than_90_days(film: Production, producer: Person) -> None:
    link, _ = make_link(production=film, name="A client", lasts=timedelta(days=999), by=producer)
    assert link.expires_at - link.made_at <= timedelta(days=90, seconds=5)


def test_a_playlist_of_another_production_is_no_choice(
    film: Production, producer: Person, here: Node
) -> None:
    other = studio.production(producer)
    playlist = make_playlist(production=other, name="dailies", by=producer)
    with pytest.raises(ElsewhereError):
        make_link(production=film, name="A client", lasts=WEEK, playlist=playlist, by=producer)


def test_a_playlist_without_versions_shows_the_newest_of_each_shot(
    film: Production, shown: Version, producer: Person
) -> None:
    items = [PlaylistItem(entity=shown.task.entity_id)]
    playlist = make_playlist(production=film, name="dailies", items=items, by=producer)
    link, _ = make_link(
        production=film, name="A client", lasts=WEEK, playlist=playlist, by=producer
    )
    assert versions_for(link) == [shown]


@pytest.mark.parametrize("role", ["supervisor", "artist", "client", "observer"])
def test_only_coordinators_invite_guests(film: Production, producer: Person, role: str) -> None:
    member = studio.member(film, role, producer)
    with pytest.raises(NotAllowedError):
        make_link(production=film, name="A client", lasts=WEEK, by=member)
