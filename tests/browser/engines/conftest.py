"""What tests of engines share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def nobody_stays(filming: Browser) -> Iterator[None]:
    """Close every page at the end: one that stays goes on filming beside all tests that follow."""
    yield
    for context in filming.contexts:
        context.close()
