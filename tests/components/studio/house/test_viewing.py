"""Views are noted, kept for a while, and counted by category without telling of few people."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import Settings

from jumelage.bridge.api import Node, me, open_kind
from jumelage.components.studio.models import Production, Task, Usage, Version, View
from jumelage.components.studio.records.usage import Figures, UsageStated
from jumelage.components.studio.selectors.house.usage import count_minutes, count_sessions
from jumelage.components.studio.selectors.house.viewing import HEAD, lines, views_of
from jumelage.components.studio.services.house.usage import state_usage
from jumelage.components.studio.services.house.viewing import forget_old_views, note_view
from jumelage.components.studio.services.versions import publish_version
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.kit.errors import InvalidRecordError
from tests.factories import studio
from tests.factories.studio import NOON

MARCH = Period.month(2031, 3)


@pytest.fixture
def version(task: Task, producer: Person) -> Version:
    with clock.fixed(NOON - timedelta(days=60)):
        return publish_version(task=task, by=producer)


@pytest.fixture
def stated_here(here: Node) -> None:
    open_kind(kind="studio.usage-stated", audience="public", article="annex", instrument="test")


def look(version: Version, by: Person, minutes: int = 0, name: str = "hd") -> View | None:
    with clock.fixed(NOON + timedelta(minutes=minutes)):
        return note_view(version=version, what="rendition", name=name, person=by)


def test_parts_of_one_movie_are_one_view(version: Version, producer: Person) -> None:
    for minute in (0, 1, 9, 18):
        look(version, producer, minute)
    view = View.objects.get()
    assert (view.last_at - view.first_at, view.requests) == (timedelta(minutes=18), 4)


def test_after_a_pause_it_is_another_view(version: Version, producer: Person) -> None:
    look(version, producer, 0)
    look(version, producer, 11)
    assert View.objects.count() == 2


def test_small_pictures_of_lists_are_no_views(version: Version, producer: Person) -> None:
    assert look(version, producer, name="thumbnail") is None


def test_the_log_tells_who_saw_what(version: Version, producer: Person, film: Production) -> None:
    look(version, producer)
    head, line = lines(views_of(film, NOON.date(), NOON.date()))
    assert head == HEAD
    assert line == (
        "2031-03-04T12:00:00Z", "2031-03-04T12:00:00Z", str(producer), "other",
        version.task.entity.name, "animation", "v001", "rendition", "hd", "1",
    )  # fmt: skip


def test_who_leaves_takes_their_name_along(version: Version, producer: Person) -> None:
    view = look(version, producer)
    assert view is not None
    producer.studio_views.update(person=None)
    view.refresh_from_db()
    assert (view.person, view.category) == (None, "other")


def test_old_views_are_forgotten(version: Version, producer: Person, settings: Settings) -> None:
    look(version, producer)
    with clock.fixed(NOON + timedelta(days=settings.NODE.studio_view_days - 1)):
        assert forget_old_views() == 0
    with clock.fixed(NOON + timedelta(days=settings.NODE.studio_view_days + 1)):
        assert forget_old_views() == 1


def test_a_month_is_stated_once_by_category(
    version: Version, film: Production, producer: Person, stated_here: None
) -> None:
    students = [studio.member(film, "student", producer) for _ in range(5)]
    for student in students:
        look(version, student, 0)
        look(version, student, 9)
        look(version, student, 60)
    look(version, producer, 0)
    with clock.fixed(NOON + timedelta(days=30)):
        assert (state_usage(), state_usage()) == (1, 0)
    usage = Usage.objects.get()
    assert (usage.month, usage.figures) == (
        "2031-03",
        {
            "student": {"people": 5, "sessions": 10, "minutes": 50, "versions": 0, "notes": 0},
            "other": dict.fromkeys(("people", "sessions", "minutes", "versions", "notes")),
        },
    )
    assert count_sessions(MARCH, me().origin) == Decimal(10)
    assert count_minutes(MARCH, None) == Decimal(50)


def test_nothing_is_stated_before_an_article_opens_it(version: Version, producer: Person) -> None:
    look(version, producer)
    with clock.fixed(NOON + timedelta(days=30)):
        assert state_usage() == 0


@pytest.mark.parametrize("people", [1, 4, None])
def test_a_record_that_tells_of_few_people_is_refused(people: int | None) -> None:
    with pytest.raises(InvalidRecordError):
        UsageStated(
            uri=f"jumelage:{'a' * 26}:{'b' * 26}",
            created_at=timezone.now(),
            month="2031-03",
            figures={"student": Figures(people=people, sessions=1)},
        )
