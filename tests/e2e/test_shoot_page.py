"""The Shoot page on a real stage, by touch and by keys: presets, preview before GO, sets, cues, slate, the switches."""

from __future__ import annotations

import json
import os
import re
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.patience import PATIENCE_S
from tests.e2e.test_look_page import SMALL, TABLET, Running, browser, stage

__all__ = ["browser", "stage"]

FINGER_PX = 44
"""The least size of what a finger is to hit (WCAG 2.5.5)."""
READABLE = 4.5
"""The least contrast of words (WCAG 1.4.3)."""
SHOW = {
    "title": "Small day",
    "scenes": [
        {
            "number": "1",
            "heading": "INT. STUDIO - DAY",
            "set": "boxes",
            "cues": [
                {"id": "1A", "title": "She comes in", "preset": "noon", "transition": {"duration_s": 0.0}},
                {"id": "1B", "title": "The light goes", "preset": "dusk", "notes": "On her second word"},
            ],
        },
        {"number": "2", "set": "marker_board", "cues": [{"id": "2A", "title": "The board"}]},
    ],
}
CONTRASTS = """
(selectors) => selectors.map((selector) => {
    const light = (css) => {
        const parts = css.match(/[0-9.]+/g).map(Number);
        const decoded = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        const linear = parts.slice(0, 3).map((c) => decoded(c / 255));
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const words = document.querySelector(selector);
    let ground = words;
    while (/, 0\\)$|transparent/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const [a, b] = [light(getComputedStyle(words).color), light(getComputedStyle(ground).backgroundColor)];
    return [selector, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
})
"""

COUNT_PICTURES = """
    window.live = { stills: 0, bitmaps: 0 };
    const counted = (owner, name, key, by) => {
        const real = owner[name];
        owner[name] = function (...given) { window.live[key] += by; return real.apply(this, given); };
    };
    counted(URL, "createObjectURL", "stills", 1);
    counted(URL, "revokeObjectURL", "stills", -1);
    counted(window, "createImageBitmap", "bitmaps", 1);
    counted(ImageBitmap.prototype, "close", "bitmaps", -1);
"""


@contextmanager
def opened(browser: Browser, stage: Running, viewport: dict[str, int] = TABLET) -> Iterator[Page]:
    """The page, that makes no error meanwhile."""
    page = browser.new_page(viewport=viewport, has_touch=True)  # type: ignore[arg-type]  # a TypedDict of playwright
    page.set_default_timeout(PATIENCE_S * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(stage.url)
    try:
        expect(tile(page, "dusk")).to_be_enabled()
        yield page
        assert errors == []
    finally:
        page.close()


@pytest.fixture
def page(browser: Browser, stage: Running) -> Iterator[Page]:
    air = stage.air()
    if air["slate"]["rolling"]:
        stage.give("shot.cut")
    stage.give("show.black", on=False)
    stage.give("show.hold", on=False)
    stage.give("show.pattern", name="")
    stage.give("look.recall", preset="neutral")
    stage.until(lambda: stage.air()["preset"] == "neutral")
    with opened(browser, stage) as page:
        yield page


def tile(page: Page, preset: str) -> Locator:
    return page.locator(f'[data-preset="{preset}"]')


def press(page: Page, key: str) -> None:
    page.locator("body").press(key)


def hold_finger_on(page: Page, button: Locator, until_seen: Locator) -> None:
    """A finger put on the button and kept there until something comes of it."""
    box = button.bounding_box()
    assert box is not None
    touch = page.context.new_cdp_session(page)
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(until_seen).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def with_the_show(stage: Running, page: Page) -> None:
    """The small day loaded by touch, before its first cue."""
    order = urllib.request.Request(f"{stage.url}api/shows/small", json.dumps(SHOW).encode(), method="PUT")
    order.add_header("Content-Type", "application/json")
    if "small" not in [show["name"] for show in stage.get("/api/shows")]:
        with urllib.request.urlopen(order) as answer:
            assert json.load(answer)["accepted"]
    stage.give("cue.load", cue_list="")
    page.get_by_role("tab", name="Cues").tap()
    page.locator('[data-show="small"]').tap()
    stage.until(lambda: stage.air()["cue_list"] == "small" and stage.air()["cue"] is None)
    expect(page.locator('[data-cue="1A"]')).to_be_visible()


@pytest.mark.parametrize("size", [TABLET, SMALL], ids=["1280x800", "1024x768"])
def test_nothing_scrolls_and_every_target_is_a_finger_wide(
    browser: Browser, stage: Running, size: dict[str, int]
) -> None:
    stage.give("cue.load", cue_list="")
    with opened(browser, stage, size) as page:
        for each in ("Presets", "Sets", "Cues"):
            tab = page.get_by_role("tab", name=each, exact=True)
            tab.tap()
            expect(tab).to_have_attribute("aria-selected", "true")
            inner = page.evaluate("[innerWidth, innerHeight]")
            root = "document.documentElement"
            assert page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == inner
            boxes = [(button.inner_text(), button.bounding_box()) for button in page.locator("button, nav a").all()]
            assert len(boxes) > 15
            small = [(text, box) for text, box in boxes if box and min(box["width"], box["height"]) < FINGER_PX]
            assert small == []
            outside = [(text, box) for text, box in boxes if box and box["y"] + box["height"] > inner[1]]
            assert outside == []
        for big in (".roll", ".cue-load"):
            box = page.locator(big).bounding_box()
            assert box is not None
            assert box["height"] > 60
        cut = """() => [...document.querySelectorAll('.shoot-foot button, .switch, .shelf-head button')]
            .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"""
        assert page.evaluate(cut) == []


def test_words_stand_out_from_their_ground(page: Page) -> None:
    words = [".roll", ".switch", ".take", ".shelf-tabs button", ".cue-load", ".pages a", ".glance-last", ".shelf-foot"]
    assert {name: ratio for name, ratio in page.evaluate(CONTRASTS, words) if ratio < READABLE} == {}


def test_a_preset_by_touch_and_by_key_is_on_air_and_its_fade_is_shown(page: Page, stage: Running) -> None:
    tile(page, "golden-hour").tap()
    expect(tile(page, "golden-hour").locator(".fade-bar")).to_be_visible()
    expect(tile(page, "golden-hour")).to_contain_text("ON AIR")
    expect(tile(page, "golden-hour")).to_contain_text("s left")
    expect(tile(page, "golden-hour").locator(".fade-bar")).to_have_count(0)
    press(page, "1")
    expect(tile(page, "neutral")).to_have_attribute("aria-pressed", "true")
    press(page, "u")
    stage.until(lambda: stage.air()["preset"] == "golden-hour")
    page.get_by_role("button", name="Redo").tap()
    stage.until(lambda: stage.air()["preset"] == "neutral")
    expect(page.locator(".glance-last")).to_contain_text("Redo")


def test_a_preset_changed_by_hand_is_marked(page: Page, stage: Running) -> None:
    stage.give("look.set", values={"exposure.ev": 0.5})
    expect(tile(page, "neutral")).to_contain_text("changed")
    expect(tile(page, "neutral")).to_have_attribute("aria-pressed", "false")


def test_a_held_finger_previews_and_only_go_brings_it_to_air(page: Page, stage: Running) -> None:
    dialog = page.get_by_role("dialog", name="Preview: Dusk")
    hold_finger_on(page, tile(page, "dusk"), until_seen=dialog)
    expect(dialog.locator("tbody tr").first).to_be_visible()
    assert stage.air()["preset"] == "neutral"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert stage.air()["preset"] == "neutral"
    tile(page, "dusk").click(button="right")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="GO").tap()
    stage.until(lambda: stage.air()["preset"] == "dusk")


def test_preview_by_keys(page: Page, stage: Running) -> None:
    press(page, "v")
    expect(page.locator(".look-first")).to_have_attribute("aria-pressed", "true")
    press(page, "4")
    expect(page.get_by_role("dialog", name="Preview: Dusk")).to_be_visible()
    assert stage.air()["preset"] == "neutral"
    page.keyboard.press("Enter")
    stage.until(lambda: stage.air()["preset"] == "dusk")
    expect(page.locator(".look-first")).to_have_attribute("aria-pressed", "false")


def test_a_broken_preset_says_so_and_does_nothing(page: Page, stage: Running) -> None:
    path = stage.run_dir.parent / "looks" / "bad.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('schema = "look/1"\n[look.exposure]\nev = "much"\n', encoding="utf-8")
    try:
        expect(tile(page, "bad")).to_contain_text("broken")
        tile(page, "bad").tap()
        dialog = page.get_by_role("dialog", name="Preview: bad")
        expect(dialog.locator(".preview-problem")).to_contain_text("name: is missing")
        expect(dialog.get_by_role("button", name="GO")).to_be_disabled()
        dialog.get_by_role("button", name="Back").tap()
    finally:
        path.unlink()
    expect(tile(page, "bad")).to_have_count(0)
    assert stage.air()["preset"] == "neutral"


def test_presets_have_their_pictures(page: Page) -> None:
    still = tile(page, "neutral").locator("img.still")
    expect(still).to_be_visible()
    page.wait_for_function("(image) => image.naturalWidth === 320", arg=still.element_handle())


def test_pictures_that_are_not_shown_are_let_go(browser: Browser, stage: Running) -> None:
    page = browser.new_page(viewport=TABLET)  # type: ignore[arg-type]  # a TypedDict of playwright
    page.add_init_script(COUNT_PICTURES)
    page.goto(stage.url)
    expect(page.locator("img.still").first).to_be_visible()
    for key in "ttt][" * 4:
        press(page, key)
    expect(page.locator("img.still").first).to_be_visible()
    page.wait_for_function("Number(document.querySelector('.card canvas').dataset.frame) > 0")
    live = page.evaluate("window.live")
    shown = page.locator("img.still").count()
    assert 0 < live["stills"] <= shown + 1
    assert 0 < live["bitmaps"] <= page.locator(".card").count() + 1
    page.close()


def test_go_touched_twice_goes_one_cue_on(page: Page, stage: Running) -> None:
    with_the_show(stage, page)
    go = page.locator(".cue-bar").get_by_role("button", name="GO")
    orders: list[Route] = []

    def on_the_way(order: Route) -> None:
        """The second order comes when the first has been obeyed, and the page does not know it yet."""
        orders.append(order)
        if len(orders) == 2:
            stage.until(lambda: stage.air()["cue"] == "1A")
        order.continue_()

    page.route("**/api/commands/cue.fire", on_the_way)
    go.evaluate("(button) => { button.click(); button.click(); }")
    expect(page.locator(".toast-refused")).to_contain_text("the cue on air is now 1A")
    assert stage.air()["cue"] == "1A"


def test_pages_of_the_grid_turn_by_touch_and_by_key(page: Page) -> None:
    expect(page.locator(".shelf-foot")).to_contain_text("page 1 of 2")
    first = page.locator("[data-preset]").first.get_attribute("data-preset")
    page.get_by_role("button", name="Next page").tap()
    expect(page.locator(".shelf-foot")).to_contain_text("page 2 of 2")
    expect(page.locator(f'[data-preset="{first}"]')).to_have_count(0)
    press(page, "[")
    expect(page.locator(f'[data-preset="{first}"]')).to_be_visible()


def test_a_set_says_that_it_is_not_ready_and_is_waited_for(page: Page, stage: Running) -> None:
    press(page, "t")
    board = page.locator('[data-set="marker_board"]')
    expect(page.locator('[data-set="boxes"]')).to_contain_text("ON AIR")
    expect(page.locator("[data-set]", has_text="not ready").first).to_be_visible()
    board.tap()
    stage.until(lambda: stage.air()["scene"] == "marker_board")
    expect(board).to_contain_text("ON AIR")
    page.locator('[data-set="boxes"]').tap()
    stage.until(lambda: stage.air()["scene"] == "boxes")


def test_cues_go_forward_back_and_by_a_jump(page: Page, stage: Running) -> None:
    with_the_show(stage, page)
    bar = page.locator(".cue-bar")
    expect(bar.locator(".cue-next")).to_contain_text("1A She comes in")
    bar.get_by_role("button", name="GO").tap()
    stage.until(lambda: stage.air()["cue"] == "1A" and stage.air()["preset"] == "noon")
    expect(bar.locator(".cue-note")).to_have_text("On her second word")
    press(page, "g")
    stage.until(lambda: stage.air()["cue"] == "1B" and stage.air()["preset"] == "dusk")
    expect(page.locator('[data-cue="1B"]')).to_contain_text("ON AIR")
    expect(page.locator('[data-cue="2A"]')).to_contain_text("next")
    press(page, "f")
    stage.until(lambda: stage.air()["cue"] == "1A")
    page.locator('[data-cue="2A"]').tap()
    dialog = page.get_by_role("dialog", name="Preview: The board")
    expect(dialog).to_contain_text("marker_board")
    assert stage.air()["cue"] == "1A"
    dialog.get_by_role("button", name="Mark as done").tap()
    expect(dialog.get_by_role("button", name="Done")).to_be_visible()
    dialog.get_by_role("button", name="GO").tap()
    stage.until(lambda: stage.air()["cue"] == "2A" and stage.air()["scene"] == "marker_board")
    expect(bar.get_by_role("button", name="GO")).to_be_disabled()
    stage.give("scene.switch", scene="boxes", when_ready=True)


def test_roll_and_cut_with_the_slate_that_was_typed(page: Page, stage: Running) -> None:
    press(page, "n")
    page.keyboard.type("27b h")
    assert stage.air()["held"] is False
    page.keyboard.press("Enter")
    page.locator(".roll").tap()
    stage.until(lambda: stage.air()["slate"]["rolling"])
    assert stage.air()["slate"]["name"] == "27b h"
    expect(page.locator(".roll")).to_contain_text(re.compile(r"CUT\s*0:0[1-9]"))
    expect(page.locator(".take")).to_have_text("1")
    expect(page.locator(".clapper")).to_have_class(re.compile("is-rolling"))
    press(page, " ")
    stage.until(lambda: not stage.air()["slate"]["rolling"])
    expect(page.locator(".take")).to_have_text("2")
    press(page, " ")
    stage.until(lambda: stage.air()["slate"]["take"] == 2)
    press(page, " ")
    stage.until(lambda: not stage.air()["slate"]["rolling"])


def test_black_hold_and_pattern_are_seen_from_across_the_room(page: Page, stage: Running) -> None:
    cover = page.locator(".cover")
    for key, word, switch, said in (
        ("h", "HELD", "HOLD", "Hold the walls keep their picture"),
        ("b", "BLACK", "BLACK", "Black on all walls"),
        ("p", "PATTERN", "PATTERN", "Test pattern bars"),
    ):
        button = page.get_by_role("button", name=switch)
        button.tap()
        expect(cover).to_contain_text(word)
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".toast")).to_have_text(f"good{said}")
        border = cover.evaluate("(e) => parseFloat(getComputedStyle(e).borderTopWidth)")
        assert border >= 8
        press(page, key)
        expect(cover).to_have_count(0)
    assert stage.frame()["show"]["black"] is False


def test_every_pattern_and_bypass_is_in_the_charts(page: Page, stage: Running) -> None:
    press(page, "c")
    dialog = page.get_by_role("dialog", name="Test patterns")
    for name in stage.get("/api/state")["shelf/"]["patterns"]:
        dialog.get_by_role("button", name=name, exact=True).tap()
        stage.until(lambda name=name: stage.air()["show"]["pattern"] == name)  # type: ignore[misc]  # a default
    dialog.get_by_role("button", name="the picture").tap()
    first = dialog.locator(".bypass button").first
    first.tap()
    stage.until(lambda: len(stage.air()["show"]["bypass"]) == 1)
    first.tap()
    stage.until(lambda: stage.air()["show"]["bypass"] == [])


def test_the_program_picture_is_chosen_by_touch_and_by_key(page: Page) -> None:
    title = page.locator(".panel-big h2")
    cards = page.locator(".card")
    expect(cards).to_have_count(2)
    cards.nth(1).tap()
    expect(title).to_have_text("Output side")
    press(page, "o")
    expect(title).to_have_text("Output main")


def test_tracking_and_latency_are_told(page: Page) -> None:
    camera = page.locator('[data-tracking="a"]')
    expect(camera).to_contain_text("LIVE")
    expect(camera).to_contain_text(re.compile(r"\d ms"))
    expect(page.locator(".glance")).to_contain_text(re.compile(r"[\d.]+ ms.*[\d.]+ fps.*\d+ missed", re.DOTALL))


def test_nothing_is_given_nor_kept_for_later_without_a_connection(page: Page, stage: Running) -> None:
    pid = json.loads((stage.run_dir / "console.json").read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        expect(page.locator(".lost")).to_be_visible()
        expect(page.locator("main")).to_have_attribute("inert", "")
        expect(page.get_by_role("button", name="BLACK")).to_be_disabled()
        press(page, "b")
        expect(page.locator(".toast")).to_contain_text("not given")
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(page.locator(".lost")).to_have_count(0)
    stage.give("show.hold", on=False)
    assert stage.air()["show"]["black"] is False


def test_a_viewer_can_only_look(browser: Browser, stage: Running) -> None:
    viewer = {"name": "Anna", "role": "viewer", "needs_pin": True, "signed_in": True, "address": "192.168.10.30"}
    page = browser.new_page(viewport=TABLET, has_touch=True)  # type: ignore[arg-type]  # a TypedDict of playwright
    page.route("**/api/session", lambda route: route.fulfill(json=viewer))
    given: list[str] = []
    page.on("request", lambda request: given.append(request.url) if "/api/commands" in request.url else None)
    page.goto(stage.url)
    expect(page.locator(".badge")).to_contain_text("VIEW ONLY")
    for name in (".tile", ".roll", ".switch", "#slate"):
        expect(page.locator(name).first).to_be_visible()
        assert {one.is_disabled() for one in page.locator(name).all()} == {True}
    press(page, "b")
    expect(page.locator(".toast")).to_contain_text("Viewers cannot give commands")
    press(page, "1")
    press(page, "n")
    assert given == []
    page.locator(".card").nth(1).tap()
    expect(page.locator(".panel-big h2")).to_have_text("Output side")
    page.close()


def test_the_list_of_keys_has_every_key_of_the_page(page: Page) -> None:
    press(page, "?")
    listed = page.get_by_role("dialog", name="Keys")
    for words in ("roll, or cut", "GO: next cue", "type the slate", "walls black", "undo"):
        expect(listed).to_contain_text(words)
