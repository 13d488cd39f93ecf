"""The Stage and Health pages on a real stage: the check button with its result, the patch, views by touch, the log."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from tests.e2e.patience import PATIENCE_S, until
from tests.e2e.test_look_page import SMALL, TABLET, Running, browser, stage

__all__ = ["browser", "stage"]


@contextmanager
def opened(browser: Browser, stage: Running, at: str, viewport: dict[str, int] = TABLET) -> Iterator[Page]:
    """The page once it is connected (before that no key gives a command), that makes no error meanwhile."""
    page = browser.new_page(viewport=viewport, has_touch=True)  # type: ignore[arg-type]  # a TypedDict of playwright
    page.set_default_timeout(PATIENCE_S * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{stage.url}#{at}")
    try:
        expect(page.locator("main:not(.is-old)")).to_be_visible()
        yield page
        assert errors == []
    finally:
        page.close()


@pytest.fixture
def page(browser: Browser, stage: Running) -> Iterator[Page]:
    with opened(browser, stage, "stage") as page:
        yield page


def seen(page: Page) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(page.locator(".stage3d").screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def settled(page: Page) -> NDArray[np.uint8]:
    """The view once two pictures in succession are alike: it turns no more. The walls in it may live on, by so little
    that a turn of the view is ten times as much."""
    last = seen(page)
    given_up = time.monotonic() + PATIENCE_S
    while np.abs((picture := seen(page)).astype(int) - last).mean() > 0.2:
        assert time.monotonic() < given_up, "the view never stands still"
        last = picture
    return last


def colours(picture: NDArray[np.uint8]) -> int:
    """How many different colours, a step of 16 apart."""
    return len(np.unique(picture.reshape(-1, 3) // 16, axis=0))


def test_the_walls_carry_live_pictures_and_the_view_turns_by_touch(page: Page) -> None:
    expect(page.locator('.patch [data-output="main"]')).to_contain_text("live")
    page.get_by_role("button", name="Camera a", exact=True).tap()
    until("the wall's live picture fills the camera's view", lambda: colours(seen(page)) > 60)
    stage_view = page.get_by_role("button", name="Stage", exact=True)
    stage_view.tap()
    expect(stage_view).to_have_attribute("aria-pressed", "true")
    before = settled(page).astype(int)
    box = page.locator(".stage3d").bounding_box()
    assert box is not None
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        point = {"x": x + 20 * step, "y": y}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until("the view has turned", lambda: np.abs(seen(page) - before).mean() > 2.0)
    page.locator("body").press("v")
    expect(page.get_by_role("button", name="Top", exact=True)).to_have_attribute("aria-pressed", "true")


def test_the_patch_says_where_every_signal_goes(page: Page) -> None:
    main = page.locator('.patch [data-output="main"]')
    for words in ("960 × 540 px", "offscreen", "main/all", "live"):
        expect(main).to_contain_text(words)
    tracker = page.locator('.patch [data-source="tracker-a"]')
    for words in ("freed", "127.0.0.1:", "camera a", "LIVE"):
        expect(tracker).to_contain_text(words)


def test_the_check_button_proves_the_stage_and_its_pictures_are_shown(page: Page, stage: Running) -> None:
    page.locator("body").press("k")
    expect(page.locator(".check-button")).to_contain_text("running for")
    refused = page.request.post(f"{stage.url}api/check")
    assert (refused.status, "already running" in refused.json()["text"]) == (409, True)
    report = page.locator(".check-report")
    expect(report).to_have_attribute("data-passed", "true")
    expect(report).to_contain_text("PASSED")
    for name, limit in (("parallax on main, mean", 0.01), ("parallax on side, p99", 0.05)):
        cells = report.locator(f'tr[data-figure="{name}"] td').all_inner_texts()
        assert float(cells[0]) <= limit
    covered = report.locator('tr[data-figure="picture covered by inner view"] td')
    assert covered.all_inner_texts()[:2] == ["100", "\u2265 100"]
    expect(report).to_contain_text(re.compile(r"p50 \d+.* ms, p99 \d+.* ms"))
    sizes = "(all) => all.map((one) => one.naturalWidth)"
    page.wait_for_function(
        f"() => ({sizes})([...document.querySelectorAll('.check-pictures img')]).every((w) => w > 99)"
    )
    page.get_by_role("button", name="Error on wall main").tap()
    expect(page.locator("dialog img")).to_be_visible()
    page.locator("dialog").press("Escape")
    kept = json.loads((stage.run_dir / "check" / "result.json").read_text())
    assert kept["document"]["good"] is True
    page.reload()
    expect(page.locator(".check-report")).to_contain_text("ago")


def test_a_check_is_cancelled_and_the_result_before_stays(page: Page) -> None:
    button = page.locator(".check-button button")
    button.tap()
    expect(button).to_contain_text("Cancel")
    button.tap()
    expect(page.locator(".check-problem")).to_contain_text("was cancelled")
    expect(page.locator(".check-report")).to_contain_text("PASSED")


def test_health_tells_sets_processes_commands_and_an_hour(browser: Browser, stage: Running, tmp_path: Path) -> None:
    with opened(browser, stage, "health") as page:
        stage.give("look.recall", preset="dusk")
        log = page.locator(".log li")
        expect(log.first).to_contain_text("Preset")
        expect(log.first).to_contain_text("dusk")
        expect(log.first).to_contain_text("@127.0.0.1")
        on_air = page.locator('[data-set="boxes"]')
        expect(on_air).to_contain_text("ready")
        expect(on_air).to_contain_text("ON AIR")
        render = page.locator('[data-role="render"]')
        expect(render).to_contain_text("running")
        expect(render).to_contain_text("%")
        page.locator("body").press("g")
        expect(page.locator(".panel-graphs h2")).to_have_text("Last hour")
        expect(page.locator(".graph canvas")).to_have_count(4)
        page.get_by_role("button", name="2 min").tap()
        expect(page.locator(".panel-graphs h2")).to_have_text("Last two minutes")
        drawn = """() => [...document.querySelectorAll('.graph canvas')].map((c) =>
            c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v, i) => i % 4 === 0 && v > 80))"""
        assert page.evaluate(drawn) == [True] * 4


def test_every_page_by_touch_and_by_key_and_the_list_of_keys(browser: Browser, stage: Running) -> None:
    with opened(browser, stage, "shoot") as page:
        for name in ("Look", "Stage", "Health", "Shoot"):
            page.get_by_role("link", name=name, exact=True).tap()
            expect(page.locator("body")).to_have_attribute("data-page", name.lower())
        page.locator("body").press(".")
        expect(page.locator("body")).to_have_attribute("data-page", "look")
        page.locator("body").press(",")
        expect(page.locator("body")).to_have_attribute("data-page", "shoot")
        page.locator("body").press("?")
        expect(page.locator(".key-list")).to_contain_text("walls black, or back to the picture")
        page.locator("dialog").press("b")
        assert not stage.air()["show"]["black"]
        page.locator("dialog").press("Escape")
        expect(page.locator(".key-list")).to_have_count(0)


def test_hold_black_and_pattern_from_every_page_are_seen_from_afar(browser: Browser, stage: Running) -> None:
    for at in ("shoot", "look", "stage", "health"):
        with opened(browser, stage, at) as page:
            for key, word in (("h", "HELD"), ("b", "BLACK"), ("p", "PATTERN bars")):
                page.locator("body").press(key)
                expect(page.locator(".cover")).to_contain_text(word)
                page.locator("body").press(key)
                expect(page.locator(".cover")).to_have_count(0)


@pytest.mark.parametrize("viewport", [TABLET, SMALL], ids=["1280x800", "1024x768"])
@pytest.mark.parametrize("at", ["stage", "health"])
def test_the_page_does_not_scroll_and_its_buttons_are_large_enough(
    browser: Browser, stage: Running, at: str, viewport: dict[str, int]
) -> None:
    with opened(browser, stage, at, viewport) as page:
        assert page.evaluate("document.documentElement.scrollHeight") <= viewport["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        small = """() => [...document.querySelectorAll('main button, nav a, .switches button')]
            .map((e) => [e.textContent, e.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && box.height < 43.5)
            .map(([name, box]) => `${name} ${box.height}`)"""
        assert page.evaluate(small) == []
