"""What this machine's kernel lets a carrier do: congestion control, buffers, offload.

An unprivileged process may only choose the congestion control that `tcp_allowed_congestion_control`
lists, so what counts is whether a socket accepts it, not what the kernel has.
"""

import contextlib
import socket
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jumelage.bridge.freight.carriers.base import Policy
from jumelage.bridge.freight.carriers.yielding import Trip

BBR = b"bbr"
PROC = Path("/proc/sys/net")
TCP_CONGESTION = getattr(socket, "TCP_CONGESTION", 13)
TCP_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", 25)
SOL_UDP = 17
UDP_SEGMENT = 103
UDP_GRO = 104
SO_TIMESTAMPNS = 35
"""Ask when the kernel received a datagram: a busy machine reads it later, that is no queue."""
SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
IP_MTU_DISCOVER = 10
IPV6_MTU_DISCOVER = 23
PMTUDISC_PROBE = 3
SO_MAX_PACING_RATE = 47
NO_PACE = (1 << 64) - 1
MARKS: dict[Policy, int] = {"background": 0b000001, "normal": 0b001010, "deadline": 0b010010}
"""Code points by policy: LE, which routers serve last; AF11 and AF21, data that is let through.

Source: RFC 8622 (LE), RFC 4594, section 4 (AF1x: high throughput, AF2x: low latency).
"""


@dataclass(frozen=True)
class Tuning:
    """What a person may want to know about this machine."""

    bbr: bool
    """Whether a TCP connection of this process may use BBR."""
    receive_most: int
    """Bytes that one TCP connection may hold on receiving; 0 when not known."""
    send_most: int
    datagram_buffer: int
    """Bytes a datagram socket may hold on receiving without privilege; 0 when not known."""

    @property
    def advice(self) -> tuple[str, ...]:
        """Lines for /etc/sysctl.d that would make TCP faster; empty when there is nothing to do."""
        lines = []
        if not self.bbr:
            lines.append("net.ipv4.tcp_allowed_congestion_control = reno cubic bbr")
        if 0 < self.receive_most < 64 << 20:
            lines.append("net.ipv4.tcp_rmem = 4096 131072 67108864")
        if 0 < self.send_most < 64 << 20:
            lines.append("net.ipv4.tcp_wmem = 4096 65536 67108864")
        if 0 < self.datagram_buffer < 4 << 20:
            lines.append("net.core.rmem_max = 8388608")
        return tuple(lines)


@cache
def bbr_allowed() -> bool:
    """Tell whether a socket of this process accepts BBR."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        try:
            trial.setsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, BBR)
        except OSError:  # not listed, not loaded, or not Linux
            return False
    return True


def tuning() -> Tuning:
    """Read what this machine allows."""
    return Tuning(
        bbr=bbr_allowed(),
        receive_most=_last("ipv4/tcp_rmem"),
        send_most=_last("ipv4/tcp_wmem"),
        datagram_buffer=_last("core/rmem_max"),
    )


def _last(name: str) -> int:
    try:
        return int((PROC / name).read_text("ascii").split()[-1])
    except (OSError, ValueError, IndexError):
        return 0


def for_bulk(stream: socket.socket, *, bbr: bool) -> None:
    """Set *stream* up for bulk: BBR where it may, little unsent data in the kernel.

    Few unsent bytes mean that a parcel is given to a connection only when it can leave, so that
    no slow connection sits on parcels which others could have taken.
    """
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    options = [(TCP_NOTSENT_LOWAT, struct.pack("I", 512 * 1024))]
    if bbr:
        options.append((TCP_CONGESTION, BBR))
    for option, value in options:
        with contextlib.suppress(OSError):
            stream.setsockopt(socket.IPPROTO_TCP, option, value)


def round_trip(stream: socket.socket) -> tuple[float, int, int]:
    """Return (smoothed round trip in seconds, packets sent, packets sent again) of *stream*.

    Source: struct tcp_info of Linux: tcpi_rtt, tcpi_total_retrans, tcpi_segs_out.
    """
    try:
        info = stream.getsockopt(socket.IPPROTO_TCP, 11, 192)
    except OSError:
        return 0.0, 0, 0
    if len(info) < 144:
        return 0.0, 0, 0
    (rtt,) = struct.unpack_from("I", info, 68)
    (again,) = struct.unpack_from("I", info, 100)
    (sent,) = struct.unpack_from("I", info, 136)
    return rtt / 1e6, sent, again


def trip(stream: socket.socket) -> Trip:
    """Return what the kernel says of *stream*; zeros where it says nothing.

    Source: struct tcp_info of Linux: tcpi_rtt, tcpi_min_rtt, tcpi_delivery_rate.
    """
    try:
        info = stream.getsockopt(socket.IPPROTO_TCP, 11, 192)
    except OSError:
        info = b""
    if len(info) < 168:
        return Trip(0.0, 0.0, 0.0)
    (smoothed,) = struct.unpack_from("I", info, 68)
    (least,) = struct.unpack_from("I", info, 148)
    (delivered,) = struct.unpack_from("Q", info, 160)
    return Trip(smoothed / 1e6, least / 1e6, float(delivered))


def pace(stream: socket.socket, rate: int) -> None:
    """Let *stream* leave with at most *rate* bytes a second, where the kernel can."""
    with contextlib.suppress(OSError):
        stream.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, struct.pack("Q", rate))


def mark(sock: socket.socket, policy: Policy) -> None:
    """Tell routers on the way how to serve what leaves *sock*."""
    traffic_class = MARKS[policy] << 2
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, traffic_class)
    if sock.family == socket.AF_INET6:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, traffic_class)


def enlarge(datagrams: socket.socket, size: int = 8 << 20) -> None:
    """Give a datagram socket buffers of *size*, or of as much as the kernel allows."""
    for force, plain in (
        (SO_RCVBUFFORCE, socket.SO_RCVBUF),
        (SO_SNDBUFFORCE, socket.SO_SNDBUF),
    ):
        try:
            datagrams.setsockopt(socket.SOL_SOCKET, force, size)
        except OSError:  # without privilege, or not Linux
            with contextlib.suppress(OSError):
                datagrams.setsockopt(socket.SOL_SOCKET, plain, size)
