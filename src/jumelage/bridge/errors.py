"""What can go wrong on the bridge, one class per thing a caller can act on."""

from jumelage.kit.errors import JumelageError


class BridgeError(JumelageError):
    """The bridge refused: {reason}."""

    exit_code = 10


class NoIdentityError(BridgeError):
    """This node has no identity yet. Run `jumelage init` first."""

    exit_code = 11
    http_status = 503


class KindNotOpenedError(BridgeError):
    """Records of kind “{kind}” may not cross to “{audience}”: no article of an agreement in force opens it."""

    exit_code = 12
    http_status = 403


class UnknownKindError(BridgeError):
    """This node does not know the record kind “{kind}”."""

    exit_code = 13


class ForeignRecordError(BridgeError):
    """The record {uri} belongs to another city; send a request instead."""

    exit_code = 14
    http_status = 403


class BodyTooLargeError(BridgeError):
    """The record has {size} bytes; at most {limit} may cross. Send larger things as media."""

    exit_code = 15
    http_status = 413


class ChainError(BridgeError):
    """Feed {feed} of {origin}: {reason}."""

    exit_code = 16
    http_status = 422


class ForkError(ChainError):
    """Feed {feed} of {origin} was written twice at {seq}: the copy held here stays, and nothing more is taken from that feed."""

    exit_code = 17
    http_status = 409


class SignatureError(BridgeError):
    """The signature of {origin} does not fit: {reason}."""

    exit_code = 18
    http_status = 401


class NotPairedError(BridgeError):
    """The node {origin} is not paired with this one."""

    exit_code = 19
    http_status = 403


class PairingError(BridgeError):
    """The pairing cannot go on: {reason}."""

    exit_code = 20
    http_status = 409


class FeedNotReadableError(BridgeError):
    """There is no feed “{feed}” for you here."""

    exit_code = 23
    http_status = 404


class BridgeClosedError(BridgeError):
    """The bridge is closed: nothing leaves this node and nothing enters it."""

    exit_code = 25
    http_status = 503


class RecoveringError(BridgeError):
    """This node was restored and has not yet compared with its peers: nothing may be published before."""

    exit_code = 26
    http_status = 503


class FeedStoppedError(BridgeError):
    """Feed {feed} of {origin} is stopped: {reason}. Nothing more is taken from it."""

    exit_code = 27
    http_status = 409


class ErasedRecordError(BridgeError):
    """The record {uri} was erased; nothing can be said under its name again."""

    exit_code = 28
    http_status = 410


class PeerUnreachableError(BridgeError):
    """{peer} does not answer: {reason}."""

    exit_code = 24
    http_status = 502
