"""Where freight keeps its files in the data folder: packing lists, quarantine, store, door."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from jumelage.bridge.freight.deliveries.listing import files
from jumelage.bridge.freight.deliveries.states import ENDED, State
from jumelage.bridge.freight.errors import UnknownDeliveryError
from jumelage.bridge.freight.packing.lists import PackingList
from jumelage.bridge.freight.packing.parsing import parse_file
from jumelage.bridge.identity.addresses import lives_locally
from jumelage.bridge.identity.keys import sync_folder
from jumelage.bridge.models import Delivery, Node
from jumelage.kit.uris import Uri

SESSION_DIGITS = 32
ASKED_AT_ONCE = 900
"""Primary keys in one question to the database."""
GIVEN_UP = ENDED - {State.DELIVERED}


def folder() -> Path:
    """Return the folder of freight, made when it is not there."""
    found = Path(settings.DATA) / "freight"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def address() -> str:
    """Return the host that other cities send to; empty: that of the public address."""
    found: str = settings.NODE.freight_address
    return found


def listening_host() -> str:
    """Return the address to listen on: that of the web server of a local node, else every one."""
    found: str = settings.NODE.freight_host
    return found or (settings.NODE.host if lives_locally(settings.NODE.public_url) else "")


def named(names: Sequence[str], origins: Sequence[str]) -> QuerySet[Delivery]:
    """Return the deliveries of *names* (short ones) that came from *origins*.

    By primary key: to look for the end of a URI reads every delivery there ever was.
    """
    uris = [str(Uri(origin, name)) for origin in origins for name in names]
    return Delivery.objects.filter(pk__in=uris)


def at_once(origins: Sequence[str]) -> int:
    """Return how many names are looked for at once among the deliveries of *origins*."""
    return max(1, ASKED_AT_ONCE // max(1, len(origins)))


def left_behind() -> Sequence[str]:
    """Return the URI of each delivery that was given up whose list is kept, or was on its way."""
    found = {file.stem for file in [*files.folder().glob("*.list"), *files.all_coming()]}
    origins, names = list(Node.objects.values_list("origin", flat=True)), sorted(found)
    many, uris = at_once(origins), list[str]()
    for first in range(0, len(names), many):
        given_up = named(names[first : first + many], origins).filter(state__in=GIVEN_UP)
        uris += given_up.values_list("uri", flat=True)
    return uris


def _places_file(delivery: str) -> Path:
    return files.folder() / f"{delivery}.places"


def keep_list(delivery: str, data: bytes) -> None:
    """Keep the bytes of a packing list, durably."""
    _write(files.kept(delivery), data)


def keep_places(delivery: str, places: Mapping[str, str]) -> None:
    """Keep where the files of a list lie on this machine, durably."""
    _write(_places_file(delivery), os.fsencode(json.dumps(places, ensure_ascii=False)))


def packing_list(delivery: Delivery) -> PackingList:
    """Return the kept packing list of *delivery*, checked again.

    Raises:
        UnknownDeliveryError: there is none.
        PackingListError: the file was changed.
    """
    with open_list(delivery.slug) as file:
        return parse_file(file, os.fstat(file.fileno()).st_size)


def list_data(delivery: str) -> bytes:
    """Return the bytes of the kept packing list.

    Raises:
        UnknownDeliveryError: there is none.
    """
    with open_list(delivery) as file:
        return file.read()


def open_list(delivery: str) -> BinaryIO:
    """Open the kept packing list, to be closed by the caller.

    Raises:
        UnknownDeliveryError: there is none.
    """
    try:
        return files.kept(delivery).open("rb")
    except FileNotFoundError as error:
        raise UnknownDeliveryError(delivery=delivery) from error


def places(delivery: Delivery) -> Mapping[str, str]:
    """Return where the files of *delivery* lie on this machine.

    Raises:
        UnknownDeliveryError: that is not known here.
    """
    try:
        found: Mapping[str, str] = json.loads(os.fsdecode(_places_file(delivery.slug).read_bytes()))
    except FileNotFoundError as error:
        raise UnknownDeliveryError(delivery=delivery.slug) from error
    return found


def keep_stretch(delivery: str, session: str, lacking: bytes) -> None:
    """Keep what the receiver lacks (`Bitmap.packed`), for the web process that serves it."""
    _write(_stretch_file(delivery), session.encode() + lacking)


def stretch(delivery: str) -> tuple[str, bytes]:
    """Return the session that fetches *delivery* through the web port, and what it lacks.

    Raises:
        UnknownDeliveryError: there is none.
    """
    try:
        data = _stretch_file(delivery).read_bytes()
    except FileNotFoundError as error:
        raise UnknownDeliveryError(delivery=delivery) from error
    return data[:SESSION_DIGITS].decode(), data[SESSION_DIGITS:]


def _stretch_file(delivery: str) -> Path:
    return files.folder() / f"{delivery}.lacking"


def forget(delivery: str) -> None:
    """Drop what was kept of a delivery that never came to be."""
    places = (files.kept(delivery), _places_file(delivery), _stretch_file(delivery))
    for file in (*places, files.given(delivery), *files.coming(delivery)):
        file.unlink(missing_ok=True)


def _write(file: Path, data: bytes) -> None:
    draft = file.with_name(file.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(handle)
    draft.replace(file)
    sync_folder(file.parent)
