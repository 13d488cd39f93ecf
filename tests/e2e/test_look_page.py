"""The look page on a real stage: presets, sliders, hold and black by touch and key; what is on air afterwards."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from stage.model.loading import find_stage
from tests.e2e.browser import chromium
from tools.build_console import DIST, WEB, build, run_npm
from tools.sim.stage_variant import write_variant

PATIENCE_S = 60.0
TABLET = {"width": 1280, "height": 800}
SMALL = {"width": 1024, "height": 768}


class Running:
    """`openstage run` offscreen with the set of boxes, and its console."""

    def __init__(self, folder: Path) -> None:
        self.run_dir = folder / "run"
        stage = write_variant(find_stage("two-walls"), folder, scene="boxes")
        command = [sys.executable, "-m", "tools.cli", "run", str(stage), "--offscreen", "--simulate", "still"]
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
    expect(page.get_by_role("button", name=re.compile("^Dusk"))).to_be_visible(timeout=PATIENCE_S * 1000)
    yield page
    page.close()


def test_a_touched_preset_is_on_air_and_shown_so(page: Page, stage: Running) -> None:
    dusk = page.get_by_role("button", name=re.compile("^Dusk"))
    dusk.tap()
    expect(dusk).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_S * 1000)
    stage.until(lambda: stage.frame()["look"]["exposure"]["ev"] == -1.0)
    assert stage.air()["preset"] == "dusk"


def test_a_slider_sends_its_last_value_and_undo_takes_the_drag_back(page: Page, stage: Running) -> None:
    before = stage.air()["look"]["exposure"]["ev"]
    slider = page.get_by_role("slider", name="Exposure", exact=True)
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    shown = float(slider.input_value())
    assert shown == pytest.approx(before + 1.0)
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == pytest.approx(shown))
    slider.blur()
    page.keyboard.press("u")
    stage.until(lambda: stage.air()["look"]["exposure"]["ev"] == before)


def test_a_wall_is_darkened_alone(page: Page, stage: Running) -> None:
    number = page.get_by_role("spinbutton", name="Wall side, value")
    number.fill("0.5")
    number.blur()
    stage.until(lambda: [(w["name"], w["brightness"]) for w in stage.air()["look"]["walls"]] == [("side", 0.5)])


def test_hold_and_black_by_key_and_touch(page: Page, stage: Running) -> None:
    page.keyboard.press("h")
    expect(page.get_by_role("button", name=re.compile("^HOLD"))).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=re.compile("^BLACK")).tap()
    stage.until(lambda: stage.frame()["show"]["black"])
    assert stage.air()["held"]
    page.keyboard.press("b")
    page.keyboard.press("h")
    stage.until(lambda: not stage.frame()["show"]["black"] and not stage.air()["held"])


def test_what_the_stage_refuses_is_said_in_words(page: Page) -> None:
    number = page.get_by_role("spinbutton", name="Exposure, value", exact=True)
    number.fill("99")
    number.blur()
    expect(page.get_by_role("alert")).to_contain_text("must be less than or equal to 20")


@pytest.mark.parametrize("viewport", [TABLET, SMALL], ids=["1280x800", "1024x768"])
def test_the_page_does_not_scroll_and_its_buttons_are_large_enough(page: Page, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollHeight") <= viewport["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    for name in ("^HOLD", "^BLACK", "^Dusk"):
        box = page.get_by_role("button", name=re.compile(name)).bounding_box()
        assert box is not None
        assert box["height"] >= 44, name
        assert box["y"] + box["height"] <= viewport["height"], name
