"""What people type by mistake on the pages of the studio, and what they are told."""

from datetime import date
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jumelage.components.studio.models import Entity, Production, Seat, Task
from jumelage.components.studio.services import requests
from jumelage.directory.models import Person
from tests.factories import studio

BACKWARDS = "This is before the day it begins on."


@pytest.fixture
def browser(producer: Person, client: Client) -> Client:
    """Return the producer's browser, in English."""
    client.force_login(producer.user)
    return client


def of(name: str, thing: Production | Entity | Task) -> str:
    """Return the address of the English page *name* of *thing*."""
    with translation.override("en"):
        return reverse(f"studio:{name}", kwargs={"uri": thing.uri})


def test_production_does_not_end_before_it_begins(browser: Client, film: Production) -> None:
    form = browser.get(of("settings", film)).context["form"]
    said = {name: value for name, value in form.initial.items() if value is not None}

    answer = browser.post(
        of("settings", film), {**said, "starts": "2026-12-01", "ends": "2026-11-30"}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"ends": [BACKWARDS]}


def test_task_is_not_due_before_it_begins(browser: Client, task: Task) -> None:
    said = {"starts": "2026-12-01", "due": "2026-11-30", "priority": 0}

    answer = browser.post(of("change-task", task), said)

    assert answer.context["form"].errors == {"due": [BACKWARDS]}


def test_task_that_is_due_before_it_begins_can_still_be_changed(
    browser: Client, task: Task
) -> None:
    days = {"starts": "2026-12-01", "due": "2026-11-30"}
    Task.objects.filter(pk=task.pk).update(**days)  # as releases before this one let it be

    browser.post(of("change-task", task), {**days, "priority": 3})

    task.refresh_from_db()
    assert task.priority == 3


def test_shot_does_not_end_before_its_first_frame(browser: Client, shot: Entity) -> None:
    said = {"name": shot.name, "parent": shot.parent_id, "frame_in": 1001, "frame_out": 1000}

    answer = browser.post(of("change-entity", shot), said)

    assert answer.context["form"].errors == {"frame_out": ["This is before the first frame."]}


def test_class_does_not_coordinate_by_mistake(browser: Client, film: Production) -> None:
    page = browser.get(of("members", film))
    answer = browser.post(of("members", film), {"emails": "somebody@example.org", "role": ""})

    assert page.context["form"]["role"].value() is None
    assert next(iter(page.context["form"].fields["role"].choices)) == ("", "choose one")
    assert answer.context["form"].errors["role"] == ["This field is required."]
    assert Seat.objects.filter(role="coordinator").count() == 1


def test_who_is_put_on_a_task_is_shown_by_name_in_their_own_city(
    browser: Client, task: Task, producer: Person
) -> None:
    student = studio.member(task.production, "student", producer)

    offered = browser.get(of("change-task", task)).context["form"].fields["assignees"].choices

    assert [label.partition(" · ")[2] for _uri, label in offered] == [str(producer), str(student)]


@pytest.mark.parametrize("posted", ["say", "publish"])
def test_who_comes_back_to_a_form_that_was_refused_finds_a_page(
    browser: Client, task: Task, posted: str
) -> None:
    refused = browser.post(of(posted, task), {"text": ""})
    again = browser.get(of(posted, task), follow=True)

    assert (refused.status_code, again.status_code) == (422, 200)


def test_session_that_ended_leads_back_to_the_page_one_wrote_on(client: Client, task: Task) -> None:
    page = of("task", task)
    here = {"referer": f"http://testserver{page}"}

    sent = client.post(of("say", task), {"text": "Plus lent"}, headers=here)
    lured = client.post(of("say", task), headers={"referer": "https://elsewhere.example/"})

    assert unquote(sent["Location"]) == f"/en/account/login/?next={page}"
    assert lured["Location"] == "/en/account/login/?next="


@pytest.mark.parametrize("language", ["en", "fr"])
def test_days_are_shown_as_browsers_read_them_in_every_language(
    browser: Client, task: Task, producer: Person, language: str
) -> None:
    requests.change_or_ask(row=task, changes={"due": date(2026, 12, 1)}, by=producer, reason="")
    with translation.override(language):
        address = reverse("studio:change-task", kwargs={"uri": task.uri})

    field = browser.get(address).context["form"]["due"]

    assert 'type="date"' in str(field)
    assert 'value="2026-12-01"' in str(field)
