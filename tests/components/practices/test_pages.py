"""The pages of the practices: what they cost, what they say, whom they let in."""

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jumelage.bridge.api import Node
from jumelage.components.practices.models import Adoption, Comment, Draft, Practice, Result
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.i18n import Bilingual
from tests.factories import practices as make
from tests.factories.bridge import Peer

SHEET = {f"{name}_en": "Words" for name in ("title", "problem", "action", "result")} | {
    "contact_role_en": "head of mobility"
}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_at_any_length(
    rows: int,
    here: Node,
    there: Peer,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        make.comment(here.origin, make.practice(there.origin, f"Sheet {number}"))

    with django_assert_num_queries(4):  # this node, its peers, the count, the rows
        answer = client.get(reverse("practices:list"))

    assert answer.context["page"].paginator.count == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_at_any_length(
    rows: int,
    here: Node,
    there: Peer,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    practice = make.practice(there.origin)
    for _ in range(rows):
        make.comment(here.origin, practice)
        make.result(here.origin, make.adoption(here.origin, practice))

    with django_assert_num_queries(6):  # the sheet, 3 sorts of answers, this node, its peers
        client.get(reverse("practices:detail", args=[practice.uri]))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Night trains", "Bike school"]),
        ({"q": "bike"}, ["Bike school"]),
        ({"sort": "title"}, ["Bike school", "Night trains"]),
        ({"adopted": "yes"}, ["Night trains"]),
        ({"adopted": "no"}, ["Bike school"]),
        ({"sort": "nonsense", "adopted": "perhaps"}, ["Night trains", "Bike school"]),
        ({"q": "nothing like it"}, []),
    ],
)
def test_list_answers_what_is_asked(
    asked: dict[str, str], found: list[str], here: Node, there: Peer, client: Client
) -> None:
    make.practice(here.origin, "Bike school", on=make.DAY.replace(day=1))
    make.adoption(here.origin, make.practice(there.origin, "Night trains"))

    answer = client.get("/en/practices/", asked)

    assert [str(practice) for practice in answer.context["page"]] == found


def test_list_shows_pages_of_twenty(here: Node, client: Client) -> None:
    for number in range(21):
        make.practice(here.origin, f"Sheet {number}")

    assert len(client.get("/en/practices/?page=2").context["page"]) == 1


def test_twin_says_what_the_page_says(here: Node, there: Peer, client: Client) -> None:
    practice = make.practice(here.origin)
    make.result(there.origin, make.adoption(there.origin, practice))
    make.result(here.origin, Adoption.objects.get())  # not this city's to report

    facts = client.get(reverse("practices:detail-data", args=[practice.uri])).json()

    assert facts["title"] == {"en": "Night buses on call"}
    assert [len(adoption["results"]) for adoption in facts["adoptions"]] == [1]
    assert client.get(reverse("practices:list-data")).json()["practices"][0]["uri"] == practice.uri


def test_page_marks_a_text_in_the_other_language(here: Node, client: Client) -> None:
    practice = make.practice(here.origin)

    page = client.get(f"/fr/practices/{practice.uri}/").content.decode()

    assert page.count('<span lang="en">Night buses on call</span>') == 1


def test_sheet_from_first_words_to_result_without_javascript(
    here: Node, there: Peer, as_officer: Client
) -> None:
    kept = as_officer.post("/en/practices/new/", {"title_fr": "Bus"})
    draft = Draft.objects.get()
    assert kept["Location"] == f"/en/practices/drafts/{draft.pk}/"

    unfinished = as_officer.post(kept["Location"], {"title_fr": "Bus", "share": "1"})
    assert unfinished.status_code == 422
    assert unfinished.context["form"]["title_fr"].value() == "Bus"

    as_officer.post(kept["Location"], SHEET | {"share": "1"})
    ours = Practice.objects.get()
    as_officer.post(f"/en/practices/{ours.uri}/comment/", {"text_en": "A question?"})
    assert Comment.objects.get().practice == ours

    theirs = make.practice(there.origin)
    as_officer.post(f"/en/practices/{theirs.uri}/adopt/", {"plan_fr": "Deux lignes"})
    adoption = Adoption.objects.get()
    address = f"/en/practices/adoptions/{adoption.uri}/report/"
    as_officer.post(address, {"outcome": "works", "text_fr": "Cela marche"})
    assert Result.objects.get().adoption == adoption

    as_officer.post(f"/en/practices/said/{ours.uri}/withdraw/")
    page = as_officer.get(f"/en/practices/{ours.uri}/")
    assert page.context["practice"].withdrawn_at is not None


@pytest.mark.parametrize(
    ("address", "typed", "wrong"),
    [
        ("comment", {}, {"text_fr": ["Write this in French or in English."]}),
        ("adopt", {"plan_fr": " "}, {"plan_fr": ["Write this in French or in English."]}),
        (
            "comment",
            {"text_en": "x" * 10_001},
            {"text_en": ["Ensure this value has at most 10000 characters (it has 10001)."]},
        ),
    ],
)
def test_bad_words_are_told_and_kept(
    address: str,
    typed: dict[str, str],
    wrong: dict[str, list[str]],
    there: Peer,
    as_officer: Client,
) -> None:
    practice = make.practice(there.origin)

    answer = as_officer.post(f"/en/practices/{practice.uri}/{address}/", typed)

    assert answer.context["form"].errors == wrong
    for name, text in typed.items():
        assert answer.context["form"][name].value() == text


def test_markup_in_a_title_stays_text(here: Node, client: Client) -> None:
    practice = make.practice(here.origin, "<script>alert(1)</script>")

    page = client.get(f"/en/practices/{practice.uri}/").content.decode()

    assert page.count("<script>alert(1)</script>") == 0
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 1


def test_drafts_of_others_answer_like_drafts_that_do_not_exist(
    here: Node, member: Person, as_officer: Client
) -> None:
    draft = make.draft(member, title=Bilingual(en="Secret"))

    paths = [f"/en/practices/drafts/{number}/" for number in (draft.pk, 424242)]
    with clock.fixed(clock.now()):
        hidden, absent = (as_officer.get(path) for path in paths)

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert _seen(hidden, paths[0]) == _seen(absent, paths[1])


def _seen(answer: HttpResponseBase, path: str) -> list[str]:
    """Return the lines of a page without what differs at every request: token and address."""
    text = bytes(getattr(answer, "content", b"")).decode().replace(path[3:], "/address/")
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]
