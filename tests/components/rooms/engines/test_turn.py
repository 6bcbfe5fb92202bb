"""TURN: credentials of the settings that expire and name nobody."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path

from pytest_django import Settings

from jumelage.components.rooms.engines import ice_servers
from jumelage.components.rooms.engines.turn import credentials
from jumelage.node.config import NodeConfig

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_credentials_expire_and_name_nobody() -> None:
    given = credentials(secret="s3cret", who="anna@paris.example", now=NOW)

    expires, _, who = given.username.partition(":")
    due = hmac.new(b"s3cret", given.username.encode(), hashlib.sha1).digest()
    assert int(expires) == int(NOW.timestamp()) + 12 * 3600
    assert "anna" not in who
    assert base64.b64decode(given.password) == due


def test_browsers_are_told_of_every_server(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "turn"
    file.write_text("s3cret\n")
    settings.NODE = NodeConfig(
        data=tmp_path,
        stun_address="stun:stun.example:3478",
        turn_address="turn:turn.example:3478, turns:turn.example:5349",
        turn_secret_file=str(file),
    )

    first, second = ice_servers(who="anna", now=NOW)

    assert first == {"urls": ["stun:stun.example:3478"]}
    assert second["urls"] == ["turn:turn.example:3478", "turns:turn.example:5349"]
    assert second["credential"] == credentials(secret="s3cret", who="anna", now=NOW).password
