"""Two cities with a node, a browser and a call that both know, for benchmarks and tests.

The booking is written into both databases as its records would leave it there; how bookings come
about is not what is measured with this.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Browser, Page, Playwright

from benchmarks.call_pages import CAMERA
from benchmarks.lines import Pair
from benchmarks.nodes import RealNode
from benchmarks.result import say

PATIENCE_MS = 30_000
READY = "live-room[data-ready]"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
_PERSON = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from jumelage.bridge.api import me, peers
from jumelage.directory.services import open_account
name = {name!r}
person = open_account(email=f"{{name.replace(' ', '-').lower()}}@bench.invalid", name=name,
                      language="en", roles={roles!r})
account = person.user
session = SessionStore()
session[SESSION_KEY] = str(account.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = account.get_session_auth_hash()
session.save()
answer = {{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key,
          "origin": me().origin}}
"""
_CALL = """
from datetime import timedelta
from jumelage.components.rooms.models import Occurrence
from jumelage.directory.models import Resource
from jumelage.kit import clock
now = clock.now().replace(second=0, microsecond=0)
for uri, name in {rooms!r}.items():
    Resource.objects.create(uri=uri, origin=uri.split(":")[1], recorded_at=now, capacity=8,
        name={{"en": name, "fr": name}}, city="bench", time_zone="UTC")
room, twin = {rooms!r}
Occurrence.objects.create(uri={uri!r}, series={uri!r}, number=1, room_id=room, twin_room_id=twin,
    starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=3), state="confirmed")
answer = True
"""


Cookie = dict[str, Any]


@dataclass
class City:
    """A node, and a browser of the same city that is signed in."""

    node: RealNode
    cookie: Cookie
    browser: Browser

    def page(self, address: str, cookie: Cookie | None = None, ready: str = READY) -> Page:
        """Open *address* with a camera that draws the time, as the officer or who has *cookie*."""
        cookie = cookie or self.cookie
        context = self.browser.new_context(viewport={"width": 1024, "height": 700})
        named = {key: cookie[key] for key in ("name", "value")}
        context.add_cookies([{**named, "url": self.node.url}])  # type: ignore[typeddict-item]
        context.add_init_script(CAMERA)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: say(f"{self.node.slug}: {error}"))
        page.goto(f"{self.node.url}{address}")
        page.locator(ready).wait_for()
        return page


def signed_in(node: RealNode, name: str, roles: Sequence[str] = ("officer",)) -> Cookie:
    """Open an account at *node* and return the cookie of its session, and the node's origin."""
    told = node.python(_PERSON.format(name=name, roles=list(roles)))
    return cast("Cookie", told)


@contextmanager
def cities(pair: Pair, driver: Playwright, folder: Path) -> Iterator[tuple[list[City], str]]:
    """Give both cities with their browsers, and the address of the call both know."""
    named = ((pair.paris, "Officer of Paris"), (pair.sf, "Officer of San Francisco"))
    cookies = [signed_in(node, name) for node, name in named]
    origins = [cookie["origin"] for cookie in cookies]
    rooms = {f"jumelage:{origin}:{'r' * 26}": "Salle" for origin in origins}
    uri = f"jumelage:{origins[0]}:{'c' * 26}"
    for node, _ in named:
        node.python(_CALL.format(rooms=rooms, uri=uri))
    pair.start()
    with ExitStack() as held:
        made = []
        for (node, _), cookie in zip(named, cookies, strict=True):
            browser = _browser(driver, node, folder / f"chromium-{node.slug}")
            held.callback(browser.close)
            made.append(City(node, cookie, browser))
        yield made, f"/en/rooms/calls/{uri}/"


def _browser(driver: Playwright, node: RealNode, wrapper: Path) -> Browser:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    within = " ".join(node.within)
    wrapper.write_text(f'#!/bin/sh\nexec {within} {chromium} "$@"\n')
    wrapper.chmod(0o700)
    trusted = f"--unsafely-treat-insecure-origin-as-secure={node.url}"
    return driver.chromium.launch(executable_path=wrapper, args=[*FLAGS, trusted])
