"""Settings: what each accepts, how a refusal reads, how the file is written."""

import os
import tomllib
from pathlib import Path

import pytest

from jumelage.kit.city import Accent
from jumelage.kit.errors import JumelageError
from jumelage.node import config
from jumelage.node.errors import (
    DatabaseUnreachableError,
    DiskFullError,
    FolderNotWritableError,
    UnexpectedError,
)
from jumelage.node.operations.diagnosis import explained


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("port", "many", "a whole number is expected"),
        ("port", "70000", "a port is a number from 1 to 65535"),
        ("language", "de", "fr or en is expected"),
        ("slug", "San Francisco", "only a-z, 0-9 and hyphens"),
        ("accent_light", "blue", "a colour such as #35607a is expected"),
        ("time_zone", "Paris", "a time zone such as Europe/Paris is expected"),
        ("time_zone", "../etc/passwd", "a time zone such as Europe/Paris is expected"),
        ("country", "fr", "two capital letters such as FR are expected"),
        ("url", "city.example", "an address such as https://city.example is expected"),
        ("email_url", "mail.example", "smtp://user:password@host:587 is expected"),
        ("debug", "perhaps", "true or false is expected"),
        ("log_level", "loud", "debug, info, warning or error is expected"),
        ("colour", "red", "there is no such setting"),
    ],
)
def test_setting_is_refused_with_a_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(config.SettingError) as caught:
        config.parse(name, value)

    shown = "…" if name == "email_url" else value
    assert str(caught.value) == f"The setting {name} cannot be “{shown}”: {reason}."


@pytest.mark.parametrize("host", ["127.0.0.1", "jumelage.city.example"])
def test_films_need_another_host_name(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUMELAGE_URL", f"https://{host}")
    monkeypatch.setenv("JUMELAGE_MEDIA_URL", f"https://{host}:8443")
    with pytest.raises(config.SettingError, match="another host name"):
        config.load()

    monkeypatch.setenv("JUMELAGE_MEDIA_URL", "https://films.city.example/")
    assert config.load().media_origin == "https://films.city.example"


@pytest.mark.parametrize(
    ("name", "value", "parsed"),
    [
        ("port", "8075", 8075),
        ("demonstration", "true", True),
        ("demonstration", "0", False),
        ("database_url", "postgresql://a:b@host/name", "postgresql://a:b@host/name"),
        ("slug", "san-francisco", "san-francisco"),
    ],
)
def test_setting_is_parsed(name: str, value: str, parsed: object) -> None:
    assert config.parse(name, value) == parsed


def test_written_file_is_read_back_and_private(tmp_path: Path) -> None:
    values = {"name_fr": 'Saint-"Ouen" \\ été 🎞', "port": 8075, "demonstration": True}

    file = config.write(tmp_path, values)

    assert tomllib.loads(file.read_text("utf-8")) == values
    assert file.stat().st_mode & 0o777 == 0o600


def test_city_follows_from_the_settings() -> None:
    node = config.NodeConfig(name_fr="Paris", name_en="Paris", time_zone="Europe/Paris")

    assert node.city.accent == Accent()
    assert (str(node.city), node.public_url) == ("Paris", "http://127.0.0.1:8075")


class OperationalError(Exception):
    """As a database driver names it."""


@pytest.mark.parametrize(
    ("error", "better"),
    [
        (OSError(28, "No space left on device"), DiskFullError),
        (OSError(122, "Disk quota exceeded"), DiskFullError),
        (PermissionError(13, "Permission denied"), FolderNotWritableError),
        (OSError(30, "Read-only file system"), FolderNotWritableError),
        (OperationalError("database or disk is full"), DiskFullError),
        (OperationalError("attempt to write a readonly database"), FolderNotWritableError),
        (OperationalError("connection refused"), DatabaseUnreachableError),
        (OperationalError("no such column: x"), UnexpectedError),
        (KeyError("x"), UnexpectedError),
    ],
)
def test_system_error_becomes_a_sentence(error: Exception, better: type[JumelageError]) -> None:
    found = explained(error, Path("var"))

    assert type(found) is better
    assert "{" not in str(found)


def test_environment_of_the_tests_names_the_folder() -> None:
    assert config.folder() == Path(os.environ["JUMELAGE_DATA"])
