"""The grid of shots and tasks without a mouse: one stop of Tab, arrows, choosing, doing it to many."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, sign_in

PATIENCE_MS = 30_000


@pytest.fixture
def grid(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """Open the shots of the film as the officer of Paris, who coordinates it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, demo.paris, "officer@paris.demo.invalid", demo.password)
    page.goto(f"{demo.paris}/en/studio/")
    page.get_by_role("main").get_by_role("link", name="Le Gardien").first.click()
    page.get_by_role("main").locator("a[href$='/grid/']").first.click()
    page.get_by_role("grid").wait_for()
    yield page
    context.close()


def where(page: Page) -> tuple[int, int]:
    """Return the row and the cell of the element that has the focus."""
    row, cell = page.evaluate(
        "() => { const cell = document.activeElement.closest('td, th');"
        " return [cell.parentElement.sectionRowIndex, cell.cellIndex]; }"
    )
    return int(row), int(cell)


def chosen(page: Page) -> int:
    """Return how many tasks are chosen."""
    return page.locator("input[name=task]:checked").count()


def press(page: Page, *keys: str) -> None:
    """Press *keys*, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_grid_is_walked_and_chosen_from_by_keyboard(grid: Page) -> None:
    stops = grid.locator("task-grid [tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    press(grid, "ArrowRight", "ArrowRight", "ArrowDown")
    assert where(grid) == (1, 3)
    press(grid, "Shift+ArrowDown", "Shift+ArrowDown")
    assert (where(grid), chosen(grid)) == ((3, 3), 3)
    expect(grid.locator("[data-chosen]")).to_have_text("chosen: 3")
    assert grid.locator("td[aria-selected=true]").count() == 3
    press(grid, "Escape")
    assert chosen(grid) == 0
    press(grid, "Control+Space")
    rows = grid.locator("task-grid tbody tr").count()
    assert chosen(grid) == rows
    press(grid, "Control+End")
    assert where(grid)[0] == rows - 1
    press(grid, "Home", "Space")
    expect(grid.locator("input[name=entity]").last).to_be_checked()
    press(grid, "ArrowRight", "Enter")
    expect(grid).to_have_url(re.compile("/entities/"))


def test_what_is_chosen_by_keyboard_is_changed_together(grid: Page) -> None:
    grid.locator("task-grid [tabindex='0']").focus()
    press(grid, "End", "Space", "Shift+ArrowDown")
    assert chosen(grid) == 2
    status = grid.locator("#bulk select[name=status]")
    press(grid, "Tab")
    expect(status).to_be_focused()
    status.select_option(index=2)
    grid.get_by_role("button", name="Do it to all that are chosen").press("Enter")
    expect(grid.get_by_role("status").filter(has_text="2")).to_be_visible()


def test_grid_renews_itself_and_keeps_what_is_chosen(grid: Page, demo: Demo) -> None:
    first, other = (grid.locator("tbody tr").nth(place) for place in (0, 1))
    stays = other.locator("input[name=task]").first
    stays.focus()
    press(grid, " ")
    grid.evaluate("document.querySelector('tbody').rows[1].dataset.same = 'yes'")
    before = first.inner_text()

    task = str(first.locator("td.task a").first.get_attribute("href"))
    talk = grid.context.new_page()
    talk.goto(f"{demo.paris}{task}")
    status = talk.locator("select[name=status]")
    standing = talk.locator("[data-live=standing]").inner_text()
    others = [
        option
        for option in status.locator("option:not([value=''])").all()
        if option.inner_text() not in standing
    ]
    status.select_option(str(others[0].get_attribute("value")))
    talk.get_by_role("button", name="Say it").first.click()
    talk.wait_for_load_state()

    expect(first).not_to_have_text(re.compile(re.escape(before)), timeout=PATIENCE_MS)
    expect(stays).to_be_checked()
    expect(stays).to_be_focused()
    assert other.get_attribute("data-same") == "yes"


def test_count_of_what_is_chosen_stays_when_the_columns_change(grid: Page) -> None:
    boxes = grid.locator("tbody input[name=task]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(grid.locator("[data-chosen]")).to_have_text("chosen: 2")
    grid.evaluate(
        "() => { document.querySelector('task-grid thead th:last-child').textContent = 'Before';"
        " const shown = document.querySelector('[data-live=rows]');"
        " shown.insertAdjacentHTML('beforeend', '<p data-again=\"1\">as before</p>');"
        " const line = document.querySelector('live-page');"
        " line.replaceWith(line.cloneNode(true)); }"
    )

    expect(grid.get_by_text("as before")).to_have_count(0, timeout=PATIENCE_MS)
    assert chosen(grid) == 2
    expect(grid.locator("[data-chosen]")).to_have_text("chosen: 2")


def test_grid_waits_while_somebody_fills_in_its_form(grid: Page, demo: Demo) -> None:
    grid.locator("#bulk [name=text]").fill("Half a sen")
    row = grid.locator("tbody tr").nth(0)
    before = row.inner_text()
    talk = grid.context.new_page()
    talk.goto(f"{demo.paris}{row.locator('td.task a').first.get_attribute('href')}")
    status = talk.locator("select[name=status] option:not([value=''])")
    standing = talk.locator("[data-live=standing]").inner_text()
    value = next(o.get_attribute("value") for o in status.all() if o.inner_text() not in standing)
    talk.locator("select[name=status]").select_option(value)
    with talk.expect_response(lambda answer: answer.request.method == "POST"):
        talk.get_by_role("button", name="Say it").first.click()
    for _ in range(2):  # the page asks again only after it left the first answer aside
        grid.wait_for_event("request", lambda asked: "/grid/" in asked.url, timeout=PATIENCE_MS)
    assert row.inner_text() == before

    grid.locator("#bulk [name=text]").fill("")
    grid.locator("#bulk [name=text]").blur()
    expect(row).not_to_have_text(re.compile(re.escape(before)), timeout=PATIENCE_MS)
