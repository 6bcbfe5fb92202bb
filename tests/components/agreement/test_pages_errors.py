"""Bad input is told in the page's language and kept; who may not, sees nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from jumelage.components.agreement.models import Evidence
from jumelage.directory.models import Person
from jumelage.kit import clock
from tests.factories import directory
from tests.factories.agreement import Convention

COMMITMENT = "agreement/paris-san-francisco/commitments/2026.8"
FACT = {"text_en": "Held", "on": "2026-03-02"}

REFUSALS = [
    ("statement", {"on": "2026-03-02"}, {"text_fr": "Écrivez ceci en français ou en anglais."}),
    ("statement", {**FACT, "on": "2999-01-01"}, {"on": "Ce jour n’est pas encore venu."}),
    ("statement", {**FACT, "on": "2026-02-30"}, {"on": "Saisissez une date valide."}),
    (
        "statement",
        {**FACT, "value": "4"},
        {"indicator": "Dites de quel indicateur est ce chiffre."},
    ),
    (
        "statement",
        {**FACT, "start": "2026-03-01"},
        {"end": "Une période a un premier et un dernier jour."},
    ),
    (
        "statement",
        {**FACT, "start": "2026-03-05", "end": "2026-03-01"},
        {"end": "Le dernier jour précède le premier."},
    ),
    ("document", FACT, {"document": "Ce champ est obligatoire."}),
    (
        "owner",
        {"role_fr": "chef", "organisation": "jumelage:nobody"},
        {
            "organisation": "Sélectionnez un choix valide. "
            "Ce choix ne fait pas partie de ceux disponibles."
        },
    ),
    (
        "indicator",
        {"label_fr": "Chiffre", "unit": "u", "reading": "sum", "targets": "beaucoup"},
        {"targets": "«\u202fbeaucoup\u202f» n’est pas un chiffre."},
    ),
    (
        "indicator",
        {"label_fr": "Chiffre", "unit": "u", "reading": "sum", "targets": "12"},
        {"first_year": "Dites pour quelle année est la première cible."},
    ),
]


@pytest.fixture
def browser(officer: Person) -> Client:
    """Return the officer's browser."""
    client = Client()
    client.force_login(officer.user)
    return client


@pytest.mark.parametrize(("form", "typed", "wrong"), REFUSALS)
def test_bad_input_is_told_and_kept(
    form: str,
    typed: dict[str, str],
    wrong: dict[str, str],
    convention: Convention,
    browser: Client,
) -> None:
    before = Evidence.objects.count()

    answer = browser.post(f"/fr/{COMMITMENT}/{form}/", typed)

    told = answer.context["form"]
    assert {name: errors[0] for name, errors in told.errors.items()} == wrong
    assert {name: told[name].value() for name in typed} == typed
    assert Evidence.objects.count() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 cut", "the PDF is cut off"),
        (b"%PDF-1.7 broken %%EOF", "the PDF is broken"),
        (b"\x89PNG\r\n\x1a\nrubbish", "it is not a PDF, PNG or JPEG"),
        (b"MZ a program", "it is not a PDF, PNG or JPEG"),
    ],
)
def test_broken_document_is_refused_and_nothing_is_kept(
    content: bytes, reason: str, convention: Convention, browser: Client
) -> None:
    before = Evidence.objects.count()

    upload = SimpleUploadedFile("proof.pdf", content)
    answer = browser.post(f"/en/{COMMITMENT}/document/", {**FACT, "document": upload})

    told = answer.context["form"]
    assert told.non_field_errors() == [f"The document is refused: {reason}."]
    assert told["text_en"].value() == "Held"
    assert Evidence.objects.count() == before


def test_document_over_twenty_megabytes_is_refused(convention: Convention, browser: Client) -> None:
    upload = SimpleUploadedFile("big.pdf", b"0" * (21 * 1024 * 1024))

    answer = browser.post(f"/en/{COMMITMENT}/document/", {**FACT, "document": upload})

    assert answer.context["form"].errors == {
        "document": ["The file has 21 MB; at most 20 MB are accepted."]
    }


@pytest.mark.parametrize(
    ("field", "typed", "wrong"),
    [
        ("starts", "2026-13-40", "Write a day (2026-03-20), a month (2026-04) or a year (2026)."),
        ("ends", "2020", "The end is before the beginning."),
    ],
)
def test_renewal_with_impossible_dates_is_refused(
    field: str, typed: str, wrong: str, convention: Convention, browser: Client
) -> None:
    asked = {"title_fr": "Suite", "starts": "2029", "ends": "2031", field: typed}

    answer = browser.post(reverse("agreement:begin-renewal", args=["paris-san-francisco"]), asked)

    assert answer.context["form"].errors == {field: [wrong]}


@pytest.mark.parametrize(
    ("field", "typed", "wrong"),
    [
        (
            "attendance",
            "Jane Doe",
            "“Jane Doe” cannot be read. Begin with a city: paris, san-francisco.",
        ),
        ("work", "Write it", "“Write it” does not say who does it."),
        (
            "work",
            "Write | lead | nobody-inc",
            "There is no organisation “nobody-inc” in the directory.",
        ),
        ("work", "Write | lead | | soon", "“soon” is not a day; write 2026-12-31."),
    ],
)
def test_meeting_record_says_which_line_is_wrong(
    field: str, typed: str, wrong: str, convention: Convention, browser: Client
) -> None:
    call = reverse("agreement:call-meeting", args=["paris-san-francisco"])
    called = {"title_en": "S", "starts": "2026-03-20T17:30", "minutes_long": "60"}
    page = browser.post(call, called)["Location"]

    answer = browser.post(f"{page}record/", {field: typed})

    assert answer.context["form"].errors == {field: [wrong]}


def test_meeting_at_an_hour_that_does_not_exist_is_refused(
    convention: Convention, browser: Client
) -> None:
    call = reverse("agreement:call-meeting", args=["paris-san-francisco"])
    skipped = {"title_en": "S", "starts": "2026-03-29T02:30", "minutes_long": "60"}

    answer = browser.post(call, skipped)

    assert answer.context["form"].non_field_errors() == [
        "The clock in Europe/Paris skips 02:30 that day; choose another time."
    ]


GUARDED = ("statement", "document", "count", "owner", "coordinator", "indicator")


@pytest.mark.parametrize("form", GUARDED)
def test_form_of_others_answers_like_one_that_does_not_exist(
    form: str, convention: Convention
) -> None:
    member = Client()
    member.force_login(directory.person("member").user)
    absent = COMMITMENT.replace("2026.8", "1066.1")
    paths = [f"/en/{commitment}/{form}/" for commitment in (COMMITMENT, absent)]

    with clock.fixed(clock.now()):
        hidden, nowhere = (member.get(path) for path in paths)

    assert (hidden.status_code, nowhere.status_code) == (404, 404)
    assert _seen(hidden, paths[0]) == _seen(nowhere, paths[1])


def _seen(answer: HttpResponseBase, path: str) -> list[str]:
    """Return the lines of a page without what differs at every request: token and address."""
    text = bytes(getattr(answer, "content", b"")).decode().replace(path[3:], "/address/")
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize("form", GUARDED)
def test_form_sends_citizens_to_sign_in(form: str, convention: Convention) -> None:
    answer = Client().get(f"/en/{COMMITMENT}/{form}/")

    assert answer.status_code == 302
