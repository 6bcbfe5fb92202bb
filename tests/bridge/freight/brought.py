"""Deliveries that another city sent, whole in the store of this node."""

from collections.abc import Mapping
from pathlib import Path

from jumelage.bridge.freight.deliveries import shelf
from jumelage.bridge.freight.deliveries.receiving.storing import open_store
from jumelage.bridge.freight.deliveries.sending.offering import write_files
from jumelage.bridge.freight.packing.lists import Heading
from jumelage.bridge.freight.packing.packing import pack
from jumelage.bridge.models import Delivery, Node
from jumelage.kit import clock
from jumelage.kit.uris import Uri
from tests.factories.bridge import Peer


def brought(there: Peer, files: Mapping[str, bytes], *, role: str, folder: Path) -> Delivery:
    """Let *files*, by their paths, arrive from the city *there*; they were written to *folder*."""
    uri, at = Uri.parse(there.uri()), clock.now()
    places = {path: folder / f"{uri.id}-{number}" for number, path in enumerate(files)}
    for path, place in places.items():
        place.write_bytes(files[path])
    here = Node.objects.get(is_self=True).origin
    heading = Heading(id=uri.id, origin=there.origin, to=here, created="2026-11-22T12:00:00Z")
    packed = pack(places, heading=heading)
    made = Delivery.objects.create(
        uri=str(uri), peer_id=there.origin, direction=Delivery.Direction.IN,
        state=Delivery.State.DELIVERED, title="photos", sent_by=role, files=len(files),
        bytes=sum(map(len, files.values())), created_at=at, changed_at=at, ended_at=at,
    )  # fmt: skip
    for packed_place in packed.places.values():
        open_store().add(Path(packed_place), name=uri.id)
    shelf.keep_list(uri.id, packed.packing_list.data)
    write_files(made, packed.packing_list)
    return made
