"""What can go wrong on the bridge, one class per thing a caller can act on."""

from typing import ClassVar

from jumelage.kit.errors import JumelageError


class BridgeError(JumelageError):
    """The bridge refused: {reason}."""

    exit_code = 10
    kept: ClassVar[bool] = True
    """Whether refusing somebody with it is a fact to keep; not when it says nothing of him."""


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
    """Feed {feed} of {origin} was written twice at {seq}: the copy held here stays, both versions are kept as proof, and nothing more is taken from that feed until its city opens a new epoch."""

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
    kept = False
    http_status = 503


class RecoveringError(BridgeError):
    """This node was restored and has not yet compared with its peers: nothing may be published before."""

    exit_code = 26
    kept = False
    http_status = 503


class FeedStoppedError(BridgeError):
    """Feed {feed} of {origin} is stopped: {reason}. Nothing more is taken from it."""

    exit_code = 27
    http_status = 409


class ErasedRecordError(BridgeError):
    """The record {uri} was erased; nothing can be said under its name again."""

    exit_code = 28
    http_status = 410


class EpochEndedError(BridgeError):
    """Feed {feed} goes on in epoch {epoch}; ask how far the feeds reach."""

    kept = False
    http_status = 409


class PeerUnreachableError(BridgeError):
    """{peer} does not answer: {reason}."""

    exit_code = 24
    http_status = 502


# Exit codes 100 to 119: what a peer sends that no honest program of its release would send.


class NotJsonError(BridgeError):
    """{what} is not JSON in UTF-8: {reason}."""

    exit_code = 100
    http_status = 422


class DuplicateNameError(BridgeError):
    """{what} uses the name “{name}” twice in one object; programs could read it differently."""

    exit_code = 101
    http_status = 422


class NumberRefusedError(BridgeError):
    """{what} holds the number {number}, which programs could read differently."""

    exit_code = 102
    http_status = 422


class TooDeepError(BridgeError):
    """{what} is nested more than {limit} levels deep."""

    exit_code = 103
    http_status = 422


class HeaderRefusedError(ChainError):
    """Feed {feed} of {origin}: the header of an entry is not of the agreed form ({reason})."""

    exit_code = 104


class LineTooLongError(BridgeError):
    """{peer} sent a line of more than {limit} bytes."""

    exit_code = 105
    http_status = 413


class PageTooLargeError(BridgeError):
    """{peer} sent a page of more than {limit} bytes, unpacked."""

    exit_code = 106
    http_status = 413


class TooManyEntriesError(BridgeError):
    """{peer} sent more entries at once than the {limit} that were asked for."""

    exit_code = 107
    http_status = 413


class TooSlowError(BridgeError):
    """{peer} sends more slowly than {rate} bytes a second; the request was given up."""

    exit_code = 108
    http_status = 408


class AnswerRefusedError(BridgeError):
    """{peer} answered in a form that was not asked for: {reason}."""

    exit_code = 109
    http_status = 502


class RedirectRefusedError(BridgeError):
    """{peer} sends this node on to another address; no redirect is followed."""

    exit_code = 110
    http_status = 502


class UnaskedFeedError(BridgeError):
    """{peer} speaks of the feed “{feed}”, which this node does not read."""

    exit_code = 111
    http_status = 422


class PackingRefusedError(BridgeError):
    """{peer} sent an answer that cannot be unpacked."""

    exit_code = 112
    http_status = 422


class FalseAccusationError(BridgeError):
    """{origin} says that feed {feed} was written twice at {seq}, but its proof does not show it: {reason}."""

    exit_code = 113
    http_status = 422


class RateLimitError(BridgeError):
    """Too much at once for one peer: {limit}. Ask again in {retry_after} seconds."""

    exit_code = 114
    kept = False
    http_status = 429


class NoSnapshotError(BridgeError):
    """No snapshot of feed “{feed}” was taken here."""

    exit_code = 135
    http_status = 404


class CursorCompactedError(BridgeError):
    """Feed “{feed}” begins after entry {base} here: take the snapshot of entry {base} first."""

    exit_code = 136
    http_status = 410


class SnapshotError(BridgeError):
    """The snapshot of feed {feed} of {origin} cannot be used: {reason}."""

    exit_code = 137
    http_status = 422
