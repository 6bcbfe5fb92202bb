"""People use the agreement with plain forms only, as without JavaScript."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jumelage.components.agreement.models import (
    Attestation,
    CommitmentOwner,
    Coordinator,
    CorrectionAnswer,
    CorrectionRequest,
    Evidence,
    Indicator,
    Instrument,
    Meeting,
    RenewalDraft,
)
from jumelage.directory.models import Organisation, Person
from jumelage.kit.i18n import Bilingual
from tests.factories.agreement import Convention

OF = "/en/agreement/paris-san-francisco"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def browser(officer: Person) -> Client:
    """Return the officer's browser."""
    client = Client()
    client.force_login(officer.user)
    return client


@pytest.fixture
def rooms(convention: Convention) -> str:
    """Return the address of the commitment of the rooms."""
    return f"{OF}/commitments/{convention.light('rooms').slug}/"


def test_statement_then_correction_then_withdrawal(browser: Client, rooms: str) -> None:
    browser.post(f"{rooms}statement/", {"text_en": "A session was held", "on": "2026-03-02"})
    first = Evidence.objects.get(corrects=None, kind="statement")
    address = f"/en/agreement/evidence/{first.uri}/"

    browser.post(f"{address}correct/", {"text_fr": "Deux séances", "on": "2026-03-03"})
    second = Evidence.objects.get(corrects=first.uri)
    browser.post(f"/en/agreement/evidence/{second.uri}/withdraw/")

    rows = browser.get(rooms).context["rows"]
    assert [row.evidence.uri for row in rows] == [second.uri, first.uri]
    assert rows[0].evidence.withdrawn_at is not None


def test_statement_with_a_figure_shows_on_the_page(
    browser: Client, rooms: str, convention: Convention
) -> None:
    indicator = convention.light("rooms").indicators.all()[0]
    browser.post(
        f"{rooms}statement/",
        {
            "text_en": "Four sessions",
            "on": "2026-03-31",
            "indicator": indicator.uri,
            "value": "4",
            "start": "2026-03-01",
            "end": "2026-03-31",
        },
    )

    measured = browser.get(rooms).context["measured"][0]

    assert (measured.years[0].stated, measured.years[0].confirmed) == (Decimal(4), None)
    assert [bar.confirmed for bar in measured.chart.bars if bar.value] == [False]


def test_document_is_kept_here_and_handed_out_to_its_people(browser: Client, rooms: str) -> None:
    upload = SimpleUploadedFile("secret name.png", PNG)
    browser.post(
        f"{rooms}document/", {"text_en": "Minutes", "on": "2026-03-02", "document": upload}
    )
    address = f"/en/agreement/evidence/{Evidence.objects.get(kind='document').uri}/"

    served = browser.get(f"{address}file/")

    assert b"".join(getattr(served, "streaming_content", ())) == PNG
    assert Client().get(address).content.decode().count("secret name") == 0
    assert Client().get(f"{address}file/").status_code == 302


def test_count_states_what_the_component_counts(browser: Client, convention: Convention) -> None:
    slug = convention.light("practices").slug
    page = browser.get(f"{OF}/commitments/{slug}/count/").context["form"]
    period = page.fields["period"].choices[0][0]

    browser.post(
        f"{OF}/commitments/{slug}/count/",
        {"indicator": convention.counted().uri, "period": period},
    )

    counted = Evidence.objects.get(kind="automatic")
    assert (counted.value, str(counted.period_start)) == (Decimal(0), period.split("/")[0])


def test_confirm_from_the_to_do_page(browser: Client, convention: Convention) -> None:
    stated = convention.state_there("rooms")
    todo = reverse("agreement:to-do")
    assert [row.uri for row in browser.get(todo).context["page"]] == [stated.uri]

    browser.post(f"/en/agreement/evidence/{stated.uri}/confirm/", {"next": "to-do"})

    assert Attestation.objects.get().verdict == "confirmed"
    assert list(browser.get(todo).context["page"]) == []


def test_dispute_needs_a_reason_and_keeps_it(browser: Client, convention: Convention) -> None:
    stated = convention.state_there("rooms")
    address = f"/en/agreement/evidence/{stated.uri}/dispute/"

    empty = browser.post(address)
    browser.post(address, {"dispute-reason_en": "Nobody came"})

    assert empty.status_code == 422
    assert Attestation.objects.get().reason == Bilingual(en="Nobody came")


def test_correction_is_asked_there_and_answered_here(
    browser: Client, rooms: str, convention: Convention
) -> None:
    theirs = convention.state_there("rooms")
    browser.post(f"/en/agreement/evidence/{theirs.uri}/ask/", {"request-text_en": "Which day?"})
    assert CorrectionRequest.objects.get().about == theirs.uri

    browser.post(f"{rooms}statement/", {"text_en": "Ours", "on": "2026-03-02"})
    ours = Evidence.objects.exclude(uri=theirs.uri).get()
    asked = convention.ask_there(ours, Bilingual(fr="Vraiment ?"))
    address = f"/en/agreement/requests/{asked.uri}/answer/"
    browser.post(address, {"accepted": "no", "text_fr": "Oui"})

    assert CorrectionAnswer.objects.get().accepted is False
    assert browser.get(f"/en/agreement/evidence/{ours.uri}/").status_code == 200


def test_people_are_named_by_role(browser: Client, rooms: str) -> None:
    somebody = Organisation.objects.filter(fictional=True).order_by("uri")[0]
    roles = {"role_fr": "chef", "deputy_role_fr": "adjoint", "organisation": somebody.uri}

    browser.post(f"{rooms}owner/", roles)
    browser.post(f"{rooms}coordinator/", {"organisation": somebody.uri})

    assert [o.role.fr for o in CommitmentOwner.objects.all()].count("chef") == 1
    assert Coordinator.objects.filter(organisation=somebody.uri).count() >= 1
    assert browser.get(rooms).context["light"].state.orphan is False


def test_indicator_is_set_and_changed(browser: Client, rooms: str) -> None:
    typed = {
        "label_en": "Sessions",
        "unit": "sessions",
        "reading": "sum",
        "first_year": "2026",
        "targets": "24 48,5",
    }
    browser.post(f"{rooms}indicator/", typed)
    held = next(i for i in Indicator.objects.all() if i.label == Bilingual(en="Sessions"))
    assert [target.value for target in held.targets] == [Decimal(24), Decimal("48.5")]

    address = f"/en/agreement/indicators/{held.uri}/"
    assert browser.get(address).context["form"]["targets"].value() == "24 48.5"
    browser.post(address, typed | {"unit": "hours"})
    held.refresh_from_db()
    assert (held.unit, held.rev) == ("hours", 2)


def test_renewal_is_decided_line_by_line(browser: Client, convention: Convention) -> None:
    begin = reverse("agreement:begin-renewal", args=["paris-san-francisco"])
    begun = browser.post(begin, {"title_fr": "Suite", "starts": "2029", "ends": "2031"})
    draft = RenewalDraft.objects.get(slug="suite-2029")
    assert begun["Location"] == reverse("agreement:draft", args=[draft.pk])

    line = reverse("agreement:line", args=[draft.pk, 1])
    half = browser.post(line, {"choice": "reword", "text_fr": "Nouveau", "text_en": ""})
    assert half.context["form"].errors == {"text_en": ["A new text is written in both languages."]}
    browser.post(line, {"choice": "reword", "text_fr": "Nouveau", "text_en": "New"})
    browser.post(reverse("agreement:line", args=[draft.pk, 2]), {"choice": "drop"})
    new = {"text_fr": "Ajout", "text_en": "Added", "service": "rooms"}
    new["article"] = draft.articles[0].slug
    browser.post(reverse("agreement:add-line", args=[draft.pk]), new)
    compared = browser.get(reverse("agreement:draft", args=[draft.pk])).context["lines"]
    assert [each.line.choice for each in compared if each.line.choice != "keep"] == [
        "reword",
        "drop",
        "add",
    ]


def _begun(browser: Client) -> RenewalDraft:
    """Begin a renewal with every commitment kept."""
    begin = reverse("agreement:begin-renewal", args=["paris-san-francisco"])
    browser.post(begin, {"title_fr": "Suite", "starts": "2029", "ends": "2031"})
    return RenewalDraft.objects.get(slug="suite-2029")


def test_renewal_annex_proposal_and_signature(browser: Client, convention: Convention) -> None:
    draft = _begun(browser)
    annex = browser.get(reverse("agreement:annex", args=[draft.pk])).context["form"]
    typed = {field.html_name: field.value() or "" for field in annex}
    first = annex.articles[0][0]
    typed |= {name: value or first for name, value in typed.items() if name.startswith("article")}
    browser.post(reverse("agreement:annex", args=[draft.pk]), typed)
    draft.refresh_from_db()
    assert sorted(c.kind for c in draft.annex) == sorted(
        c.kind for c in convention.instrument.annex
    )

    browser.post(reverse("agreement:propose", args=[draft.pk]))
    text = Instrument.objects.get(slug="suite-2029")
    page = f"{OF}/texts/suite-2029/"
    signing = browser.get(page).context["form"]
    signed = {
        "office_fr": "Bureau",
        "party": signing.fields["party"].choices[0][0],
        "text_hash": signing.initial["text_hash"],
    }
    changed = browser.post(f"{page}sign/", signed | {"text_hash": "0" * 64})
    assert changed.status_code == 422
    browser.post(f"{page}sign/", signed)
    assert text.signatures.count() == 1
    browser.post(f"{page}unsign/")
    assert [each.withdrawn_at is None for each in text.signatures.all()] == [False]


def test_meeting_from_call_to_minutes(browser: Client, convention: Convention) -> None:
    call = reverse("agreement:call-meeting", args=["paris-san-francisco"])
    called = {"title_en": "Spring", "starts": "2026-03-20T17:30", "minutes_long": "60"}
    browser.post(call, called | {"agenda_fr": "Un\nDeux", "agenda_en": "One\nTwo"})
    meeting = next(m for m in Meeting.objects.all() if m.title == Bilingual(en="Spring"))
    page = f"/en/agreement/meetings/{meeting.uri}/"
    assert meeting.agenda == (Bilingual(fr="Un", en="One"), Bilingual(fr="Deux", en="Two"))
    assert browser.get(page).content.decode().count("8 h apart") >= 1

    browser.post(f"{page}change/", called | {"minutes_long": "90"})
    browser.post(
        f"{page}record/",
        {
            "attendance": "paris: 3 × agents / officers\nsan-francisco: 2 x staff",
            "work": "Écrire / Write | pilote / lead |  | 2026-12-31",
            "decisions_fr": "On continue",
            "minutes_en": "All agreed.",
        },
    )
    browser.post(f"{page}work/0/done/")

    meeting.refresh_from_db()
    assert (meeting.held, meeting.minutes_long) == (True, 90)
    assert [each.count for each in meeting.attendance] == [3, 2]
    assert meeting.work[0].due == date(2026, 12, 31)
    assert meeting.work[0].done is not None
    shown = browser.get(f"{page}record/").context["form"]
    assert shown["attendance"].value().splitlines() == [
        "paris: 3 × agents / officers",
        "san-francisco: 2 × staff",
    ]


def test_meeting_hides_how_many_came_where_they_were_few(
    browser: Client, convention: Convention
) -> None:
    call = reverse("agreement:call-meeting", args=["paris-san-francisco"])
    browser.post(call, {"title_en": "F", "starts": "2026-03-20T17:30", "minutes_long": "60"})
    meeting = next(m for m in Meeting.objects.all() if m.title == Bilingual(en="F"))
    page = f"/en/agreement/meetings/{meeting.uri}/"
    came = "paris: 3 × agents / officers\nsan-francisco: 2 × staff\nsan-francisco: 7 × guests"
    browser.post(f"{page}record/", {"attendance": came, "minutes_en": "Done."})

    told = Client().get(f"{page}data.json").json()["attendance"]
    shown = Client().get(page).content.decode()

    assert [(each["city"], each["people"]) for each in told] == [
        ("paris", None),
        ("san-francisco", 9),
    ]
    assert shown.count("few people, number withheld") == 1
    assert [shown.count(count) for count in ("3 ×", "2 ×", "7 ×", "9 people")] == [0, 0, 0, 1]


def test_meeting_file_says_the_hour_of_both_cities(browser: Client, convention: Convention) -> None:
    call = reverse("agreement:call-meeting", args=["paris-san-francisco"])
    browser.post(call, {"title_en": "S", "starts": "2026-03-20T17:30", "minutes_long": "60"})
    meeting = next(m for m in Meeting.objects.all() if m.title == Bilingual(en="S"))

    answer = Client().get(f"/en/agreement/meetings/{meeting.uri}/invitation.ics")

    assert answer["Content-Type"] == "text/calendar"
    assert answer.content.count(b"BEGIN:VTIMEZONE") == 2
    browser.post(f"/en/agreement/meetings/{meeting.uri}/cancel/")
    assert Client().get(f"/en/agreement/meetings/{meeting.uri}/").status_code == 404
