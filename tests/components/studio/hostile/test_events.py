"""What is refused, or erased, makes no events and silences none."""

import pytest

from jumelage.bridge.api import Entry, me
from jumelage.components.studio.kitsu.events.log import Event, Mark, last, mark, since
from jumelage.components.studio.kitsu.people import Crew
from jumelage.components.studio.models import Production, Task
from jumelage.components.studio.services.review.comments import comment
from jumelage.directory.models import Person

BEGINNING = Mark(0, 0, 0, 0)


def _last(film: Production) -> list[Event]:
    return last(
        productions=[film.uri], limit=100, after=None, before=None, name="", only_files=False,
        crew=Crew(me().origin, [film.uri]),
    )  # fmt: skip


@pytest.mark.parametrize("state", [Entry.State.APPLIED, Entry.State.REFUSED])
def test_entry_without_body_is_passed_over(
    state: str, film: Production, task: Task, producer: Person
) -> None:
    gone = comment(task=task, by=producer, text="Gone.")
    stays = comment(task=task, by=producer, text="Stays.")
    Entry.objects.filter(uri=gone.uri).update(body=None, state=state)

    heard, listed = since(BEGINNING, mark()), _last(film)

    for events in (heard, listed):
        assert [event.at for event in events if event.name == "comment:new"] == [stays.recorded_at]


def test_what_is_not_applied_is_not_heard(film: Production, task: Task, producer: Person) -> None:
    said = comment(task=task, by=producer, text="Refused.")
    Entry.objects.filter(uri=said.uri).update(state=Entry.State.REFUSED)

    events = [*since(BEGINNING, mark()), *_last(film)]

    assert [event for event in events if event.name == "comment:new"] == []
