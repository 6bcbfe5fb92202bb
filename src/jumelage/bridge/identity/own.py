"""Whether this node can sign as itself."""

from pathlib import Path

from django.conf import settings

from jumelage.bridge.identity import keys
from jumelage.bridge.identity.errors import KeyNotOursError
from jumelage.bridge.identity.requests import own_node


def check_own_key() -> None:
    """Read the signing key from its file, afresh, and compare it with what this node says it is.

    Raises:
        NoIdentityError: there is no node or no key file.
        KeyFileReadableError, KeyFileDamagedError: the file is not as it must be.
        KeyNotOursError: it holds the key of another node, or a former one.
    """
    path = Path(settings.DATA) / keys.NODE_KEY
    if keys.load(path).public != bytes(own_node().signing_key):
        raise KeyNotOursError(path=path)
