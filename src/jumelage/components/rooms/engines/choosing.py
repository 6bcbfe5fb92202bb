"""Which engine carries a session: decided once, by the host, from what it has and what is asked."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from django.conf import settings

from jumelage.components.rooms.engines import mesh
from jumelage.components.rooms.engines.janus.configuration import JanusSettings
from jumelage.components.rooms.engines.livekit import LiveKit

Name = Literal["mesh", "janus", "livekit"]
JANUS_FOLDER = "janus"


def available() -> tuple[Name, ...]:
    """Return the engines of this node by its settings, the first one preferred for large calls."""
    node = settings.NODE
    names: list[Name] = []
    if node.janus:
        names.append("janus")
    if livekit() is not None:
        names.append("livekit")
    return (*names, "mesh")


def choose(
    *, capacity: int, wish: str = "", recording: bool = False, having: Collection[str] | None = None
) -> Name:
    """Return the engine for a session of *capacity* places.

    A wish is heeded when the node has what is wished for and it is large enough. Without a
    server a larger session still gets the mesh, and the call says that only four may send.
    """
    has = available() if having is None else having
    if recording and "janus" in has:
        return "janus"
    wished: Name | None = next((name for name in _ALL if name == wish and name in has), None)
    if wished is not None and (wished != "mesh" or capacity <= mesh.MOST):
        return wished
    if capacity <= mesh.MOST:
        return "mesh"
    return next((name for name in _ALL if name in has), "mesh")


_ALL: tuple[Name, ...] = ("janus", "livekit", "mesh")


def janus_settings() -> JanusSettings:
    """Return what this node's settings say of its Janus."""
    node = settings.NODE
    return JanusSettings(
        folder=Path(node.data) / JANUS_FOLDER,
        addresses=node.janus_address,
        public=node.janus_public_address,
        ports=node.janus_ports,
    )


def livekit() -> LiveKit | None:
    """Return the LiveKit server of the settings, or None."""
    node = settings.NODE
    if not (node.livekit_url and node.livekit_key and node.livekit_secret_file):
        return None
    secret = Path(node.livekit_secret_file).read_text("utf-8").strip()
    return LiveKit(url=node.livekit_url, key=node.livekit_key, secret=secret)
