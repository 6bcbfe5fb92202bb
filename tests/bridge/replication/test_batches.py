"""Pages are short while others write."""

from jumelage.bridge.replication.batches import SHORT_PAGE, Company
from jumelage.bridge.replication.pull import PAGE


def test_pages_are_short_once_somebody_was_met() -> None:
    company = Company()
    alone = company.page

    company.meet()

    assert (alone, company.page) == (PAGE, SHORT_PAGE)
