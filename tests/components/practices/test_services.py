"""What people do with practices, and what is refused."""

import pytest

from jumelage.bridge.api import Entry, KindNotOpenedError, Node, Opening
from jumelage.components.practices import errors, services
from jumelage.components.practices.models import Adoption, Draft, Outcome, Practice
from jumelage.components.practices.selectors import count_adopted, count_shared
from jumelage.directory.models import Organisation, Person
from jumelage.kit import clock
from jumelage.kit.dates import Period
from jumelage.kit.errors import JumelageError, NotAllowedError
from jumelage.kit.i18n import Bilingual
from tests.factories import practices as make
from tests.factories.bridge import Peer

WORDS = Bilingual(fr="Oui")


def test_share_practice_publishes_the_sheet_and_ends_the_draft(officer: Person) -> None:
    draft = make.draft(officer, title=Bilingual(fr="Bus de nuit"))

    practice = services.share_practice(draft=draft, by=officer)

    assert practice.texts["title"] == Bilingual(fr="Bus de nuit")
    assert practice.shared_on == clock.today()
    assert Draft.objects.count() == 0
    assert Entry.objects.get().kind == "practices.practice-shared"


def test_share_practice_again_is_a_revision_that_keeps_its_date(
    here: Node, officer: Person
) -> None:
    first = services.share_practice(draft=make.draft(officer), by=officer)
    draft = services.revise_practice(practice=first, by=officer)
    services.save_draft(
        draft=draft,
        texts=draft.texts | {"title": Bilingual(en="Better")},
        organisation=None,
        by=officer,
    )

    second = services.share_practice(draft=draft, by=officer)

    assert (second.uri, second.rev, second.shared_on) == (first.uri, 2, first.shared_on)
    assert str(second) == "Better"


def test_share_practice_unfinished_says_what_is_missing(officer: Person) -> None:
    draft = make.draft(officer, result=Bilingual(), contact_role=Bilingual())

    with pytest.raises(errors.UnfinishedSheetError) as refusal:
        services.share_practice(draft=draft, by=officer)

    assert refusal.value.facts == {"missing": "result, contact"}
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "contact", ["jane@port.example", "Mobility, 01 23 45 67 89", "+1 (415) 555-0100"]
)
def test_share_practice_refuses_a_person_as_contact(officer: Person, contact: str) -> None:
    draft = make.draft(officer, contact_role=Bilingual(en=contact))

    with pytest.raises(errors.ContactIsPersonError):
        services.share_practice(draft=draft, by=officer)


def test_share_practice_needs_an_article_that_opens_it(officer: Person) -> None:
    draft = make.draft(officer)
    Opening.objects.all().delete()

    with pytest.raises(KindNotOpenedError):
        services.share_practice(draft=draft, by=officer)

    assert (Draft.objects.count(), Practice.objects.count()) == (1, 0)


def test_share_practice_in_the_name_of_the_city_needs_the_officer(editor: Person) -> None:
    with pytest.raises(errors.NotYourVoiceError):
        services.share_practice(draft=make.draft(editor), by=editor)


def test_share_practice_in_the_name_of_an_organisation(
    editor: Person, workshop: Organisation
) -> None:
    draft = services.save_draft(texts=make.draft(editor).texts, organisation=workshop, by=editor)

    assert services.share_practice(draft=draft, by=editor).organisation == workshop


def test_adopt_practice_of_the_other_city(there: Peer, officer: Person) -> None:
    practice = make.practice(there.origin)

    adoption = services.adopt_practice(practice=practice, plan=WORDS, organisation=None, by=officer)
    result = services.report_result(
        adoption=adoption, outcome=Outcome.CHANGED, text=WORDS, by=officer
    )

    assert (adoption.practice, adoption.adopted_on) == (practice, clock.today())
    assert (result.adoption, result.outcome) == (adoption, "changed")


def test_adopt_practice_twice_is_refused(there: Peer, officer: Person) -> None:
    practice = make.practice(there.origin)
    services.adopt_practice(practice=practice, plan=WORDS, organisation=None, by=officer)

    with pytest.raises(errors.AlreadyAdoptedError):
        services.adopt_practice(practice=practice, plan=WORDS, organisation=None, by=officer)

    assert Adoption.objects.count() == 1


def _adopt_own(here: Node, there: Peer, by: Person) -> object:
    practice = make.practice(here.origin)
    return services.adopt_practice(practice=practice, plan=WORDS, organisation=None, by=by)


def _report_on_theirs(here: Node, there: Peer, by: Person) -> object:
    adoption = make.adoption(there.origin, make.practice(here.origin))
    return services.report_result(adoption=adoption, outcome=Outcome.WORKS, text=WORDS, by=by)


def _withdraw_theirs(here: Node, there: Peer, by: Person) -> object:
    return services.withdraw_row(row=make.practice(there.origin), by=by)


def _revise_theirs(here: Node, there: Peer, by: Person) -> object:
    return services.revise_practice(practice=make.practice(there.origin), by=by)


@pytest.mark.parametrize("act", [_adopt_own, _report_on_theirs, _withdraw_theirs, _revise_theirs])
def test_one_city_never_writes_for_the_other(
    act: "type[object]", here: Node, there: Peer, officer: Person
) -> None:
    with pytest.raises(NotAllowedError):
        act(here, there, officer)  # type: ignore[call-arg]  # a function

    assert Entry.objects.count() == 0


def test_comment_of_nothing_is_refused(here: Node, member: Person) -> None:
    practice = make.practice(here.origin)

    with pytest.raises(errors.EmptyTextError):
        services.comment_on_practice(practice=practice, text=Bilingual(), by=member)


def test_withdraw_row_takes_the_sheet_out_of_the_counts(officer: Person) -> None:
    practice = services.share_practice(draft=make.draft(officer), by=officer)
    year = Period.year(clock.today().year)
    before = count_shared(year, None)

    services.withdraw_row(row=practice, by=officer)

    assert (int(before), int(count_shared(year, None))) == (1, 0)


def test_indicators_count_by_date_and_by_city(here: Node, there: Peer) -> None:
    ours, theirs = make.practice(here.origin), make.practice(there.origin)
    make.practice(there.origin, on=make.DAY.replace(year=2025))
    make.adoption(here.origin, theirs)
    make.adoption(there.origin, ours)
    year = Period.year(2026)

    assert count_shared(year, None) == 2
    assert count_shared(year, there.origin) == 1
    assert count_adopted(year, here.origin) == 1
    assert count_adopted(Period.year(2025), None) == 0


def test_errors_are_sentences() -> None:
    for error in (errors.EmptyTextError(), errors.ContactIsPersonError()):
        assert isinstance(error, JumelageError)
        assert error.message.endswith(".")
