"""The list of components names what the lock names."""

import json
import re

import pytest

from tools import sbom


def test_list_of_components_names_every_locked_package() -> None:
    if not (sbom.TOOL / "bin" / "cyclonedx-py").exists():
        pytest.skip("`make sbom` was not run here; it installs the program that writes the list")
    assert sbom.main() == 0

    told = json.loads(sbom.WRITTEN.read_text("utf-8"))
    locked = re.findall(r"^([\w.-]+)==([\w.]+)", sbom.LISTED.read_text("utf-8"), re.MULTILINE)
    assert told["bomFormat"] == "CycloneDX"
    assert {(one["name"], one["version"]) for one in told["components"]} == set(locked)
