"""The desk of this node, with the engines its settings name; one for the web process."""

from asgiref.sync import sync_to_async

from jumelage.components.rooms.engines.choosing import available, janus_settings, livekit
from jumelage.components.rooms.engines.desk import Desk
from jumelage.components.rooms.engines.janus.rooms import Janus
from jumelage.components.rooms.engines.recording.keeping import Keeping


async def _begin(session: str, by: str) -> str:
    from jumelage.components.rooms.services.recordings import begin  # noqa: PLC0415  # needs tables

    recording = await sync_to_async(begin)(session=session, by=by)
    return recording.name


async def _finish(name: str) -> None:
    from jumelage.components.rooms.services.recordings import finish  # noqa: PLC0415  # needs tables

    await sync_to_async(finish)(name=name)


desk = Desk(
    janus=lambda flows, lost: Janus(janus_settings().folder, on_flow=flows, on_lost=lost),
    livekit=livekit,
    available=available,
    keeping=Keeping(begin=_begin, finish=_finish),
)
