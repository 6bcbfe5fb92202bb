"""Addresses of files, as they were given out some time ago."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing

from jumelage.components.studio.selectors import media

Aged = Callable[[str], str]


@pytest.fixture
def aged() -> Aged:
    """Return what makes a token as it was made eleven minutes ago."""

    class Earlier(signing.TimestampSigner):
        def timestamp(self) -> str:
            past = time.time() - timedelta(minutes=11).total_seconds()
            return signing.b62_encode(int(past))

    def old(token: str) -> str:
        told = signing.loads(token, salt=media.SALT)
        return Earlier(salt=media.SALT).sign_object(told)

    return old
