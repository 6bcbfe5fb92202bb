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


class ListsFullError(BridgeError):
    """There is no room now for the packing list of {delivery}; it comes when others are here."""

    exit_code = 166
    kept = False
    http_status = 503


class NotDeliveredError(BridgeError):
    """The delivery “{title}” is not all here yet; it can be received when it is."""

    exit_code = 156
    http_status = 409


class OnlyReceiverError(BridgeError):
    """Only the receiving city can do this."""

    exit_code = 157
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


class ReleasedError(BridgeError):
    """The contents of “{title}” were released here. Ask the other city to send it again."""

    exit_code = 163
    http_status = 410


class ContentsMissingError(BridgeError):
    """The contents of “{title}” are not in the store of this node. Bring them back with `jumelage restore --freight FOLDER`, or ask the other city to send it again."""

    exit_code = 165
    http_status = 410


class PieceOutOfPlaceError(BridgeError):
    """This piece of “{path}” does not follow what is here: {here} bytes are."""

    exit_code = 164
    http_status = 409


# Carriers.


class CarrierError(BridgeError):
    """The line cannot be used: {reason}."""

    exit_code = 170
    kept = False
    http_status = 503


class LineLostError(CarrierError):
    """Nothing has come back over the line for {seconds} seconds. The delivery goes on by itself when the line is back."""

    exit_code = 171


class LineClosedError(CarrierError):
    """The other city cannot be reached by {carrier} at {host}, port {port}."""

    exit_code = 172


class SessionUnknownError(CarrierError):
    """The other city does not know this freight session any more."""

    exit_code = 173


class SessionKeyError(CarrierError):
    """The key that the other city showed for this session cannot be used."""

    exit_code = 174


class WrongCertificateError(CarrierError):
    """The certificate at {host}, port {port}, is not the one that the other city signed for."""

    exit_code = 175


class DamagedParcelError(CarrierError):
    """Parcel {number} is not what the packing list names; it is asked for again."""

    exit_code = 176


class FrameError(CarrierError):
    """The other side does not keep to the protocol of freight: {reason}."""

    exit_code = 177


class PortTakenError(CarrierError):
    """The freight port {port} cannot be opened: {reason}. Choose another with `freight_port`."""

    exit_code = 178


# Store and packing.


class UnsafeNameError(BridgeError):
    """The name “{name}” cannot be delivered: {reason}."""

    exit_code = 190
    http_status = 422


class PackingListError(BridgeError):
    """The packing list cannot be used: {reason}."""

    exit_code = 191
    http_status = 422


class NotPackableError(BridgeError):
    """“{path}” cannot be packed: {reason}."""

    exit_code = 192
    http_status = 422


class ChangedSinceError(BridgeError):
    """“{path}” changed since it was packed. Send it again."""

    exit_code = 193
    http_status = 409


class DamagedChunkError(BridgeError):
    """Chunk {number} is not what the packing list names."""

    exit_code = 194
    http_status = 422


class NothingToPackError(BridgeError):
    """There is no file to send in {paths}."""

    exit_code = 195
    http_status = 422


class TooMuchToPackError(BridgeError):
    """This is too much for one delivery: {reason}. Send it in parts; what they share crosses once."""

    exit_code = 199
    http_status = 413


class StoreError(BridgeError):
    """The store of media cannot be used: {reason}."""

    exit_code = 200
    kept = False
    http_status = 503


class UnknownBlobError(StoreError):
    """The store does not hold the content {root}."""

    exit_code = 201
    http_status = 404


class DamagedBlobError(StoreError):
    """The content {root} is damaged in the store, at byte {offset}."""

    exit_code = 202
    http_status = 500


class QuotaError(StoreError):
    """{wanted} bytes do not fit: {who} may hold {quota} bytes here and holds {used}."""

    exit_code = 203
    http_status = 413


class DiskFullError(StoreError):
    """The disk of the store is full: {wanted} bytes are needed, {free} are free, and {floor} stay free."""

    exit_code = 204
    http_status = 507


class FolderFullError(DiskFullError):
    """There is no room for it at {folder}: {wanted} bytes are needed, {free} are free, and {floor} stay free."""

    exit_code = 206


class ReferencesLostError(StoreError):
    """What the store must keep is not known: {path} is missing, damaged or belongs to another store. Nothing is freed until it is there again or counted anew."""

    exit_code = 205
