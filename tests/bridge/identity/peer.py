"""The other city: a second node made of the pairing messages alone, on a loopback port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from jumelage.bridge.identity.genesis import make
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing.messages import (
    Card,
    CityCard,
    Envelope,
    Hello,
    Identity,
    Invitation,
    Notice,
    Word,
)
from jumelage.bridge.identity.pairing.words import Words, spell
from jumelage.kit import clock
from jumelage.kit.uris import new_id

DAYS = timedelta(days=3)


def read_text(data: bytes) -> bytes:
    """Return the text inside an envelope, unchecked."""
    return msgspec.json.decode(data, type=Envelope).text.encode()


class Peer:
    """A city that has met nobody yet."""

    def __init__(self, url: str = "http://127.0.0.1:9159") -> None:
        """Make its keys and its card."""
        key = SigningKey.make()
        genesis = make(recovery=SigningKey.make(), signing=key)
        city = CityCard(
            slug="bay-demo",
            name={"fr": "Baie-Démo", "en": "Bay Demo"},
            country="US",
            time_zone="America/Los_Angeles",
            languages=["en"],
            accent={"light": "#c0362c", "dark": "#e07a6f"},
        )
        card = Card(
            genesis=genesis.text.decode(),
            by_recovery=genesis.by_recovery.hex(),
            by_signing=genesis.by_signing.hex(),
            url=url,
            city=city,
        )
        self.identity = Identity(key, card)
        self.nonce = new_id()
        self.word: Word = "waiting"
        self.invited: Invitation | None = None
        self.greeted: Hello | None = None
        self.heard: list[str] = []

    @property
    def origin(self) -> str:
        """The node's name."""
        return self.identity.origin

    def invitation(self, *, created: datetime | None = None, life: timedelta = DAYS) -> bytes:
        """Return a sealed invitation."""
        created = created or clock.now()
        message = Invitation(
            v=1,
            card=self.identity.card,
            nonce=self.nonce,
            created=created,
            expires=created + life,
        )
        return self.identity.seal(messages.INVITATION, message)

    def hello(self, invitation: bytes) -> bytes:
        """Return the sealed answer to *invitation*."""
        self.invited = messages.read_card_message(invitation, messages.INVITATION, Invitation)
        message = Hello(
            v=1,
            card=self.identity.card,
            nonce=self.nonce,
            to=self.invited.card.origin,
            answers=self.invited.nonce,
            created=clock.now(),
            expires=self.invited.expires,
        )
        return self.identity.seal(messages.HELLO, message)

    def notice(self, word: Word | None = None) -> bytes:
        """Return a sealed notice of *word*."""
        met = self.invited or self.greeted
        assert met
        message = Notice(
            v=1,
            origin=self.origin,
            to=met.card.origin,
            nonce=self.nonce,
            peer_nonce=met.nonce,
            word=word or self.word,
            created=clock.now(),
        )
        return self.identity.seal(messages.NOTICE, message)

    @property
    def words(self) -> Words:
        """The words its person sees."""
        mine = self.identity.card.proof.text
        if self.greeted:
            return spell(
                inviter=mine,
                accepter=self.greeted.card.proof.text,
                inviter_nonce=self.nonce,
                accepter_nonce=self.greeted.nonce,
            )
        assert self.invited
        return spell(
            inviter=self.invited.card.proof.text,
            accepter=mine,
            inviter_nonce=self.invited.nonce,
            accepter_nonce=self.nonce,
        )

    def answer(self, path: str, body: bytes) -> bytes:
        """Take what was posted to *path* and answer with a notice."""
        if path == "/bridge/pairing/hello":
            self.greeted = messages.read_card_message(body, messages.HELLO, Hello)
        elif path == "/bridge/pairing/notice":
            self.heard.append(msgspec.json.decode(read_text(body), type=Notice).word)
        return self.notice()


@contextmanager
def listening(peer: Peer) -> Iterator[Peer]:
    """Let *peer* answer on a loopback port inside the block; its card says which."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(peer.invitation())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._send(peer.answer(self.path, body))

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    card = msgspec.structs.replace(peer.identity.card, url=url)
    peer.identity = Identity(peer.identity.key, card)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
