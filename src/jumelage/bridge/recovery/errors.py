"""What can go wrong while a restored node takes back what it said.

Exit codes 120 to 129 belong to this module.
"""

from jumelage.bridge.errors import BridgeError, ChainError


class OwnForkError(ChainError):
    """This city wrote its feed {feed} twice at entry {seq}: {peer} holds another entry there than this node, and both carry this city’s signature. Begin a new epoch."""

    exit_code = 120
    http_status = 409


class CopyBeginsLaterError(ChainError):
    """{peer} holds feed {feed} only after entry {base}; this backup ends at {seq}, so entries between them are missing."""

    exit_code = 121


class NotRecoveringError(BridgeError):
    """This node is not recovering: it was not restored, or it agrees with the joined cities already."""

    exit_code = 122
    http_status = 409
