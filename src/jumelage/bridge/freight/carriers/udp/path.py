"""Where the answers go: the address that proved it can hear us, and no other.

The first address is answered at once, but with fewer bytes than came from it until it has sent
back a challenge; an authenticated datagram that is newest and comes from elsewhere makes that place
a candidate, which is followed only when the challenge comes back from there.
Source: RFC 9000, sections 8 and 9 (address validation, connection migration).
"""

import hmac
import os

Address = tuple[object, ...]

CHALLENGE_EVERY = 0.25
TOKEN_BYTES = 8


class Path:
    """The address of one sender."""

    def __init__(self) -> None:
        self.address: Address | None = None
        """Where answers go; None before the first true datagram."""
        self.proved = False
        self._came = 0
        self._went = 0
        self._candidate: Address | None = None
        self._candidate_came = 0
        self._candidate_went = 0
        self._token = b""
        self._asked = -CHALLENGE_EVERY

    def heard(self, address: Address, length: int, now: float, *, newest: bool = True) -> None:
        """Note *length* authenticated bytes from *address*; *newest*: no later packet came before."""
        if self.address is None:
            self.address = address
            self._token = os.urandom(TOKEN_BYTES)
        if address == self.address:
            self._came += length
            if newest and self._candidate is not None and now - self._asked > 1.0:
                self._candidate = None
        elif address == self._candidate:
            self._candidate_came += length
        elif newest and self._candidate is None:
            self._candidate, self._candidate_came, self._candidate_went = address, length, 0
            self._token = os.urandom(TOKEN_BYTES)
            self._asked = now - CHALLENGE_EVERY

    def challenge(self, now: float) -> tuple[bytes, Address] | None:
        """Return a token and where to send it, when it is time to ask."""
        target = self._candidate or (None if self.proved else self.address)
        if target is None or now - self._asked < CHALLENGE_EVERY:
            return None
        self._asked = now
        return self._token, target

    def answered(self, token: bytes, address: Address) -> None:
        """Take what came back for a challenge."""
        if not self._token or not hmac.compare_digest(token, self._token):
            return
        if address == self._candidate:
            self.address, self._candidate = address, None
            self.proved = True
        elif address == self.address and self._candidate is None:
            self.proved = True

    def affords(self, length: int, address: Address) -> bool:
        """Tell whether *length* bytes may go to *address*, and count them."""
        if address == self._candidate:
            if self._candidate_went + length > self._candidate_came:
                return False
            self._candidate_went += length
            return True
        if not self.proved and self._went + length > self._came:
            return False
        self._went += length
        return True
