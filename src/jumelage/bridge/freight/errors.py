"""What can go wrong with freight, one class per thing a caller can act on.

Exit codes: deliveries 150 to 169, carriers 170 to 189, store and packing 190 to 229.
"""

from jumelage.bridge.errors import BridgeError

# Deliveries.


class DeliveryStateError(BridgeError):
    """The delivery is “{state}”: this cannot be done with it now."""

    exit_code = 150
    http_status = 409


class UnknownDeliveryError(BridgeError):
    """There is no delivery “{delivery}” here."""

    exit_code = 151
    http_status = 404


class UnknownCityError(BridgeError):
    """No joined city is called “{city}”. Joined: {joined}."""

    exit_code = 152
    http_status = 404


class NothingToSendError(BridgeError):
    """There is nothing to send at {path}: {reason}."""

    exit_code = 153
    http_status = 422


class FreightAsleepError(BridgeError):
    """The freight process of this node is not running. It runs with `jumelage up`."""

    exit_code = 154
    kept = False
    http_status = 503


class ListMismatchError(BridgeError):
    """The packing list of {delivery} is not the one that was offered."""

    exit_code = 155
    http_status = 422


class NotDeliveredError(BridgeError):
    """The delivery “{title}” is not all here yet; it can be received when it is."""

    exit_code = 156
    http_status = 409


class OnlyReceiverError(BridgeError):
    """Only the receiving city can do this."""

    exit_code = 157
    http_status = 409


class OnlySenderError(BridgeError):
    """Only the sending city can do this."""

    exit_code = 158
    http_status = 409


class DeliveryRefusedError(BridgeError):
    """The other city refused the delivery: {reason}."""

    exit_code = 159
    http_status = 409


class SessionRefusedError(BridgeError):
    """No freight session can be opened now: {reason}."""

    exit_code = 160
    kept = False
    http_status = 409


class LimitRefusedError(BridgeError):
    """This is no limit: {reason}."""

    exit_code = 161
    http_status = 422


class FolderTakenError(BridgeError):
    """The folder {folder} already holds {path}. Choose an empty folder."""

    exit_code = 162
    http_status = 409


# Carriers.


# Store and packing.
