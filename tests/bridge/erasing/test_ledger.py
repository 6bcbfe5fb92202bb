"""The ledger file: appended on commit, reconciled with the database, never half believed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jumelage.bridge.erasing import ledger
from jumelage.bridge.erasing.copies import remaining
from jumelage.bridge.feeds.write import publish
from jumelage.bridge.models import Entry, Erasure, Node
from jumelage.components.practices.records import PracticeShared
from tests.bridge.erasing.conftest import Erase

Sheet = Callable[..., PracticeShared]


@pytest.fixture
def erased(here: Node, opened: None, sheet: Sheet, erasing: Erase) -> str:
    """Return the URI of a record that was published and erased."""
    record = sheet(here.origin)
    publish(record)
    erasing(record.uri)
    return record.uri


def test_erasure_is_in_the_file_of_its_owner_only(erased: str, tmp_path: Path) -> None:
    (line,) = ledger.read()

    assert (line.uri, line.seq, line.ground) == (erased, 2, "art-17")
    assert ledger.path().parent == tmp_path
    assert ledger.path().stat().st_mode & 0o777 == 0o600


def test_erasure_the_database_forgot_is_applied_again(
    here: Node, opened: None, sheet: Sheet, erasing: Erase
) -> None:
    record = sheet(here.origin)
    publish(record)
    erasing(record.uri)
    # A backup from before the erasure, put back:
    Erasure.objects.all().delete()
    Entry.objects.all().delete()
    here.feeds.update(head_seq=0, head_hash=bytes(32))
    publish(record)
    assert remaining([record.uri]) == {record.uri}

    assert ledger.reconcile() == ledger.Reconciled(appended=0, replayed=1)
    assert remaining([record.uri]) == set()
    assert Erasure.objects.get().ground == "art-17"
    assert ledger.reconcile() == ledger.Reconciled(appended=0, replayed=0)


def test_erasure_the_file_lacks_is_appended(erased: str) -> None:
    ledger.path().unlink()

    assert ledger.reconcile() == ledger.Reconciled(appended=1, replayed=0)
    assert [line.uri for line in ledger.read()] == [erased]


def test_line_that_a_crash_cut_off_hides_no_other(erased: str) -> None:
    whole = ledger.path().read_bytes()
    ledger.path().write_bytes(whole + whole[:40])
    (line,) = ledger.read()
    ledger.append([line])

    assert ledger.path().read_bytes() == whole + whole[:40] + b"\n" + whole
    assert [found.uri for found in ledger.read()] == [erased]


def test_ledger_that_does_not_exist_is_empty(here: Node) -> None:
    assert ledger.read() == []
    assert ledger.reconcile() == ledger.Reconciled(appended=0, replayed=0)
