"""Which addresses this node lets itself be sent to.

A peer's address is input: it could name our own machine, our city's internal network or a
cloud's metadata service. So a name is resolved once, the result is judged, and exactly that
address is connected to; redirects are never followed. `ipaddress.is_global` alone is not
enough: it calls some addresses global that lead back inside (see `_DISGUISED`).
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import urlsplit

import httpx
from asgiref.sync import sync_to_async
from django.utils.translation import gettext_lazy as _

from jumelage.bridge.identity.errors import AddressRefusedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST_URL = 200
OPEN_PORTS = frozenset({80, 443})
FIRST_FREE_PORT, LAST_PORT = 1024, 65535

_DISGUISED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # "this network"
        "100.64.0.0/10",  # carrier-grade NAT
        "192.0.0.0/24",  # IETF protocol assignments: 192.0.0.8 counts as global
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "224.0.0.0/4",  # multicast counts as global
        "240.0.0.0/4",  # reserved, broadcast
        "::/96",  # IPv4-compatible, `::` and `::1`
        "::ffff:0:0/96",  # IPv4-mapped
        "64:ff9b::/96",  # NAT64: holds any IPv4 address
        "64:ff9b:1::/48",  # local NAT64
        "2001::/23",  # IETF protocol assignments, Teredo
        "2002::/16",  # 6to4: holds any IPv4 address
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast counts as global
    )
)
_LOCAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)


def _within(
    address: Address, networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]
) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def is_public(address: Address) -> bool:
    """Tell whether *address* is on the open internet, undisguised."""
    return address.is_global and not _within(address, _DISGUISED)


def is_local(address: Address) -> bool:
    """Tell whether *address* is this machine or a private network; link-local is neither."""
    return _within(address, _LOCAL)


def parse(url: str) -> httpx.URL:
    """Return *url* taken apart, if it has the form of a node's address.

    Raises:
        AddressRefusedError: not http(s), too long, or with a user, query or fragment.
    """
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise AddressRefusedError(url=url[:LONGEST_URL], reason=_("it cannot be read")) from error
    if len(url) > LONGEST_URL:
        raise AddressRefusedError(url=url[:LONGEST_URL], reason=_("it is too long"))
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise AddressRefusedError(url=url, reason=_("it does not begin with http:// or https://"))
    if parts.userinfo or parts.query or parts.fragment:
        raise AddressRefusedError(url=url, reason=_("it may hold no user, query or fragment"))
    if parts.port is not None and not _is_web_port(parts.port):
        raise AddressRefusedError(
            url=url, reason=_("port %(port)s is not for web servers") % {"port": parts.port}
        )
    return parts


def _is_web_port(port: int) -> bool:
    return port in OPEN_PORTS or FIRST_FREE_PORT <= port <= LAST_PORT


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of *host*, best first; a literal address is itself."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefusedError(url=host, reason=_("the name is not known")) from error
    return [ipaddress.ip_address(str(place[4][0]).partition("%")[0]) for place in found]


Resolver = Callable[[str, int], list[Address]]
"""What tells the addresses of a host name, best first."""


def choose(host: str, port: int, *, local: bool, resolver: Resolver = resolve) -> Address:
    """Return the address to connect to for *host*, which *resolver* is asked for once.

    With *local*, which only a node that is itself on a private network or this machine
    grants, private addresses are fine too.

    Raises:
        AddressRefusedError: the name is not known, or no address of it may be called.
    """
    for address in resolver(host, port):
        if is_public(address) or (local and is_local(address)):
            return address
    raise AddressRefusedError(url=host, reason=_("it is not on the open internet"))


def lives_locally(own_url: str) -> bool:
    """Tell whether this node's own public address is private or this machine (a demo)."""
    host = urlsplit(own_url).hostname or ""
    try:
        return all(is_local(address) for address in resolve(host, 0))
    except AddressRefusedError:
        return False


def _pinned(request: httpx.Request, address: Address) -> httpx.Request:
    """Return *request* aimed at *address*; `Host` and the TLS name stay those of the peer."""
    host = request.url.host
    return httpx.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


def _port(url: httpx.URL) -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


class SafeTransport(httpx.HTTPTransport):
    """Connects only to addresses `choose` allows; use one client per peer."""

    def __init__(
        self, *, local: bool, limits: httpx.Limits | None = None, resolver: Resolver = resolve
    ) -> None:
        """Allow private addresses too when *local*."""
        super().__init__(trust_env=False, limits=limits or httpx.Limits())
        self._choose = partial(choose, local=local, resolver=resolver)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* to the address its host name has now."""
        address = self._choose(request.url.host, _port(request.url))
        return super().handle_request(_pinned(request, address))


class AsyncSafeTransport(httpx.AsyncHTTPTransport):
    """Connects only to addresses `choose` allows; use one client per peer."""

    def __init__(
        self, *, local: bool, limits: httpx.Limits | None = None, resolver: Resolver = resolve
    ) -> None:
        """Allow private addresses too when *local*."""
        super().__init__(trust_env=False, limits=limits or httpx.Limits())
        self._choose = partial(choose, local=local, resolver=resolver)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* to the address its host name has now."""
        look = sync_to_async(self._choose, thread_sensitive=False)
        address = await look(request.url.host, _port(request.url))
        return await super().handle_async_request(_pinned(request, address))
