"""Every page at every width from a phone's to a large screen's: nothing is cut off, and what must be touched can be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from stage.messages.commands import Slate
from tests.e2e.patience import PATIENCE_S
from tests.e2e.widths.full_console import AIR, FullConsole
from tools.dev.build_console import DIST, WEB, build, run_npm
from tools.dev.chromium import chromium

SIZES = ((360, 740), (390, 844), (768, 1024), (1024, 768), (1280, 800), (1920, 1080), (2560, 1440), (3840, 2160))
PAGES = ("shoot", "look", "takes", "stage", "health", "phone")
CUT_OFF = """
() => {
  const found = [];
  const name = (el) => `${el.tagName.toLowerCase()}.${el.className} "${(el.textContent || "").trim().slice(0, 40)}"`;
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) found.push(`the page is ${wide} px wide`);
  for (const el of document.querySelectorAll("button, a, input, select, h2, th, dt, strong, .mark, .figure-value")) {
    const box = el.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || getComputedStyle(el).visibility === "hidden") continue;
    if (el.tagName === "BUTTON" && el.scrollWidth > el.clientWidth + 1) found.push(`${name(el)}: its text is cut`);
    let [x, y] = [true, true];
    for (let up = el.parentElement; up && (x || y); up = up.parentElement) {
      const style = getComputedStyle(up);
      const around = up.getBoundingClientRect();
      if (style.position === "fixed") break;
      if (/auto|scroll/.test(style.overflowX) && up.scrollWidth > up.clientWidth) x = false;
      if (/auto|scroll/.test(style.overflowY) && up.scrollHeight > up.clientHeight) y = false;
      const hides = /hidden|clip/;
      if (x && hides.test(style.overflowX) && (box.left < around.left - 1 || box.right > around.right + 1))
        found.push(`${name(el)} is cut by ${up.className || up.id} at its side`);
      if (y && hides.test(style.overflowY) && (box.top < around.top - 1 || box.bottom > around.bottom + 1))
        found.push(`${name(el)} is cut by ${up.className || up.id} above or below`);
    }
    if (x && (box.left < -1 || box.right > window.innerWidth + 1)) found.push(`${name(el)} is beyond the edge`);
  }
  return [...new Set(found)].slice(0, 12);
}
"""


@pytest.fixture(scope="module")
def console() -> Iterator[FullConsole]:
    build(WEB, DIST, run_npm)
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder, FullConsole(Path(folder)) as console:
        yield console


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page(browser: Browser, console: FullConsole) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    page.goto(console.url)
    expect(page.locator(".alert-count")).to_be_visible()
    yield page
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off(page: Page, tmp_path: Path, width: int, height: int, name: str) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{page.url.partition('#')[0]}#{name}")
    expect(page.locator(f"main.{name}-page")).to_be_visible()
    page.screenshot(path=str(tmp_path / f"{name}-{width}.png"))
    found: list[Any] = page.evaluate(CUT_OFF)
    assert found == []


def test_a_phone_begins_with_what_a_hand_needs_and_it_is_on_the_screen(browser: Browser, console: FullConsole) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    page.goto(console.url)
    expect(page.locator("main")).to_have_class("phone-page")
    expect(page.locator(".alert strong").first).to_be_visible()
    for selector in (".health-headline", ".phone-figures", ".phone-cue", ".phone-switches .switch-hold"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844, selector
    for kind in ("hold", "black"):
        box = page.locator(f".phone-switches .switch-{kind}").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 64
    context.close()


def test_letters_grow_with_the_screen(page: Page) -> None:
    sizes = []
    for width, height in SIZES[4:]:
        page.set_viewport_size({"width": width, "height": height})
        sizes.append(float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")))
    assert sizes == sorted(sizes)
    assert sizes[-1] >= 2 * sizes[0]


def test_why_a_preset_is_broken_is_read_by_touch_and_whole(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{page.url.partition('#')[0]}#shoot")
    page.locator('[data-preset="broken"]').click()
    reason = page.locator(".preview-problem")
    expect(reason).to_contain_text("colour")
    assert page.evaluate("(el) => el.scrollWidth <= el.clientWidth", reason.element_handle())
    page.locator(".preview-back").click()


def test_while_a_take_rolls_its_locks_are_seen(page: Page, console: FullConsole) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{page.url.partition('#')[0]}#shoot")
    page.get_by_role("tab", name="Sets", exact=True).click()
    expect(page.locator(".set-tile.is-locked")).to_have_count(0)
    console.air = replace(AIR, slate=Slate("27B", 4, rolling=True, since_ns=1))
    expect(page.locator(".set-tile.is-locked").first).to_be_visible()
    page.locator(".set-tile").first.click()
    expect(page.locator(".preview-problem")).to_contain_text("a take is rolling")
    expect(page.locator(".preview .go")).to_be_disabled()
    page.locator(".preview-back").click()
    expect(page.locator(".switch-black")).to_be_enabled()
    console.air = AIR
    expect(page.locator(".set-tile.is-locked")).to_have_count(0)
    page.get_by_role("tab", name="Presets", exact=True).click()


def test_a_number_key_recalls_its_preset_from_every_tab(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{page.url.partition('#')[0]}#shoot")
    for tab in ("Sets", "Presets"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator("body").click(position={"x": 2, "y": 2})
        with page.expect_request("**/api/commands/look.recall") as given:
            page.keyboard.press("4")
        assert '"preset":"dusk"' in str(given.value.post_data).replace(" ", "")
