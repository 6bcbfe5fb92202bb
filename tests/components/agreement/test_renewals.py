"""Renewal: warnings, drafts, diffs, co-signatures, and what an agreed text opens."""

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from jumelage.bridge.api import openings
from jumelage.components.agreement.errors import (
    DraftIncompleteError,
    NotPartyError,
    TextChangedError,
)
from jumelage.components.agreement.models import (
    Commitment,
    Instrument,
    Notice,
    Partnership,
    RenewalDraft,
    RenewalLine,
)
from jumelage.components.agreement.models.text import text_bytes
from jumelage.components.agreement.models.values import AnnexClause, Article, CommitmentText
from jumelage.components.agreement.selectors.partnerships import (
    history_of,
    living_commitments,
    signatures,
)
from jumelage.components.agreement.selectors.renewals import (
    Change,
    side_by_side,
    warning_step,
    warnings,
    word_diff,
)
from jumelage.components.agreement.selectors.states import Activity, states
from jumelage.components.agreement.services.renewals import (
    add_line,
    change_line,
    draft_renewal,
    propose_draft,
    settle_instruments,
    sign_text,
    withdraw_signature,
)
from jumelage.components.agreement.services.warnings import send_warnings
from jumelage.directory.models import Person
from jumelage.kit import clock
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from tests.factories import directory
from tests.factories.agreement import Convention
from tests.factories.bridge import Peer

NEW = Bilingual(fr="Installer une salle dans chaque ville.", en="Install one room in each city.")


@pytest.fixture
def draft(partnership: Partnership, officer: Person, peer: Peer) -> RenewalDraft:
    """Return a draft of the next instrument, everything kept."""
    return draft_renewal(
        partnership=partnership,
        slug="convention-2027",
        title=Bilingual(fr="Convention 2027", en="Convention 2027"),
        starts=FuzzyDate("2026"),
        ends=FuzzyDate("2028-06"),
        by=officer,
    )


def _line(draft: RenewalDraft, older: str) -> RenewalLine:
    return draft.lines.get(renews=Commitment.objects.get(slug=older).uri)


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2027, 6, 29), None),
        (date(2027, 6, 30), 12),
        (date(2027, 12, 29), 12),
        (date(2027, 12, 30), 6),
        (date(2028, 3, 29), 6),
        (date(2028, 3, 30), 3),
        (date(2028, 6, 30), 3),
        (date(2028, 7, 1), 0),
    ],
)
def test_warning_steps_are_12_6_and_3_months_before(today: date, step: int | None) -> None:
    assert warning_step(date(2028, 6, 30), today) == step


def test_warning_of_a_month_that_is_shorter_falls_on_its_last_day() -> None:
    assert warning_step(date(2028, 8, 31), date(2028, 2, 28)) == 12
    assert warning_step(date(2028, 8, 31), date(2028, 2, 29)) == 6


def test_warnings_are_mailed_once_a_step(convention: Convention, officer: Person) -> None:
    mail.outbox.clear()
    with clock.fixed(datetime(2028, 1, 15, 12, tzinfo=UTC)):
        assert [w.step for w in warnings()] == [12]
        first = [n.step for n in send_warnings() if n.step != "quiet"]
        again = send_warnings()

    assert (first, again) == (["12"], [])
    ends = [m for m in mail.outbox if m.subject.count("ends in 351 days")]
    assert [m.to for m in ends] == [[officer.user.email]]
    assert Notice.objects.exclude(step="quiet").count() == 1


def test_warnings_stop_when_a_text_continues(convention: Convention, officer: Person) -> None:
    later = draft_renewal(
        partnership=convention.instrument.partnership,
        slug="later",
        title=Bilingual(fr="Suite", en="Next"),
        starts=FuzzyDate("2029"),
        ends=FuzzyDate("2030"),
        by=officer,
    )
    text = propose_draft(draft=later, by=officer)
    sign_text(
        instrument=text,
        text_hash=text.text_hash,
        office=Bilingual(en="Office"),
        party=text.parties[0],
        by=officer,
    )
    Convention(text, convention.peer).sign_there()

    with clock.fixed(datetime(2028, 12, 1, 12, tzinfo=UTC)):
        assert warnings() == []


def test_silence_of_183_days_is_mailed_to_owner_and_deputy(
    convention: Convention, officer: Person
) -> None:
    light = convention.light("rooms")
    owner = directory.person("commitment-owner", scope=light.uri, language="fr")
    deputy = directory.person("commitment-deputy", scope=light.uri)
    mail.outbox.clear()

    send_warnings()
    send_warnings()

    told = sorted(m.to[0] for m in mail.outbox if m.subject.count(light.slug))
    assert told == sorted([owner.user.email, deputy.user.email])


def test_draft_keeps_every_living_commitment(draft: RenewalDraft) -> None:
    assert draft.lines.count() == 17
    assert {line.choice for line in draft.lines.all()} == {"keep"}
    assert [article.slug for article in draft.articles][:2] == [
        "digital-inclusion",
        "usage-and-content",
    ]


def test_side_by_side_shows_what_changes_in_both_languages(
    draft: RenewalDraft, officer: Person
) -> None:
    change_line(line=_line(draft, "2009.4"), choice="reword", text=NEW, by=officer)
    change_line(line=_line(draft, "2009.5"), choice="drop", by=officer)

    compared = {str(row.before).split()[0]: row for row in side_by_side(draft)}

    assert [run.change for run in compared["2009.6"].fr] == [Change.SAME]
    assert [run.change for run in compared["2009.5"].en] == [Change.REMOVED]
    assert "".join(r.text for r in compared["2009.4"].en if r.change != Change.REMOVED) == NEW.en


@given(st.text(max_size=60), st.text(max_size=60))
def test_word_diff_gives_both_texts_back(before: str, after: str) -> None:
    runs = word_diff(before, after)

    assert "".join(run.text for run in runs if run.change != Change.ADDED) == before
    assert "".join(run.text for run in runs if run.change != Change.REMOVED) == after


def test_rewording_needs_both_languages(draft: RenewalDraft, officer: Person) -> None:
    with pytest.raises(DraftIncompleteError):
        change_line(
            line=_line(draft, "2009.4"), choice="reword", text=Bilingual(fr="Seul"), by=officer
        )


def test_proposal_lights_nothing_until_both_cities_signed(
    draft: RenewalDraft, officer: Person, peer: Peer
) -> None:
    change_line(line=_line(draft, "2009.4"), choice="reword", text=NEW, by=officer)
    change_line(line=_line(draft, "2009.5"), choice="drop", by=officer)
    add_line(draft=draft, article="digital-bridge", service="studio", text=NEW, by=officer)
    old = Commitment.objects.get(slug="2009.4")
    dropped = Commitment.objects.get(slug="2009.5")

    text = propose_draft(draft=draft, by=officer)
    _sign(text, officer)
    assert living_commitments().filter(instrument=text).count() == 0

    Convention(text, peer).sign_there()
    assert living_commitments().count() == 17
    renewed = Commitment.objects.get(renews=old)
    assert [earlier.slug for earlier in history_of(renewed)] == ["2009.4"]
    found = states([old, dropped, renewed])
    assert found[old.uri].activity == Activity.ENDED
    assert found[dropped.uri].activity == Activity.ENDED
    assert found[renewed.uri].activity == Activity.NOT_STARTED


def _sign(text: Instrument, officer: Person) -> None:
    sign_text(
        instrument=text,
        text_hash=text.text_hash,
        office=Bilingual(en="Office"),
        party=text.parties[0],
        by=officer,
    )


def test_annex_opens_with_the_last_signature_and_closes_with_a_withdrawn_one(
    convention: Convention, officer: Person
) -> None:
    opened = {o.kind for o in openings() if o.instrument == convention.instrument.uri}
    assert opened == {clause.kind for clause in convention.instrument.annex}

    ours = signatures(convention.instrument)[convention.instrument.origin]
    assert ours is not None
    withdraw_signature(signature=ours, by=officer)

    convention.instrument.refresh_from_db()
    assert convention.instrument.agreed is False
    assert [o for o in openings() if o.instrument == convention.instrument.uri] == []


def test_changed_text_needs_every_signature_again(convention: Convention, officer: Person) -> None:
    draft = RenewalDraft.objects.get()
    change_line(line=draft.lines.get(position=1), choice="reword", text=NEW, by=officer)
    before = convention.instrument

    after = propose_draft(draft=draft, by=officer)

    assert (after.uri, after.agreed) == (before.uri, False)
    assert after.text_hash != before.text_hash
    assert set(signatures(after).values()) == {None}
    with pytest.raises(TextChangedError):
        sign_text(
            instrument=after,
            text_hash=before.text_hash,
            office=Bilingual(en="Office"),
            party=after.parties[0],
            by=officer,
        )


def test_signature_for_somebody_elses_party_is_refused(
    convention: Convention, officer: Person
) -> None:
    with pytest.raises(NotPartyError):
        sign_text(
            instrument=convention.instrument,
            text_hash=convention.instrument.text_hash,
            office=Bilingual(en="Office"),
            party="gobelins",
            by=officer,
        )


def test_annex_closes_the_day_after_the_last(convention: Convention) -> None:
    with clock.fixed(datetime(2029, 1, 1, 12, tzinfo=UTC)):
        settle_instruments()
        assert [o for o in openings() if o.instrument == convention.instrument.uri] == []


def test_proposal_without_another_city_is_refused(
    partnership: Partnership, officer: Person
) -> None:
    alone = draft_renewal(
        partnership=partnership,
        slug="alone",
        title=Bilingual(en="Alone"),
        starts=FuzzyDate("2026"),
        ends=FuzzyDate("2027"),
        by=officer,
    )

    with pytest.raises(DraftIncompleteError):
        propose_draft(draft=alone, by=officer)


def test_text_bytes_are_these_exact_bytes() -> None:
    article = Article(slug="a", title=Bilingual(fr="Été", en="Summer"))
    decomposed = Article(slug="a", title=Bilingual(fr="E\u0301te\u0301", en="Summer"))
    line = CommitmentText(
        uri="u", slug="1", article="a", service="rooms", text=Bilingual(fr="Où", en="Where")
    )
    clause = AnnexClause(article="a", kind="k", audience="public")

    expected = (
        'jumelage agreement text 1\n{"annex":[["a","k","public"]],'
        '"articles":[["a","Été","Summer"]],"commitments":[["1","a","","","Où","Where"]]}'
    )
    assert text_bytes([article], [line], [clause]).decode() == expected
    assert text_bytes([decomposed], [line], [clause]).decode() == expected
