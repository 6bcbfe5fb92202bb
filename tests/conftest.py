"""What every test stands on: a scratch data folder, and slow folders kept on one worker."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import settings

# A busy machine is no fault of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Tests that start whole nodes or a browser would only slow each other down.
ON_ONE_WORKER = ("browser", "hostile", "pair")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of a heavy folder to one worker."""
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in ON_ONE_WORKER:
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin each test in English: a request leaves the language it was answered in behind."""
    with translation.override("en"):
        yield


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the scratch data folder that `tests.settings` made."""
    data = Path(os.environ.get("JUMELAGE_DATA", ""))
    scratch = Path(tempfile.gettempdir())
    if data.parent == scratch and data.name.startswith("jumelage-test-") and not worker(config):
        shutil.rmtree(data, ignore_errors=True)


def worker(config: pytest.Config) -> bool:
    """Tell whether this process is one of several of the same run."""
    return hasattr(config, "workerinput")
