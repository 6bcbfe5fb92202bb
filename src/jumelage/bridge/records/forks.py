"""The word that a feed was written twice, with the proof inside: to its city, and to its readers."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec
from django.utils.translation import gettext as _

from jumelage.bridge.boundary.ingress import plain
from jumelage.bridge.errors import BridgeError, FalseAccusationError
from jumelage.bridge.feeds.checkpoints import KIND, Statement
from jumelage.bridge.feeds.wire import decode_header, digest
from jumelage.bridge.identity import keys
from jumelage.bridge.identity.keychain.chain import keys_of
from jumelage.bridge.models import Entry, Feed, Fork, Node
from jumelage.kit.component import Provenance
from jumelage.kit.errors import InvalidRecordError
from jumelage.kit.uris import Uri, new_id

LONGEST_CHAIN = 400
"""Headers between an entry and its checkpoint that still fit into a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkFound:
    """A city shows another that one of its feeds was written twice.

    Headers and checkpoints are the exact signed texts, signatures base64. `chain` holds the
    headers that lead from `held_header` to `held_checkpoint`.
    """

    kind: ClassVar[str] = "bridge.fork-found"
    audiences: ClassVar[Mapping[str, frozenset[str]]] = {
        "twin": frozenset(
            {
                "uri",
                "feed",
                "epoch",
                "seq",
                "held_header",
                "chain",
                "held_checkpoint",
                "held_signature",
                "other_header",
                "other_checkpoint",
                "other_signature",
            }
        ),
    }
    opened_by_pairing: ClassVar[bool] = True

    uri: str
    feed: str
    epoch: int
    seq: int
    held_header: str
    chain: tuple[str, ...]
    held_checkpoint: str
    held_signature: str
    other_header: str
    other_checkpoint: str
    other_signature: str

    def __post_init__(self) -> None:
        """Refuse places no feed has and signatures that are none."""
        if self.epoch < 0 or self.seq < 1 or len(self.chain) > LONGEST_CHAIN:
            raise InvalidRecordError(reason=_("a fork names an entry of a feed"))
        for signature in (self.held_signature, self.other_signature):
            if len(_decoded(signature)) != 64:
                raise InvalidRecordError(reason=_("a signature has 64 bytes"))

    def apply(self, provenance: Provenance) -> None:
        """Keep the proof after checking it; a third city's feed stops here as well.

        Raises:
            FalseAccusationError: it proves nothing here.
        """
        accuser = provenance.origin
        accused = self._accused(accuser)
        feed = Feed.objects.filter(node=accused, name=self.feed, epoch=self.epoch).first()
        if accused is None or feed is None:
            if accused is None or accused.is_self:
                raise self._false(accuser, _("no such feed is known here"))
            return  # of a third city, whose feed is not read here
        if accused.is_self:
            self._check(accuser, feed, keys_of(accused))
        elif not Node.objects.filter(origin=accuser, is_self=True).exists():
            # A key of before may have been stolen since: of a third city only the present one counts.
            self._check(accuser, feed, [bytes(accused.signing_key)])
            Feed.objects.filter(pk=feed.pk).update(stopped=Feed.Stopped.FORKED)
        Fork.objects.update_or_create(
            feed=feed,
            seq=self.seq,
            found_by=provenance.origin,
            defaults={"record": self.uri},
            create_defaults={
                "held_header": self.held_header.encode(),
                "held_checkpoint": self.held_checkpoint.encode(),
                "held_signature": _decoded(self.held_signature),
                "other_header": self.other_header.encode(),
                "other_checkpoint": self.other_checkpoint.encode(),
                "other_signature": _decoded(self.other_signature),
                "record": self.uri,
                "found_at": provenance.time,
            },
        )

    def _accused(self, accuser: str) -> Node | None:
        """Return the node whose feed it is: this one, or a third one that is known here."""
        try:
            origin = _statement(self.held_checkpoint).origin
        except msgspec.DecodeError as error:
            raise self._false(accuser, _("a checkpoint cannot be read")) from error
        return Node.objects.filter(origin=origin).exclude(origin=accuser).first()

    def _check(self, accuser: str, feed: Feed, known: Sequence[bytes]) -> None:
        held, other = (
            self._vouched(accuser, feed, text, signature, known)
            for text, signature in (
                (self.held_checkpoint, self.held_signature),
                (self.other_checkpoint, self.other_signature),
            )
        )
        twice = held.seq == other.seq and held.head != other.head
        strange = any(_is_strange(feed, said.seq, said.head) for said in (held, other))
        shown = self._shown(held)
        if shown is not None:
            twice = twice or (other.seq == self.seq and other.head != shown)
            strange = strange or _is_strange(feed, self.seq, shown)
        if not (twice or strange):
            raise self._false(accuser, _("both signatures fit the feed as it is held here"))

    def _vouched(
        self, accuser: str, feed: Feed, text: str, signature: str, known: Sequence[bytes]
    ) -> Statement:
        """Return what a checkpoint says, if it is of *feed* and a key of *known* made it."""
        try:
            plain(text.encode(), "a checkpoint")
            said = _statement(text)
        except (BridgeError, msgspec.DecodeError) as error:
            raise self._false(accuser, _("a checkpoint cannot be read")) from error
        if (said.origin, said.feed, said.epoch) != (feed.node_id, self.feed, self.epoch):
            raise self._false(accuser, _("a checkpoint speaks of another feed"))
        made = _decoded(signature)
        if not any(keys.verify(key, KIND, text.encode(), made) for key in known):
            raise self._false(accuser, _("a checkpoint was not signed by this city"))
        return said

    def _shown(self, held: Statement) -> str | None:
        """Return the hash (hex) of the entry `seq`, if the chain proves that *held* is over it."""
        first = hashed = digest(self.held_header.encode())
        try:
            for text in self.chain:
                if decode_header(text.encode()).prev != hashed.hex():
                    return None
                hashed = digest(text.encode())
            place = decode_header(self.held_header.encode()).seq
        except msgspec.DecodeError:
            return None
        proven = hashed.hex() == held.head and place + len(self.chain) == held.seq
        return first.hex() if proven and place == self.seq else None

    def _false(self, accuser: str, reason: str) -> FalseAccusationError:
        return FalseAccusationError(origin=accuser, feed=self.feed, seq=self.seq, reason=reason)

    @classmethod
    def withdraw(cls, uri: str, provenance: Provenance) -> None:
        """Do nothing: a signature that was shown cannot be unsaid."""

    @classmethod
    def erase(cls, uri: str, provenance: Provenance) -> None:
        """Remove the proof."""
        Fork.objects.filter(record=uri, found_by=provenance.origin).delete()


def _is_strange(feed: Feed, seq: int, head: str) -> bool:
    """Tell whether this node holds another entry *seq* of its own feed than *head* (hex)."""
    held = Entry.objects.filter(feed=feed, seq=seq).values_list("hash", flat=True).first()
    return held is not None and bytes(held).hex() != head


def _statement(text: str) -> Statement:
    return msgspec.json.decode(text.encode(), type=Statement)


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except ValueError as error:
        raise InvalidRecordError(reason=_("a signature is base64")) from error


def fork_found(fork: Fork) -> ForkFound:
    """Return a record that shows *fork*, which this node found."""
    us = Node.objects.get(is_self=True)
    checkpoint = _statement(bytes(fork.held_checkpoint).decode())
    return ForkFound(
        uri=str(Uri(us.origin, new_id())),
        feed=fork.feed.name,
        epoch=fork.feed.epoch,
        seq=fork.seq,
        held_header=bytes(fork.held_header).decode(),
        chain=_between(fork.feed, fork.seq, checkpoint.seq),
        held_checkpoint=bytes(fork.held_checkpoint).decode(),
        held_signature=base64.b64encode(bytes(fork.held_signature)).decode(),
        other_header=bytes(fork.other_header).decode(),
        other_checkpoint=bytes(fork.other_checkpoint).decode(),
        other_signature=base64.b64encode(bytes(fork.other_signature)).decode(),
    )


def _between(feed: Feed, after: int, until: int) -> tuple[str, ...]:
    if until - after > LONGEST_CHAIN:
        return ()
    rows = Entry.objects.filter(feed=feed, seq__gt=after, seq__lte=until).order_by("seq")
    return tuple(bytes(header).decode() for header in rows.values_list("header", flat=True))
