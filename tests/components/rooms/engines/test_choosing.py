"""Which engine a node has and takes, and the configuration it writes for its Janus."""

import asyncio
import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from jumelage.components.rooms.engines import ice_servers
from jumelage.components.rooms.engines.choosing import available, choose, janus_settings
from jumelage.components.rooms.engines.errors import CannotRecordError, EngineAbsentError
from jumelage.components.rooms.engines.janus import configuration
from jumelage.components.rooms.engines.janus.configuration import JanusSettings
from jumelage.components.rooms.engines.mesh import Mesh
from jumelage.node.config import NodeConfig
from tests.browser.engines.rig import needs_janus

EVERY = ("janus", "livekit", "mesh")


@pytest.mark.parametrize(
    ("capacity", "wish", "recording", "having", "taken"),
    [
        (2, "", False, EVERY, "mesh"),
        (4, "", False, EVERY, "mesh"),
        (5, "", False, EVERY, "janus"),
        (5, "", False, ("livekit", "mesh"), "livekit"),
        (5, "", False, ("mesh",), "mesh"),
        (2, "janus", False, EVERY, "janus"),
        (2, "janus", False, ("mesh",), "mesh"),
        (9, "mesh", False, EVERY, "janus"),
        (9, "livekit", False, EVERY, "livekit"),
        (2, "", True, EVERY, "janus"),
        (2, "", True, ("livekit", "mesh"), "mesh"),
    ],
)
def test_the_engine_follows_from_size_wish_and_what_there_is(
    capacity: int, wish: str, recording: bool, having: tuple[str, ...], taken: str
) -> None:
    found = choose(capacity=capacity, wish=wish, recording=recording, having=having)

    assert found == taken


def test_a_node_has_what_its_settings_name(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")

    settings.NODE = NodeConfig(data=tmp_path)
    assert available() == ("mesh",)
    settings.NODE = NodeConfig(
        data=tmp_path,
        janus=True,
        livekit_url="wss://calls.example",
        livekit_key="key",
        livekit_secret_file=str(secret),
    )
    assert available() == EVERY


def test_a_node_offers_every_address_or_those_of_its_settings(
    settings: Settings, tmp_path: Path
) -> None:
    settings.NODE = NodeConfig(data=tmp_path)
    assert janus_settings().addresses == ""
    settings.NODE = NodeConfig(data=tmp_path, janus_address="192.0.2.7,2001:db8::7")
    assert janus_settings().addresses == "192.0.2.7,2001:db8::7"


def test_a_mesh_has_nothing_to_make_or_close_and_records_nothing() -> None:
    async def ask() -> None:
        mesh = Mesh()
        await mesh.ensure_room("room")
        assert (await mesh.health()).ready
        assert (await mesh.join("room", "one")).as_dict() == {"engine": "mesh"}
        assert (list(await mesh.participants("room")), await mesh.stats("room")) == ([], {})
        with pytest.raises(CannotRecordError):
            await mesh.start_recording("room", "one", "tape")
        await mesh.stop_recording("room", "one")
        await mesh.kick("room", "one")
        await mesh.close_room("room")

    asyncio.run(ask())


@needs_janus
def test_janus_gets_one_plugin_one_transport_and_no_port(tmp_path: Path) -> None:
    told = JanusSettings(
        folder=tmp_path / "janus", addresses="127.0.0.1", public="198.51.100.4", ports="4000-4100"
    )

    folder = configuration.write(told)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [one.name for one in (folder / "plugins").iterdir()] == ["libjanus_videoroom.so"]
    assert [one.name for one in (folder / "transports").iterdir()] == ["libjanus_websockets.so"]
    main = (folder / "janus.jcfg").read_text()
    assert 'rtp_port_range = "4000-4100";' in main
    assert 'ice_enforce_list = "127.0.0.1";' in main
    assert 'nat_1_1_mapping = "198.51.100.4";' in main
    control = (folder / "janus.transport.websockets.jcfg").read_text()
    assert ("ws_port = 0;" in control, 'ws_unix = "control";' in control) == (True, True)


def test_an_absent_janus_is_said_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineAbsentError) as refused:
        configuration.demand()

    assert "apt-get install janus" in refused.value.message


def test_without_settings_browsers_are_told_of_no_server(
    settings: Settings, tmp_path: Path
) -> None:
    settings.NODE = NodeConfig(data=tmp_path, turn_address="turn:turn.example:3478")

    assert ice_servers(who="anybody") == []
