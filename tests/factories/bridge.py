"""This node, and other nodes with real keys that write real feeds without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from jumelage.bridge.boundary.policy import allowed_fields
from jumelage.bridge.feeds import checkpoints
from jumelage.bridge.feeds.chain import Head, Link, extend
from jumelage.bridge.feeds.checkpoints import Signed, Statement
from jumelage.bridge.feeds.wire import Line, decode_line, encode_body, encode_line
from jumelage.bridge.identity import genesis
from jumelage.bridge.identity.keychain import statements, wire
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.models import Node, Pairing
from jumelage.kit import clock
from jumelage.kit.city import City
from jumelage.kit.component import Record
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri, new_id


def demo_city(slug: str = "port-demo", zone: str = "Europe/Paris") -> City:
    """Return an invented city."""
    name = slug.replace("-", " ").title()
    return City(
        slug=slug,
        name=Bilingual(fr=name, en=name),
        country="FR",
        time_zone=zone,
        languages=("fr", "en"),
    )


@dataclass
class Peer:
    """Another city: its own keys and feeds; what it sends is what a real node would send."""

    slug: str = "baie-demo"
    zone: str = "America/Los_Angeles"
    key: SigningKey = field(default_factory=SigningKey.make)
    heads: dict[str, Head] = field(default_factory=dict)
    hashes: dict[tuple[str, int], bytes] = field(default_factory=dict)
    recovery: SigningKey = field(default_factory=SigningKey.make)
    chain: list[statements.Signed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give the city its name."""
        self.genesis = genesis.make(recovery=self.recovery, signing=self.key)
        self.origin = self.genesis.origin

    def change_key(
        self, why: statements.Why = "rotated", limits: Sequence[statements.Limit] = ()
    ) -> statements.Signed:
        """Sign with a fresh key from now on; return the statement that says so."""
        new = SigningKey.make()
        signer = self.key if why == "rotated" else self.recovery
        steps = statements.follow(self.genesis, self.chain)
        said = statements.make(self.genesis, steps, why=why, new=new, signer=signer, limits=limits)
        self.chain.append(said)
        self.key = new
        return said

    def limit(self, *points: int, feed: str = "public") -> statements.Limit:
        """Return the limit of a feed of the city: its last valid entry, then earlier ones."""
        return statements.seal_limit(
            feed, 0, [(seq, self.hashes.get((feed, seq), bytes(32))) for seq in points]
        )

    def says_keys(self) -> bytes:
        """Return what the city says of its keys to a peer."""
        feeds = {limit.read().feed for said in self.chain for limit in said.limits}
        return b"".join(wire.pushes(self.origin, self.chain, sorted(feeds)))

    def twin(self) -> "Peer":
        """Return a thief: somebody who stole the city's present key and copied its feeds."""
        found = Peer(key=self.key, recovery=self.recovery)
        found.genesis, found.origin = self.genesis, self.origin
        found.heads, found.hashes = dict(self.heads), dict(self.hashes)
        found.chain = list(self.chain)
        return found

    def introduce(self, *, paired: bool = True) -> Node:
        """Write the city into this node's database, paired unless told otherwise."""
        node = Node.objects.create(
            origin=self.origin,
            genesis=self.genesis.text,
            genesis_signatures=self.genesis.signatures,
            signing_key=self.key.public,
            url="http://127.0.0.1:1",
            **genesis.describe(demo_city(self.slug, self.zone)),
        )
        if paired:
            Pairing.objects.create(
                nonce=new_id(),
                node=node,
                state=Pairing.State.PAIRED,
                created_at=clock.now(),
                expires_at=clock.now() + timedelta(days=1),
            )
        return node

    def uri(self) -> str:
        """Return a fresh identifier of a record of this city."""
        return str(Uri(self.origin, new_id()))

    def head(self, feed: str = "public") -> Head:
        """Return where the city's feed ends."""
        return self.heads.get(feed, Head(self.origin, feed, 0, 0, bytes(32)))

    def say(self, *records: Record, feed: str = "public", rev: int = 1) -> list[Line]:
        """Append *records* to the city's feed and return their lines."""
        lines = []
        for record in records:
            body = encode_body(record, allowed_fields(type(record), feed))
            lines.append(
                self.say_bytes(record.kind, Uri.parse(record.uri).id, body, feed=feed, rev=rev)
            )
        return lines

    def say_bytes(
        self,
        kind: str,
        record_id: str,
        body: bytes,
        *,
        feed: str = "public",
        rev: int = 1,
        op: str = "put",
    ) -> Line:
        """Append exact bytes to the city's feed and return the line."""
        head, link = extend(
            self.head(feed),
            kind=kind,
            record_id=record_id,
            rev=rev,
            op=op,
            body=body,
            time=clock.now(),
        )
        self.heads[feed] = head
        self.hashes[feed, head.seq] = head.hash
        return line_of(link)

    def checkpoint(self, feed: str = "public") -> Signed:
        """Sign the present head of the city's feed."""
        head = self.head(feed)
        statement = Statement(
            v=1, origin=head.origin, feed=feed, epoch=0, seq=head.seq, head=head.hash.hex()
        )
        text = msgspec.json.encode(statement)
        return Signed(text, self.key.sign(checkpoints.KIND, text))


def line_of(link: Link) -> Line:
    """Return *link* as it comes off the wire."""
    return decode_line(encode_line(link.raw, link.salt, link.body))
