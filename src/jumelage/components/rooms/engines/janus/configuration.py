"""The private configuration a node writes for its Janus: one plugin, one transport, no open port.

Debian's own configuration listens on every address and loads everything; it is never used. Control
goes over a socket in a folder only the node's user can open, so no secret is needed, and two
nodes of one machine never meet. Media use UDP in the range of the settings.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jumelage.components.rooms.engines.errors import EngineAbsentError

PROGRAM = "janus"
SOCKET = "control"
RECORDINGS = "recordings"
_LIBRARIES = (
    "/usr/lib/x86_64-linux-gnu/janus",
    "/usr/lib/aarch64-linux-gnu/janus",
    "/usr/lib/janus",
    "/opt/janus/lib/janus",
    "/usr/local/lib/janus",
)
_PLUGIN = ("plugins", "libjanus_videoroom.so")
_TRANSPORT = ("transports", "libjanus_websockets.so")
SESSION_SECONDS = 60
"""Janus forgets a session that was not kept alive so long; ours is each `KEEP_ALIVE_SECONDS`."""
RECLAIM_SECONDS = 10
"""How long Janus keeps calls going while the node's web process is away (a restart)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JanusSettings:
    """What differs between nodes.

    `addresses` are those of this machine that Janus offers (empty: all of them; never the
    loopback, and an `addresses` of the loopback alone means all as well), `public` the ones the world sees instead (a machine behind address translation), `ports` the UDP range.
    """

    folder: Path
    addresses: str = ""
    public: str = ""
    ports: str = "10000-10999"


def program() -> str:
    """Return the path of Janus.

    Raises:
        EngineAbsentError: it is not installed.
    """
    found = shutil.which(PROGRAM)
    if found is None:
        raise EngineAbsentError(program="Janus", package=PROGRAM)
    return found


def libraries() -> Path:
    """Return the folder of Janus's plugins and transports.

    Raises:
        EngineAbsentError: the VideoRoom or the websockets are not on this machine.
    """
    for folder in map(Path, _LIBRARIES):
        if all(folder.joinpath(*name).exists() for name in (_PLUGIN, _TRANSPORT)):
            return folder
    raise EngineAbsentError(program="Janus", package=PROGRAM)


def demand() -> None:
    """Go on only if Janus and what it needs are on this machine.

    Raises:
        EngineAbsentError: they are not.
    """
    program()
    libraries()


def write(told: JanusSettings) -> Path:
    """Write the configuration into the folder of *told* and return that folder.

    Raises:
        EngineAbsentError: it is not installed.
    """
    source = libraries()
    folder = told.folder.absolute()
    for name in ("", "plugins", "transports", "none", RECORDINGS):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for kind, library in (_PLUGIN, _TRANSPORT):
        _link(folder / kind / library, source / kind / library)
    for name, text in _files(told, folder).items():
        (folder / name).write_text(text, "utf-8")
    return folder


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _files(told: JanusSettings, folder: Path) -> Mapping[str, str]:
    """Return every file of the configuration by name."""
    nat: dict[str, object] = {"full_trickle": False, "ice_lite": False}
    if told.addresses:
        nat["ice_enforce_list"] = told.addresses
    if told.public:
        nat["nat_1_1_mapping"] = told.public
    return {
        "janus.jcfg": _libconfig(
            general={
                "configs_folder": str(folder),
                "plugins_folder": str(folder / "plugins"),
                "transports_folder": str(folder / "transports"),
                "events_folder": str(folder / "none"),
                "loggers_folder": str(folder / "none"),
                "log_to_stdout": True,
                "debug_level": 3,
                "debug_colors": False,
                "debug_timestamps": False,
                "session_timeout": SESSION_SECONDS,
                "reclaim_session_timeout": RECLAIM_SECONDS,
                "server_name": "jumelage",
                "hide_dependencies": True,
            },
            media={"rtp_port_range": told.ports},
            nat=nat,
        ),
        "janus.transport.websockets.jcfg": _libconfig(
            general={"json": "compact", "ws": True, "ws_port": 0, "ws_unix": SOCKET, "wss": False},
            admin={"admin_ws": False, "admin_wss": False},
        ),
        "janus.plugin.videoroom.jcfg": _libconfig(general={"string_ids": True}),
    }


def _libconfig(**sections: Mapping[str, object]) -> str:
    """Return *sections* as libconfig reads them; its texts and truths are written like JSON's."""
    lines = []
    for name, values in sections.items():
        told = "".join(f"  {key} = {json.dumps(value)};\n" for key, value in values.items())
        lines.append(f"{name}: {{\n{told}}};\n")
    return "\n".join(lines)
