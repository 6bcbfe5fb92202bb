"""Publishing: sign, append and apply in one transaction."""

from collections.abc import Sequence

from jumelage.kit.component import Provenance, Record


def publish(record: Record, *, audience: str = "public") -> Provenance:
    """Publish one record; see `publish_all`."""
    return publish_all([record], audience=audience)[0]


def publish_all(records: Sequence[Record], *, audience: str = "public") -> list[Provenance]:
    """Sign and append *records* to this node's feed for *audience*, and apply them here.

    One transaction: either everything is logged and applied, or nothing. Publishing a record
    again under the same URI is a new revision.

    Raises:
        KindNotOpenedError: no article in force opens the kind to the audience.
        ForeignRecordError: the record's URI belongs to another node.
        BodyTooLargeError: a record is over 256 KiB.
    """
    raise NotImplementedError


def withdraw(uri: str, *, audience: str = "public") -> Provenance:
    """Publish the withdrawal of this node's record *uri* on the feed for *audience*."""
    raise NotImplementedError
