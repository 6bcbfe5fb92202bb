"""Making a node: its keys, its genesis entry, its row."""

from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from jumelage.bridge.identity.errors import AlreadyInitialisedError
from jumelage.bridge.identity.keys import NODE_KEY, RECOVERY_ADVICE, RECOVERY_KEY, SigningKey
from jumelage.bridge.identity.origin import KIND, Genesis, make
from jumelage.bridge.models import Node
from jumelage.kit.city import City

__all__ = ("KIND", "Genesis", "describe", "initialise", "make")


def initialise(*, city: City, url: str) -> Node:
    """Give this node its keys and its name; both key files and the row, or nothing.

    Raises:
        AlreadyInitialisedError: the node has an identity; nothing is changed.
        KeyFileExistsError: a key file without a node is in the data folder.
    """
    if known := Node.objects.filter(is_self=True).first():
        raise AlreadyInitialisedError(city=known.city)
    signing, recovery = SigningKey.make(), SigningKey.make()
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        with transaction.atomic():
            node = _row(make(recovery=recovery, signing=signing), city, url)
            _save(signing, folder / NODE_KEY, written)
            _save(recovery, folder / RECOVERY_KEY, written, RECOVERY_ADVICE)
    except BaseException as error:
        for path in written:
            path.unlink()
        if isinstance(error, IntegrityError):
            raise AlreadyInitialisedError(city=city) from error
        raise
    return node


def _save(key: SigningKey, path: Path, written: list[Path], preface: str = "") -> None:
    key.save(path, preface)
    written.append(path)


def _row(genesis: Genesis, city: City, url: str) -> Node:
    return Node.objects.create(
        origin=genesis.origin,
        genesis=genesis.text,
        genesis_signatures=genesis.signatures,
        signing_key=genesis.check(),
        url=url.rstrip("/"),
        is_self=True,
        **describe(city),
    )


def describe(city: City) -> dict[str, object]:
    """Return the columns of a `Node` that describe *city*."""
    return {
        "slug": city.slug,
        "name": city.name.as_dict(),
        "country": city.country,
        "time_zone": city.time_zone,
        "languages": list(city.languages),
        "accent": {"light": city.accent.light, "dark": city.accent.dark},
    }
