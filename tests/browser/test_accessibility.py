"""axe-core finds nothing on any page, in both languages, light and dark, narrow and wide.

The pages are found by following links from the first page, as a visitor and as each role of
the demonstration, and by the addresses of the URL configuration that need no words.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, sign_in

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
ROLES = (None, "officer", "administrator")
WIDTHS = (320, 1280)
# The theme changes colours and nothing else, so the dark one is asked about colours.
THEMES = {"light": {"runOnly": RULES}, "dark": {"runOnly": COLOUR_RULES}}
ENDS_THE_SESSION = "account_logout"
MOST_PAGES = 400


class Violation(TypedDict):
    """What axe says."""

    id: str
    nodes: list[dict[str, object]]


pytestmark = [
    pytest.mark.promise("accessibility"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm ci in frontend/)"),
]


def plain_addresses(language: str) -> Iterator[str]:
    """Yield the pages of the URL configuration whose address is fixed."""
    for prefix, pattern in _walk(get_resolver().url_patterns, ""):
        route = prefix + str(pattern.pattern)
        if "<" not in route and "^" not in route and pattern.name != ENDS_THE_SESSION:
            yield f"/{route.replace('en/', f'{language}/', 1)}"


def _walk(
    patterns: list[URLPattern | URLResolver], prefix: str
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif prefix.startswith("en/"):
            yield prefix, pattern


def route_of(path: str) -> str | None:
    """Return the route *path* belongs to, without its language; None when it is not ours."""
    try:
        match = resolve(f"/en/{path.split('/', 2)[2]}")
    except (Resolver404, IndexError):
        return None
    return None if match.url_name == ENDS_THE_SESSION else match.route


def pages(page: Page, address: str, language: str) -> Iterator[str]:
    """Open one page of every route that can be reached, and yield its path once it is open."""
    waiting, seen = [f"/{language}/", *plain_addresses(language)], set[str | None]({None})
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if route_of(path) in seen or not path.startswith(f"/{language}/"):
            continue
        seen.add(route_of(path))
        if not _opens_a_page(page, f"{address}{path}"):
            continue
        opened = urlsplit(page.url).path
        if opened == path or route_of(opened) not in seen:
            seen.add(route_of(opened))
            yield opened
            waiting += links(page, address)


def _opens_a_page(page: Page, url: str) -> bool:
    """Open *url*; a file, data for machines or an empty answer to a GET is no page."""
    led_to = page.request.get(url, max_redirects=0).headers.get("location", "")
    if urlsplit(led_to).netloc not in {"", urlsplit(url).netloc}:
        return False  # a file of the films' own host
    answer = page.request.get(url)
    if "text/html" not in answer.headers.get("content-type", "") or not answer.body():
        return False
    page.goto(url, wait_until="load")
    return True


def links(page: Page, address: str) -> list[str]:
    """Return the paths of this node that the page leads to."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return [urlsplit(url).path for url in found if url.startswith(f"{address}/")]


def problems(page: Page, path: str) -> Iterator[str]:
    """Yield what axe finds on the open page, in both themes and at both widths."""
    for theme, rules in THEMES.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # a key of THEMES
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            yield from (
                f"{path} {theme} {width}: {found['id']} {found['nodes'][0]['target']}"
                for found in violations(page, rules)
            )
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                yield f"{path} {theme} {width}: scrolls sideways"


def violations(page: Page, rules: dict[str, list[str]]) -> list[Violation]:
    """Run axe in the page; the script enters by the debugger, since the page allows no other."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
    # Preloading reads every style sheet again, for experimental rules that are not asked for.
    options = {**rules, "resultTypes": ["violations"], "preload": False}
    found: list[Violation] = page.evaluate("options => axe.run(options)", options)["violations"]
    return found


@pytest.fixture(scope="module")
def known() -> set[str]:
    """What was checked before: roles see many pages alike."""
    return set()


def content(page: Page) -> str:
    """Return what the page shows, without the tokens that differ at every request."""
    html: str = page.inner_html("main")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible(
    chromium: Browser, demo: Demo, known: set[str], role: str | None, language: str
) -> None:
    page = chromium.new_page()
    if role:
        sign_in(page, demo.paris, f"{role}@paris.demo.invalid", demo.password)
    reached: list[str] = []
    found: list[str] = []
    for path in pages(page, demo.paris, language):
        reached.append(path)
        if content(page) not in known:
            known.add(content(page))
            found += problems(page, path)
    page.close()

    assert found == []
    assert len(reached) >= 5


def test_a_form_with_problems_is_accessible(chromium: Browser, demo: Demo) -> None:
    page = chromium.new_page()
    page.goto(f"{demo.paris}/en/account/signup/")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_label("Password", exact=True).fill("short")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("main").get_by_role("button", name="Sign Up", exact=True).click()
    summary = page.get_by_role("alert")

    expect(summary).to_contain_text("Please correct the following")
    assert list(problems(page, "/en/account/signup/")) == []
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.matches('input[aria-invalid=true]')")
    page.close()
