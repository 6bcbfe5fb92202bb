"""A record of this node that was said on every feed that could carry it, and its erasure."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from jumelage.bridge.erasing.services import erase
from jumelage.bridge.models import Erasure

Erase = Callable[..., Erasure]


@pytest.fixture
def erasing(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Erase:
    """Return what erases a record of this node, as if the transaction were committed."""

    def act(uri: str, *, ground: str = "art-17", by: str = "person:7") -> Erasure:
        with django_capture_on_commit_callbacks(execute=True):
            return erase(uri=uri, by=by, ground=ground)

    return act
