"""What the hostile twin asks at the node's door: each request, its answer, the reason recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import msgspec

from jumelage.bridge.identity.keychain import statements, wire
from jumelage.bridge.identity.keys import SigningKey
from jumelage.bridge.identity.pairing import messages
from jumelage.bridge.identity.pairing.messages import Hello, Notice
from jumelage.bridge.identity.requests import Signer
from jumelage.kit import clock
from jumelage.kit.uris import new_id
from tests.bridge.identity.peer import Peer as Stranger
from tests.hostile.scene import Scene

FEED = "/bridge/feed?name=public&after=0"
TWIN = "twin:" + "q" * 32
HELLO, NOTICE, KEYS = "/bridge/pairing/hello", "/bridge/pairing/notice", "/bridge/keys"


@dataclass(frozen=True)
class Request:
    """One hostile request; the reason is empty where a stranger is told and leaves nothing."""

    name: str
    send: Callable[[Scene], httpx.Response]
    status: int
    reason: str

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def _plain(path: str, method: str = "GET", body: bytes = b"") -> Callable[[Scene], httpx.Response]:
    return lambda scene: httpx.request(method, scene.node.url + path, content=body, timeout=30)


def _by(origin: str | None, key: SigningKey | None) -> Callable[[Scene], httpx.Response]:
    """Return a request signed by *key* under the name *origin*; None stands for the twin's."""

    def send(scene: Scene) -> httpx.Response:
        url = scene.node.url + FEED
        signer = Signer(origin or scene.city.origin, key or scene.city.key)
        return httpx.get(url, headers=signer.headers("GET", url), timeout=30)

    return send


def _replay(scene: Scene) -> httpx.Response:
    url = scene.node.url + "/bridge/feeds"
    headers = Signer(scene.city.origin, scene.city.key).headers("GET", url)
    assert httpx.get(url, headers=headers, timeout=30).status_code == 200
    return httpx.get(url, headers=headers, timeout=30)


def _off(by: timedelta) -> Callable[[Scene], httpx.Response]:
    def send(scene: Scene) -> httpx.Response:
        with clock.fixed(clock.now() + by):
            headers = Signer(scene.city.origin, scene.city.key).headers(
                "GET", scene.node.url + FEED
            )
        return httpx.get(scene.node.url + FEED, headers=headers, timeout=30)

    return send


def _signed_for(url: str, method: str = "GET") -> Callable[[Scene], httpx.Response]:
    """Return a request that was signed for another address or method."""

    def send(scene: Scene) -> httpx.Response:
        signer = Signer(scene.city.origin, scene.city.key)
        headers = signer.headers(method, url or scene.node.url + FEED)
        return httpx.get(scene.node.url + FEED, headers=headers, timeout=30)

    return send


def _ask(
    path: str, method: str = "GET", body: bytes = b"", **changes: str
) -> Callable[[Scene], httpx.Response]:
    return lambda scene: scene.ask(path, method=method, body=body, **changes)


def _chunked(scene: Scene) -> httpx.Response:
    url = scene.node.url + NOTICE
    headers = Signer(scene.city.origin, scene.city.key).headers("POST", url, b"xx")
    return httpx.post(url, content=iter([b"x", b"x"]), headers=headers, timeout=30)


def _hello(change: Callable[[bytes], bytes]) -> Callable[[Scene], httpx.Response]:
    """Return a hello of a stranger who was never invited, changed after it was sealed."""

    def send(scene: Scene) -> httpx.Response:
        stranger = Stranger()
        at = clock.now()
        said = Hello(
            v=1, card=stranger.identity.card, nonce=new_id(), to=scene.origin,
            answers=new_id(), created=at, expires=at + timedelta(days=3),
        )  # fmt: skip
        body = change(stranger.identity.seal(messages.HELLO, said))
        url = scene.node.url + HELLO
        signer = Signer(stranger.identity.origin, stranger.identity.key)
        return httpx.post(url, content=body, headers=signer.headers("POST", url, body), timeout=30)

    return send


def _notice(key: SigningKey | None) -> Callable[[Scene], httpx.Response]:
    """Return a notice that ends a pairing which never was, sealed by *key* or the twin's."""

    def send(scene: Scene) -> httpx.Response:
        said = Notice(
            v=1, origin=scene.city.origin, to=scene.origin, nonce=new_id(), peer_nonce=new_id(),
            word="ended", created=clock.now(),
        )  # fmt: skip
        sealer = messages.Identity(key or scene.city.key, Stranger().identity.card)
        return scene.ask(NOTICE, method="POST", body=sealer.seal(messages.NOTICE, said))

    return send


def _stolen_name(scene: Scene) -> httpx.Response:
    """Say that a stranger's key signs for the twin from now on."""
    stranger = SigningKey.make()
    said = statements.make(
        scene.city.genesis, [], why="rotated", new=stranger, signer=SigningKey.make()
    )
    body = msgspec.json.encode(
        wire.Keys(origin=scene.city.origin, statements=[wire.Line.of(said, [])])
    )
    return httpx.post(scene.node.url + KEYS, content=body, timeout=30)


def _changed_body(scene: Scene) -> httpx.Response:
    url = scene.node.url + NOTICE
    headers = Signer(scene.city.origin, scene.city.key).headers("POST", url, b"one")
    return httpx.post(url, content=b"two", headers=headers, timeout=30)


REQUESTS = [
    Request("unsigned", _plain(FEED), 401, "signature"),
    Request("by a stranger", _by("s" * 32, SigningKey.make()), 401, "not-paired"),
    Request("in the twin's name by a stranger", _by(None, SigningKey.make()), 401, "signature"),
    Request("in our own name", lambda scene: _by(scene.origin, None)(scene), 401, "not-paired"),
    Request("replayed", _replay, 401, "replay"),
    Request("an hour early", _off(timedelta(hours=1)), 401, "clock-off"),
    Request("a day late", _off(timedelta(days=-1)), 401, "clock-off"),
    Request("signed for another city", _signed_for("https://other.example" + FEED), 401, "signature"),
    Request("signed for another method", _signed_for("", "POST"), 401, "signature"),
    Request("another body than was signed", _changed_body, 400, "digest"),
    Request("a body of 70 KB", _ask(NOTICE, "POST", b"x" * 70_000), 413, "request-too-large"),
    Request("a body of unknown length", _chunked, 413, "request-too-large"),
    Request("two signatures", _ask(FEED, Signature_Input="a=(),b=()"), 401, "signature"),
    Request("a signature of nothing", _ask(FEED, Signature="jumelage=::"), 401, "signature"),
    Request("another city's feed", _ask(f"/bridge/feed?name={TWIN}&after=0"), 404, "feed-not-readable"),
    Request("no feed at all", _ask("/bridge/feed?name=../../etc"), 404, "feed-not-readable"),
    Request("a stream of another city's feed", _ask(f"/bridge/stream?{TWIN}=0"), 404, "feed-not-readable"),
    Request("how far another city's feed is", _ask(f"/bridge/feeds?{TWIN}=0"), 404, "feed-not-readable"),
    Request("after nothing", _ask("/bridge/feed?name=public&after=-1"), 422, "invalid-input"),
    Request("after a huge number", _ask("/bridge/feed?name=public&after=" + "9" * 400), 422, "invalid-input"),
    Request("after letters", _ask("/bridge/feed?name=public&after=x%00"), 422, "invalid-input"),
    Request("a hello nobody asked for", _hello(lambda body: body), 401, "request-refused"),
    Request("a hello that was changed", _hello(lambda body: body.replace(b"Bay", b"Boy")), 422, "invitation"),
    Request("a hello that names something twice", _hello(lambda body: body[:-1] + b',"kind":"x"}'), 422, "invitation"),
    Request("a hello nested 8,000 deep", _hello(lambda _: b"[" * 8000), 422, "invitation"),
    Request("a hello that is no JSON", _hello(lambda _: b"\xff\xfe"), 422, "invitation"),
    Request("a notice of another pairing", _notice(None), 409, "pairing"),
    Request("a notice by a stranger", _notice(SigningKey.make()), 422, "invitation"),
    Request("a key change by a stranger", _stolen_name, 0, "key-statement"),
    Request("a key change nested 9,000 deep", _plain(KEYS, "POST", b"[" * 9000), 0, "too-deep"),
    Request("an invitation guessed", _plain("/bridge/invitation/" + "a" * 26), 404, ""),
    Request("a method nobody offers", _plain("/bridge/feeds", "DELETE"), 405, ""),
]  # fmt: skip
