"""Makes a node: its settings file, its tables, its keys, its first administrator."""

from collections.abc import Mapping
from pathlib import Path

from jumelage.node import config
from jumelage.node.errors import OtherCityError


def write_settings(folder: Path, given: Mapping[str, object]) -> bool:
    """Write `node.toml` from the *given* settings; tell whether the node is new.

    The same command may be run again after an interruption; other city data is refused.

    Raises:
        OtherCityError: the folder holds a node with other settings.
        SettingError: a value has the wrong form.
    """
    checked = {name: config.parse(name, value) for name, value in given.items()}
    stored = config.stored(folder)
    for name in set(checked) & set(stored):
        if stored[name] != checked[name]:
            raise OtherCityError(folder=folder, name=name, stored=stored[name], given=checked[name])
    if stored:
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config.write(folder, checked)
    return True


def finish() -> str:
    """Bring the tables up to date, give the node its keys unless it has them, return its origin.

    Django must be set up for the node.
    """
    from django.conf import settings  # noqa: PLC0415

    from jumelage.bridge.api import NoIdentityError, initialise, me  # noqa: PLC0415
    from jumelage.node.run import prepare  # noqa: PLC0415

    prepare.migrate()
    node = settings.NODE
    try:
        return me().origin
    except NoIdentityError:
        return initialise(city=node.city, url=node.public_url).origin
