"""The words of a production on their page: used, added, dropped; and whom a production trusts."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jumelage.components.studio import errors
from jumelage.components.studio.models import Production, Task, Word, word_uuid
from jumelage.components.studio.models.words import Family
from jumelage.components.studio.selectors.words import own_words, word_of
from jumelage.components.studio.services import words
from jumelage.components.studio.services.review import comments
from jumelage.directory.models import Person
from tests.factories import studio


@pytest.fixture
def browser(producer: Person) -> Client:
    """Return the producer's browser."""
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(producer.user)
    return signed_in


def of(name: str, film: Production, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"studio:{name}", kwargs={"uri": film.uri})


def slugs(film: Production, family: str) -> list[str]:
    film.refresh_from_db()
    return [each["slug"] for each in film.words if each["family"] == family]


def chosen(family: str, slug: str) -> dict[str, object]:
    return {"word": word_uuid(family, slug)}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_are_listed_by_family(browser: Client, film: Production, language: str) -> None:
    page = browser.get(of("words", film, language))

    used = {each.family: len(each.used) for _, each in page.context["families"]}
    assert page.status_code == 200
    assert used == {family: len(slugs(film, family)) for family in Family.values}
    assert of("words", film, language) in browser.get(of("settings", film, language)).text


@pytest.mark.parametrize("family", Family.values)
def test_form_of_a_word_is_shown_for_each_family(
    browser: Client, film: Production, family: str
) -> None:
    assert browser.get(f"{of('make-word', film)}?family={family}").status_code == 200


def test_status_is_added_and_given(
    browser: Client, film: Production, task: Task, producer: Person
) -> None:
    told = {
        "name": "Director's look",
        "colour": "#aa00ff",
        "order": "4",
        "means": "feedback",
        "short": "dir",
        "by_artist": "on",
    }

    answer = browser.post(f"{of('make-word', film)}?family=status", told)

    assert (answer.status_code, answer["Location"]) == (302, of("words", film))
    film.refresh_from_db()
    made = next(each for each in film.words if each["slug"] == "directors-look")
    assert (made["name"], made["colour"], made["order"]) == ("Director's look", "#aa00ff", 4)
    assert made["facts"] == {"feedback": True, "short": "dir", "by_artist": True}
    artist = studio.member(film, "artist", producer)
    task.refresh_from_db()
    assert comments.comment(task=task, by=artist, status="directors-look").status == made["slug"]
    assert browser.get(of("words", film)).text.count("it waits for an answer") >= 1


def test_kind_of_work_is_added(browser: Client, film: Production) -> None:
    told = {"name": "Matte painting", "colour": "#123456", "order": "50", "on": "shot"}

    browser.post(f"{of('make-word', film)}?family=task-type", told | {"department": "layout"})

    made = Word.objects.get(slug="matte-painting")
    assert (made.given_by, made.facts) == ("", {"on": "shot", "department": "layout"})
    assert slugs(film, "task-type").count("matte-painting") == 1


@pytest.mark.parametrize(
    "wrong", [{"colour": "red"}, {"colour": "#1234567"}, {"name": ""}, {"name": "Props"}]
)
def test_word_that_is_none_is_refused_and_stays_typed(
    browser: Client, film: Production, wrong: dict[str, str]
) -> None:
    before = film.words
    told = {"name": "Vehicles", "colour": "#123456", "order": "77", **wrong}

    answer = browser.post(f"{of('make-word', film)}?family=asset-type", told)

    film.refresh_from_db()
    assert (answer.status_code, film.words) == (422, before)
    assert answer.text.count('value="77"') == 1


def test_word_of_this_city_is_used_and_dropped(browser: Client, film: Production) -> None:
    assert slugs(film, "task-type").count("fx") == 0

    browser.post(of("use-word", film), chosen("task-type", "fx"))
    assert slugs(film, "task-type").count("fx") == 1

    browser.post(of("drop-word", film), chosen("task-type", "fx"))
    assert slugs(film, "task-type").count("fx") == 0
    assert Word.objects.filter(family="task-type", slug="fx").count() == 1


def test_word_in_use_is_not_dropped(browser: Client, film: Production, task: Task) -> None:
    answer = browser.post(of("drop-word", film), chosen("task-type", task.task_type), follow=True)

    assert slugs(film, "task-type").count(task.task_type) == 1
    assert answer.text.count("is in use in this production and stays.") == 1


@pytest.mark.parametrize(
    ("family", "slug"), [("status", "todo"), ("status", "wip"), ("department", "animation")]
)
def test_what_tasks_need_stays(
    film: Production, task: Task, producer: Person, family: str, slug: str
) -> None:
    comments.comment(task=task, by=producer, status="wip")
    word = Word.objects.get(family=family, slug=slug)

    with pytest.raises(errors.WordInUseError):
        words.drop_word(production=film, word=word, by=producer)


def test_what_is_no_word_is_refused_in_a_sentence(browser: Client, film: Production) -> None:
    before = film.words

    for told in ({"word": "nonsense"}, {}):
        answer = browser.post(of("use-word", film), told, follow=True)
        assert answer.text.count("choose a word from the list") == 1

    film.refresh_from_db()
    assert film.words == before


def test_word_that_another_production_says_becomes_one_of_this_city(
    film: Production, producer: Person
) -> None:
    Word.objects.create(
        family="status", slug="frozen", name="Frozen", uuid=word_uuid("status", "frozen"),
        given_by="jumelage:elsewhere",
    )  # fmt: skip

    made = words.make_word(family="status", name="Frozen", by=producer, colour="#00ffff")

    assert (made.given_by, made.colour) == ("", "#00ffff")
    assert Word.objects.filter(slug="frozen").count() == 1


def test_supervisor_changes_no_words(client: Client, film: Production, producer: Person) -> None:
    client.force_login(studio.member(film, "supervisor", producer).user)

    pages = [of(name, film) for name in ("words", "make-word")]
    assert {client.get(page).status_code for page in pages} == {404}
    asked = [of(name, film) for name in ("make-word", "use-word", "drop-word")]
    assert {client.post(page).status_code for page in asked} == {404}


def test_coordinator_says_whose_requests_are_answered_at_once(
    browser: Client, film: Production
) -> None:
    form = browser.get(of("settings", film)).context["form"]
    told = {name: value for name, value in form.initial.items() if value is not None}

    browser.post(of("settings", film), told | {"trusts": ["supervisor", "teacher"]})

    film.refresh_from_db()
    assert film.trusts == ["supervisor", "teacher"]
    answer = browser.post(of("settings", film), told | {"trusts": ["observer"]})
    assert answer.status_code == 422


def called(**said: str) -> dict[str, str]:
    """Return what the form sends to call a word otherwise."""
    return {"name_fr": "", "name_en": "", "colour": "#112233", "order": "7", **said}


def to_change(film: Production, family: str, slug: str, language: str = "en") -> str:
    return f"{of('change-word', film, language)}?word={word_uuid(family, slug)}"


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "Regard du maître"), ("en", "Master’s look")]
)
def test_word_is_called_otherwise_in_both_languages(
    browser: Client, film: Production, task: Task, language: str, name: str
) -> None:
    path = to_change(film, "task-type", "animation", language)
    assert path.split("/studio/")[1] in browser.get(of("words", film, language)).text
    told = called(name_fr="Regard du maître", name_en="Master’s look")

    answer = browser.post(path, told)

    assert answer["Location"] == of("words", film, language)
    film.refresh_from_db()
    word = word_of(film, "task-type", "animation")
    assert word is not None
    assert (word.name, word.colour, word.order) == ("Master’s look", "#112233", 7)
    assert name in browser.get(of("words", film, language)).text
    assert name in browser.get(of("grid", film, language)).text
    form = browser.get(path).context["form"]
    assert (form["name_fr"].value(), form["name_en"].value()) == (
        "Regard du maître",
        "Master’s look",
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_settings_offer_kinds_of_work_as_the_production_calls_them(
    browser: Client, film: Production, language: str
) -> None:
    names = {"fr": "Regard du maître", "en": "Master’s look"}
    told = called(name_fr=names["fr"], name_en=names["en"])
    browser.post(to_change(film, "task-type", "animation"), told)

    offered = browser.get(of("settings", film, language)).context["form"].fields["task_types"]

    shown = dict(offered.choices)
    assert shown["animation"] == names[language]
    assert set(shown) == {word.slug for word in own_words().filter(family="task-type")}


def test_settings_offer_no_kind_of_work_of_another_production(
    browser: Client, film: Production
) -> None:
    Word.objects.create(
        family="task-type", slug="theirs", name="Theirs", uuid=word_uuid("task-type", "theirs"),
        given_by="jumelage:elsewhere",
    )  # fmt: skip

    offered = browser.get(of("settings", film)).context["form"].fields["task_types"]

    assert "theirs" not in dict(offered.choices)


def test_word_keeps_what_it_means_and_other_productions_keep_theirs(
    browser: Client, film: Production, producer: Person
) -> None:
    other = studio.production(producer)
    before = word_of(film, "status", "done")
    browser.post(to_change(film, "status", "done"), called(name_fr="Fini"))

    film.refresh_from_db()
    after = word_of(film, "status", "done")
    assert before is not None
    assert after is not None
    assert (after.name, after.facts) == ("Fini", {**before.facts, "name_fr": "Fini"})
    assert word_of(other, "status", "done") == before
    assert Word.objects.get(family="status", slug="done").name == before.name


@pytest.mark.parametrize(
    "said",
    [{"name_fr": "", "name_en": ""}, {"name_en": "x", "colour": "red"}, {"name_en": "x" * 81}],
)
def test_word_without_name_or_colour_is_refused(
    browser: Client, film: Production, said: dict[str, str]
) -> None:
    before = film.words
    answer = browser.post(to_change(film, "status", "done"), called(**said))
    film.refresh_from_db()
    assert (answer.status_code, film.words) == (422, before)


def test_word_the_production_does_not_use_is_not_found(browser: Client, film: Production) -> None:
    assert browser.get(to_change(film, "status", "nothing")).status_code == 404
    assert browser.get(f"{of('change-word', film)}?word=x").status_code == 404
