"""The look page on a real stage: every value has a control; touch, keys, typed values, the ways back, light cards."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pydantic import TypeAdapter

from stage.files.loading import find_stage
from stage.model.look import CameraTrim, Look, WallTrim
from stage.show.partial import known_paths
from tests.e2e.lifeline import command_of
from tests.e2e.patience import PATIENCE_S
from tools.dev.build_console import DIST, WEB, build, run_npm
from tools.dev.chromium import chromium
from tools.sim.stage_variant import write_variant

TABLET = {"width": 1280, "height": 800}
SMALL = {"width": 1024, "height": 768}


class Running:
    """`openstage run` offscreen with the set of boxes, and its console."""

    def __init__(self, folder: Path) -> None:
        self.run_dir = folder / "run"
        stage = write_variant(find_stage("two-walls"), folder, scene="boxes")
        command = command_of("tools.cli", "run", str(stage), "--offscreen", "--simulate", "still")
        command += ["--run-dir", str(self.run_dir), "--console-port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.until(lambda: (self.run_dir / "console.json").is_file())
        self.url: str = json.loads((self.run_dir / "console.json").read_text())["url"]
        self.until(lambda: bool(self.air()) and self.get("/api/health")["level"] != "starting")

    def until(self, condition: Callable[[], bool]) -> None:
        given_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < given_up:
            try:
                if condition():
                    return
            except OSError:
                pass
            assert self.process.poll() is None, "the stage ended"
            time.sleep(0.1)
        raise AssertionError("never came")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url.rstrip("/") + path) as answer:
            return json.load(answer)

    def give(self, name: str, /, **arguments: object) -> None:
        """A command from somewhere else."""
        data = json.dumps(arguments).encode()
        kind = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.url}api/commands/{name}", data, kind)
        with urllib.request.urlopen(asked) as answer:
            assert json.load(answer)["accepted"]

    def air(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/api/state").get("air/", {})
        return found

    def frame(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/api/state")["frame/"]
        return found


@pytest.fixture(scope="module")
def stage() -> Iterator[Running]:
    if not DIST.is_dir():
        build(WEB, DIST, run_npm)
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        running = Running(Path(folder))
        yield running
        running.process.send_signal(signal.SIGINT)
        running.process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, stage: Running) -> Iterator[Page]:
    page = browser.new_page(viewport=TABLET, has_touch=True)  # type: ignore[arg-type]  # a TypedDict of playwright
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{stage.url}#look")
    expect(page.get_by_role("button", name="Dusk", exact=True)).to_be_visible()
    look = stage.air()["look"]
    named = [f"light_cards.{card['name']}" for card in look["light_cards"]]
    named += [f"fixtures.fixed.{lamp['name']}" for lamp in look["fixtures"]["fixed"]]
    if named:
        stage.give("look.set", values={f"{path}.removed": True for path in named})
    stage.give("look.recall", preset="neutral")
    stage.until(lambda: stage.air()["recalled"] == "neutral" and stage.air()["preset"] == "neutral")
    yield page
    page.close()


def group(page: Page, title: str) -> None:
    page.locator(".group-tabs button", has_text=title).tap()
    expect(page.locator(".group-body")).to_have_attribute("data-group", title)


def dragged(page: Page, name: str, by_px: float, down_px: float = 0.0) -> None:
    """A finger put in the middle of a slider and moved."""
    box = page.get_by_role("slider", name=name, exact=True).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + down_px)
    page.mouse.move(x + by_px, y + down_px, steps=8)
    page.mouse.up()


def test_a_touched_preset_is_on_air_and_shown_so(page: Page, stage: Running) -> None:
    dusk = page.get_by_role("button", name="Dusk", exact=True)
    dusk.tap()
    expect(dusk).to_have_attribute("aria-pressed", "true")
    stage.until(lambda: stage.frame()["look"]["exposure"]["ev"] == -1.0)
    assert stage.air()["preset"] == "dusk"
    expect(page.get_by_role("heading", name="From preset Dusk")).to_be_visible()


def test_every_value_of_the_look_has_a_control(page: Page, stage: Running) -> None:
    part = {"light_cards": {"key": {"wall": "main"}}, "fixtures": {"fixed": {"lamp": {"level": 0.5}}}}
    stage.give("look.recall", preset="theirs", part=part)
    shown: set[str] = set()
    for title in page.locator(".group-tabs button").all_inner_texts():
        group(page, re.sub(r"\s*\d+$", "", title))
        paths = page.locator(".group-body [data-path]")
        expect(paths.first).to_be_visible()
        shown |= set(paths.evaluate_all("(all) => all.map((one) => one.dataset.path)"))
    look: Look = TypeAdapter(Look).validate_python(stage.air()["look"])
    walls = tuple(WallTrim(name) for name in ("main", "side"))
    inner = replace(look.inner, cameras=(CameraTrim("a", 4.0, 1.0),))
    missing = set(known_paths(replace(look, walls=walls, inner=inner))) - shown
    assert missing == set()


def test_a_dragged_slider_sends_its_last_value_and_one_undo_takes_the_drag_back(page: Page, stage: Running) -> None:
    slider = page.get_by_role("slider", name="Exposure", exact=True)
    dragged(page, "Exposure", 60.0)
    shown = float(slider.get_attribute("aria-valuenow") or "nan")
    assert shown > 0.5
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == pytest.approx(shown))
    expect(page.locator(".step", has_text="Undo")).to_contain_text("Exposure")
    page.locator("body").press("u")
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == 0.0)
    expect(page.locator(".step", has_text="Redo")).to_contain_text("Exposure")


def test_a_finger_that_leaves_the_slider_turns_finely_and_a_touch_alone_changes_nothing(
    page: Page, stage: Running
) -> None:
    slider = page.get_by_role("slider", name="Exposure", exact=True)
    slider.tap()
    dragged(page, "Exposure", 60.0)
    coarse = float(slider.get_attribute("aria-valuenow") or "nan")
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == pytest.approx(coarse))
    dragged(page, "Exposure", 60.0, down_px=120.0)
    fine = float(slider.get_attribute("aria-valuenow") or "nan") - coarse
    assert fine == pytest.approx(coarse / 10.0, abs=0.03)


def test_a_turned_value_stands_until_the_stage_has_answered_and_goes_where_it_was_not_given(page: Page) -> None:
    slider = page.get_by_role("slider", name="Exposure", exact=True)
    unanswered: list[Route] = []
    page.route("**/api/commands/look.set", lambda order: unanswered.append(order))
    page.clock.install()
    dragged(page, "Exposure", 60.0)
    turned = float(slider.get_attribute("aria-valuenow") or "nan")
    assert turned > 0.5
    page.clock.run_for(1500)
    assert float(slider.get_attribute("aria-valuenow") or "nan") == turned
    unanswered[0].abort()
    expect(slider).to_have_attribute("aria-valuenow", "0")


def test_a_slider_by_keys_fine_with_shift_and_back_with_delete(page: Page, stage: Running) -> None:
    slider = page.get_by_role("slider", name="Exposure", exact=True)
    slider.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowLeft"):
        slider.press(key)
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == pytest.approx(0.095))
    slider.press("Delete")
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == 0.0)


def test_two_taps_a_dot_the_group_and_everything_go_back_to_the_preset(page: Page, stage: Running) -> None:
    page.get_by_role("button", name="Dusk", exact=True).tap()
    stage.until(lambda: stage.air()["recalled"] == "dusk")
    dusk = stage.air()["look"]
    number = page.get_by_role("spinbutton", name="Exposure, value", exact=True)
    for back in ("taps", "dot", "group", "all"):
        number.fill("2.5")
        number.blur()
        stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == 2.5)
        expect(page.locator(".group-tabs button", has_text="Exposure")).to_contain_text("1")
        if back == "taps":
            page.get_by_role("slider", name="Exposure", exact=True).dblclick()
        elif back == "dot":
            page.get_by_role("button", name="Exposure: reset to the preset").tap()
        elif back == "group":
            page.locator("body").press("0")
        else:
            page.get_by_role("button", name=re.compile("^Reset all")).tap()
        stage.until(lambda: stage.air()["look"] == dusk)
        expect(page.get_by_role("button", name=re.compile("^Reset all"))).to_be_disabled()


def test_a_wall_is_darkened_alone(page: Page, stage: Running) -> None:
    group(page, "Walls")
    number = page.locator('[data-path="walls.side.brightness"]').get_by_role("spinbutton")
    number.fill("0.5")
    number.press("Enter")
    stage.until(lambda: [(w["name"], w["brightness"]) for w in stage.air()["look"]["walls"]] == [("side", 0.5)])
    green = page.locator('[data-path="walls.side.gain.1"]').get_by_role("spinbutton")
    green.fill("0.8")
    green.press("Enter")
    stage.until(lambda: stage.air()["look"]["walls"][0]["gain"] == [1.0, 0.8, 1.0])


def test_a_light_card_is_added_dragged_sized_coloured_and_taken_away(page: Page, stage: Running) -> None:
    group(page, "Cards")
    page.get_by_role("button", name="Add a card").tap()
    stage.until(lambda: [card["wall"] for card in stage.air()["look"]["light_cards"]] == ["main"])
    mark, table = page.locator("[data-card]"), page.locator(".card-table")
    expect(mark).to_be_visible()
    box, ground = mark.bounding_box(), table.bounding_box()
    assert box is not None
    assert ground is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + ground["width"] / 4, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()

    def card() -> dict[str, Any]:
        first: dict[str, Any] = stage.air()["look"]["light_cards"][0]
        return first

    stage.until(lambda: card()["centre"] == pytest.approx([0.75, 0.5], abs=0.01))
    corner = page.locator(".card-corner").bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + 20, corner["y"] + 20)
    page.mouse.down()
    page.mouse.move(corner["x"] + 20 + ground["width"] / 20, corner["y"] + 20, steps=4)
    page.mouse.up()
    stage.until(lambda: card()["size"] == pytest.approx([0.3, 0.2], abs=0.01))
    red = page.get_by_role("spinbutton", name="Colour, red")
    red.fill("0.5")
    red.press("Enter")
    stage.until(lambda: card()["colour"] == [0.5, 1.0, 1.0])
    page.get_by_role("button", name="ellipse").tap()
    stage.until(lambda: card()["shape"] == "ellipse")
    page.get_by_role("button", name=re.compile("^Remove card")).tap()
    stage.until(lambda: stage.air()["look"]["light_cards"] == [])


def test_a_card_whose_name_holds_dots_has_its_own_values(page: Page, stage: Running) -> None:
    values = {"light_cards.key.wall": "main", "light_cards.key.2.wall": "side", "light_cards.key.2.nits": 300.0}
    stage.give("look.set", values=values)
    group(page, "Cards")
    page.get_by_role("tab", name="key.2", exact=True).tap()
    nits = page.locator('[data-path="light_cards.key.2.nits"]').get_by_role("spinbutton")
    expect(nits).to_have_value("300")
    nits.fill("250")
    nits.press("Enter")
    stage.until(lambda: [card["nits"] for card in stage.air()["look"]["light_cards"]] == [500.0, 250.0])


def test_lamps_are_mastered_put_out_and_left_to_the_desk(page: Page, stage: Running) -> None:
    group(page, "Lights")
    number = page.get_by_role("spinbutton", name="Master, value")
    number.fill("0.4")
    number.press("Enter")
    page.get_by_role("button", name="Lamps out").tap()
    stage.until(lambda: stage.air()["look"]["fixtures"]["master"] == 0.4)
    stage.until(lambda: stage.air()["look"]["fixtures"]["blackout"])
    desk = page.locator(".field", has_text="Released to the lighting desk").get_by_role("button")
    desk.tap()
    stage.until(lambda: stage.air()["show"]["lights_released"])
    desk.tap()
    stage.until(lambda: not stage.air()["show"]["lights_released"])


def test_the_light_meter_follows_the_walls(page: Page, stage: Running) -> None:
    """Two stops less are a quarter of the light; black walls give none."""

    def lux() -> dict[str, float]:
        return {one["facing"]: one["lux"] for one in stage.get("/api/state")["meter/"]["facings"]}

    shown = page.locator(".meter [data-facing=forward] .number")
    stage.until(lambda: lux()["forward"] > 1.0)
    before = lux()["forward"]
    stage.give("look.set", values={"exposure.ev": -2.0})
    stage.until(lambda: abs(lux()["forward"] / before - 0.25) < 0.02)
    expect(shown).to_have_text(re.compile(f"^{lux()['forward']:.1f}".rstrip("0123456789")))
    stage.give("show.black", on=True)
    stage.until(lambda: lux()["forward"] < 0.01 * before)
    stage.give("show.black", on=False)


def test_what_the_stage_refuses_is_said_in_words(page: Page) -> None:
    number = page.get_by_role("spinbutton", name="Exposure, value", exact=True)
    number.fill("99")
    number.blur()
    expect(page.get_by_role("alert")).to_contain_text("must be less than or equal to 20")


def test_groups_by_key_and_no_key_acts_while_typing(page: Page, stage: Running) -> None:
    page.locator("body").press("]")
    expect(page.locator(".group-body")).to_have_attribute("data-group", "Grade")
    page.locator("body").press("[")
    expect(page.locator(".group-body")).to_have_attribute("data-group", "Exposure")
    page.get_by_role("spinbutton", name="Exposure, value", exact=True).press("]")
    expect(page.locator(".group-body")).to_have_attribute("data-group", "Exposure")


@pytest.mark.parametrize("viewport", [TABLET, SMALL], ids=["1280x800", "1024x768"])
def test_the_page_does_not_scroll_and_its_buttons_are_large_enough(page: Page, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollHeight") <= viewport["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    small = """() => [...document.querySelectorAll('main button, main input, main .slider')]
        .map((e) => [e.getAttribute('aria-label') ?? e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && box.height < 43.5)
        .map(([name, box]) => `${name} ${box.height}`)"""
    for title in page.locator(".group-tabs button").all_inner_texts():
        group(page, re.sub(r"\s*\d+$", "", title))
        assert page.evaluate(small) == [], title


def save_as(page: Page, title: str) -> None:
    page.locator("body").press("s")
    page.get_by_label("Title").fill(title)


def test_a_preset_is_saved_with_its_groups_and_recalled(page: Page, stage: Running) -> None:
    stage.give("look.set", values={"weather.rain": 0.35, "exposure.ev": -0.5})
    stage.until(lambda: stage.air()["look"]["weather"]["rain"] == 0.35)
    save_as(page, "Wet street")
    expect(page.get_by_role("button", name="weather", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="exposure", exact=True).tap()
    page.get_by_label("Fade time").fill("1.5")
    page.get_by_role("button", name="smooth").tap()
    page.locator("dialog").get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator("dialog")).to_have_count(0)
    button = page.locator(".preset", has_text="Wet street")
    expect(button).to_be_visible()
    saved = stage.get("/api/presets/wet-street")
    assert "weather" in saved["groups"]
    assert "exposure" not in saved["groups"]
    assert (saved["duration_s"], saved["curve"]) == (1.5, "smooth")
    stage.give("look.recall", preset="clear")
    button.tap()
    stage.until(lambda: stage.air()["look"]["weather"]["rain"] == 0.35)


def test_the_second_of_two_who_save_a_preset_is_told_and_may_save_over(page: Page, stage: Running) -> None:
    save_as(page, "Shared")
    page.get_by_role("button", name="sun", exact=True).tap()
    page.locator("dialog").get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator(".preset", has_text="Shared")).to_be_visible()
    save_as(page, "Shared")
    expect(page.locator(".save-where")).to_have_text("Replaces the preset Shared.")
    revision = stage.get("/api/presets/shared")["revision"]
    order = json.dumps({"description": "by ben"}).encode()
    asked = urllib.request.Request(f"{stage.url}api/presets/shared", order, method="PUT")
    asked.add_header("If-Match", revision)
    asked.add_header("X-Operator", "ben")
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked) as answer:
        assert answer.status == 200
    page.get_by_label("Description").fill("by anna")
    page.locator("dialog").get_by_role("button", name="Save over it").tap()
    expect(page.locator("dialog").get_by_role("alert")).to_contain_text("was saved by ben")
    page.get_by_role("button", name="Save over theirs").tap()
    expect(page.locator("dialog")).to_have_count(0)
    assert stage.get("/api/presets/shared")["description"] == "by anna"


def test_looks_a_and_b_are_kept_and_switched(page: Page, stage: Running) -> None:
    page.get_by_role("button", name="Keep the look on air in A").tap()
    go = page.get_by_role("button", name="Go to look A")
    expect(go).to_have_attribute("aria-pressed", "true")
    stage.give("look.set", values={"exposure.ev": 1.25})
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == 1.25)
    page.get_by_role("button", name="Keep the look on air in B").tap()
    expect(page.get_by_role("button", name="Go to look B")).to_have_attribute("aria-pressed", "true")
    go.tap()
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == 0.0)
    expect(go).to_have_attribute("aria-pressed", "true")
    page.locator("body").press("a")
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == 1.25)


def test_presets_are_compared_value_by_value(page: Page, stage: Running) -> None:
    page.locator("body").press("c")
    dialog = page.locator("dialog")
    dialog.get_by_label("This preset").select_option("dusk")
    row = dialog.locator("tr", has_text="exposure.ev")
    expect(row).to_contain_text("-1")
    expect(row).to_contain_text("0")
    dialog.press("Escape")
    expect(dialog).to_have_count(0)
