"""The other city in memory: asks for sessions with its own key and carries over real TLS."""

import base64
import threading

from jumelage.bridge.freight.carriers import tls
from jumelage.bridge.freight.carriers.base import Figures, Pace, Session, Unlimited
from jumelage.bridge.freight.carriers.keys import Exchange
from jumelage.bridge.freight.deliveries import conversation
from jumelage.bridge.freight.deliveries.conversation import Question, Reply
from jumelage.bridge.freight.deliveries.receiving.intake import new_offers, take_in
from jumelage.bridge.freight.deliveries.receiving.sessions import Sessions
from jumelage.bridge.freight.deliveries.sending.reading import ParcelReading
from jumelage.bridge.freight.packing.packing import Packed
from jumelage.bridge.freight.packing.parcels import Bitmap, Parcels, parcels
from jumelage.bridge.freight.packing.source import Files
from jumelage.bridge.freight.store.store import Store
from jumelage.bridge.identity.requests import own_node
from jumelage.bridge.models import Delivery, DeliveryOffer
from jumelage.kit.uris import Uri
from tests.bridge.freight.deliveries.conftest import ListShelf


def accepted(offer: DeliveryOffer, packed: Packed, store: Store) -> Delivery:
    """Return the incoming delivery of *offer* after it was accepted."""
    new_offers(own_node().origin)
    found = Delivery.objects.select_related("peer").get(uri=offer.uri)
    lists = {Uri.parse(offer.uri).id: packed.packing_list.data}
    take_in(found, ListShelf(lists), store, threading.Event())
    return Delivery.objects.get(uri=offer.uri)


class Sender:
    """The other city: asks for a session and carries, as its freight process would."""

    def __init__(self, sessions: Sessions, delivery: Delivery, packed: Packed) -> None:
        self.sessions, self.delivery, self.packed = sessions, delivery, packed
        self.pace: Pace = Unlimited()

    def ask(self, **said: object) -> tuple[Reply, bytes, Exchange, bytes]:
        """Ask for a session; return the reply, its bytes, our key and the question."""
        exchange = Exchange.make()
        told = {
            "delivery": self.delivery.uri,
            "list_hash": self.packed.packing_list.list_hash.hex(),
            "key": base64.b64encode(exchange.public).decode(),
            "carriers": ["tls", "udp"],
        }
        question = conversation.encode(Question(**{**told, **said}))  # type: ignore[arg-type]
        answer = self.sessions.answer(
            {"peer": self.delivery.peer_id, "question": question.decode()}
        )
        raw = answer["answer"].encode()
        headers = {conversation.SIGNATURE_HEADER: answer["signature"]}
        here = own_node()
        conversation.check(raw, headers, key=bytes(here.signing_key), origin=here.origin)
        return conversation.read(raw, Reply), raw, exchange, question

    def carry(self, most: int = 2**40) -> Figures | None:
        """Carry what is lacking, but stop after about *most* bytes; None: nothing was."""
        reply, raw, exchange, question = self.ask()
        if reply.delivered:
            return None
        secret = exchange.agree(base64.b64decode(reply.key), question=question, answer=raw)
        session = Session(
            bytes.fromhex(reply.session), secret, "127.0.0.1", reply.tcp_port, reply.udp_port,
            bytes.fromhex(reply.certificate),
        )  # fmt: skip
        stop = threading.Event()

        def progress(figures: Figures) -> None:
            if figures.bytes >= most:
                stop.set()

        with Files(self.packed.packing_list, self.packed.places) as source:
            reading = ParcelReading(self.lacking(reply), source)
            return tls.send(session, reading, self.pace, progress, stop, streams=2)

    def lacking(self, reply: Reply) -> Parcels:
        """Return the parcels that *reply* asks for."""
        held = self.packed.packing_list
        packed = base64.b64decode(reply.lacking)
        return parcels(held, Bitmap.unpack(packed, len(held.lengths)))

    def landed(self) -> Delivery:
        """Wait until the receiver has landed what came; return its delivery."""
        for thread in threading.enumerate():
            if thread.name == "freight-land":
                thread.join(20)
        return Delivery.objects.get(pk=self.delivery.pk)
