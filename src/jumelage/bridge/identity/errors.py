"""What can go wrong with keys, signatures of requests and pairing.

Exit codes 30 to 39 belong to this module.
"""

from jumelage.bridge.errors import BridgeError, NoIdentityError, PairingError, SignatureError


class KeyFileExistsError(BridgeError):
    """The key file {path} exists already. A node's key is made once and never overwritten."""

    exit_code = 30
    http_status = 409


class KeyFileReadableError(BridgeError):
    """Others can read the key file {path}. Run `chmod 600 {path}`; if somebody may have copied it, change the key."""

    exit_code = 31
    http_status = 503


class KeyFileDamagedError(BridgeError):
    """The key file {path} holds no Ed25519 private key."""

    exit_code = 32
    http_status = 503


class KeyMissingError(NoIdentityError):
    """The key file {path} is missing. Make a node with `jumelage init`; a node that lost its key gets a new one with `jumelage keys recover`."""


class KeyStatementError(SignatureError):
    """The change of key of {origin} is refused: {reason}."""

    exit_code = 39


class WrongRecoveryKeyError(BridgeError):
    """This is not the recovery key of this node."""

    exit_code = 90
    http_status = 403


class KeyNotOursError(BridgeError):
    """The key file {path} is not the key this node is known by. Put the right one back, or give the node a new one with `jumelage keys recover`."""

    exit_code = 91
    http_status = 503


class AlreadyInitialisedError(BridgeError):
    """This node already has an identity: {city}."""

    exit_code = 33
    http_status = 409


class AddressRefusedError(BridgeError):
    """The address {url} is refused: {reason}."""

    exit_code = 34
    http_status = 422


class PeerRefusedError(BridgeError):
    """{peer} refused: {reason}."""

    exit_code = 35
    http_status = 502


class InvitationError(PairingError):
    """The invitation or answer is not valid: {reason}."""

    exit_code = 36
    http_status = 422


class InvitationExpiredError(PairingError):
    """The invitation expired on {expired}. Ask for a new one."""

    exit_code = 37
    http_status = 410


class InvitationUnknownError(PairingError):
    """There is no such invitation, or it was answered already."""

    http_status = 404


class PairingStateError(PairingError):
    """A pairing that is “{state}” cannot be followed by “{event}”."""

    exit_code = 38
    http_status = 409


class RequestRefusedError(BridgeError):
    """The request was refused."""

    http_status = 401


class ClockOffError(BridgeError):
    """The clocks of the two nodes differ by {seconds} seconds; at most {limit} are accepted. Check the clock."""

    http_status = 401


class ReplayError(BridgeError):
    """This request was already received."""

    http_status = 401


class DigestError(BridgeError):
    """The content does not fit its digest."""

    http_status = 400


class RequestTooLargeError(BridgeError):
    """The request has more than {limit} bytes."""

    http_status = 413


class TooManyRequestsError(BridgeError):
    """Too many requests in a short time. Try again in a few minutes."""

    http_status = 429
