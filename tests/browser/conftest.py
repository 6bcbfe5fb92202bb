"""Both demonstration cities as one real process, and Debian's Chromium."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tools.ports import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FILMING = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-gpu",
)
"""A moving pattern at 20 frames a second with beeps, and nobody is asked for permission."""
# Playwright keeps an event loop in this thread; the tests here use no database of their own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@dataclass(frozen=True)
class Demo:
    """The demonstration as `jumelage demo --json` tells it, addresses without a last slash."""

    paris: str
    san_francisco: str
    password: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start both demonstration cities on free ports, and stop them at the end."""
    options = ["--paris-port", str(free_port()), "--san-francisco-port", str(free_port()), "--json"]
    options += ["--films-host", "films.localhost"]  # the stricter of both ways: another origin
    folder = ["--folder", str(tmp_path_factory.mktemp("demo"))]
    command = [str(Path(sys.executable).with_name("jumelage")), "demo", *folder, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _told(process)
        finally:
            process.terminate()
            process.wait(15)


def _told(process: subprocess.Popen[str]) -> Demo:
    """Read the JSON the command prints when both cities answer; it ends with a lone brace."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            break
    told = json.loads("".join(lines))
    assert "cities" in told, told
    addresses = {slug: address.rstrip("/") for slug, address in told["cities"].items()}
    return Demo(addresses["paris"], addresses["san-francisco"], told["password"])


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Start what drives browsers; there can be only one of it in a thread."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Start the machine's Chromium once for all browser tests."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def filming(driver: Playwright) -> Iterator[Browser]:
    """Start a Chromium that has a camera and a microphone, and lets pages use them."""
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *FILMING])
    yield browser
    browser.close()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """Sign the person *email* in at the node *address*, in English."""
    page.goto(f"{address}/en/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)
