"""The console as an operator sees it: the real process, a browser, a stage that is said to be there."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from stage.console.health.lookback import NAME as LOOKBACK
from stage.messages.lights import FixtureState, LightsState
from stage.messages.samples import Validity
from tests.e2e.console_feed import Feed, Picture, Scenario
from tests.e2e.lifeline import command_of
from tests.e2e.patience import PATIENCE_S, until
from tools.dev.build_console import DIST, WEB, build, run_npm
from tools.dev.chromium import chromium

DESK = (1920, 1080)
TABLET = (1280, 800)
SMALL = (1024, 768)
SAME_COLOUR = 25
"""Of 255: what JPEG and a software WebGL may change of a plain colour."""

RED_LAMP = (255, 0, 0)
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 200, 60), (40, 60, 230), (230, 220, 40)

STAGE = """
schema = "stage/1"
name = "little"
frame_rate = "24"
scene = "courtyard"

[[walls]]
kind = "flat"
name = "main"
position_m = [0.0, 4.0, 0.0]
peak_nits = 100.0
transfer = "srgb"
cabinets = { columns = 4, rows = 2, size_px = [100, 100], pitch_mm = 10.0 }
tile_grid = { columns = 2, rows = 1 }

[[outputs]]
name = "left"
size_px = [200, 200]
tiles = [{ tile = "main/c0r0", rotation_deg = 90 }]

[[outputs]]
name = "right"
size_px = [400, 300]
tiles = [{ tile = "main/c1r0", position_px = [150, 60], rotation_deg = 180 }]

[[sources]]
name = "mars"
"""
CAMERA = """
[[cameras]]
name = "{name}"
source = "mars"
sensor_mm = [24.0, 12.0]
lens = {{ points = [{{ focal_length_mm = 24.0 }}] }}
"""


def wall() -> Picture:
    """What the wall shows: a colour in each quarter."""
    picture = np.full((200, 400, 4), 255, np.uint8)
    picture[:100, :200, :3], picture[:100, 200:, :3] = RED, GREEN
    picture[100:, :200, :3], picture[100:, 200:, :3] = BLUE, YELLOW
    return picture


def left_output(number: int) -> Picture:
    """The wall's left half, turned clockwise by a quarter."""
    return np.ascontiguousarray(np.rot90(wall()[:, :200], -1))


def right_output(number: int) -> Picture:
    """The wall's right half, upside down, somewhere in a larger raster."""
    raster = np.full((300, 400, 4), 255, np.uint8)
    raster[60:260, 150:350] = np.rot90(wall()[:, 200:], 2)
    return raster


def witness(number: int) -> Picture:
    """Brighter from picture to picture, then dark again."""
    return np.full((90, 160, 4), 40 + number // 6 % 10 * 20, np.uint8)


def scenario(cameras: tuple[str, ...] = ("a",)) -> Scenario:
    return Scenario(
        pictures={"left": left_output, "right": right_output, "witness": witness},
        cameras=cameras,
        position_m=(0.0, 0.0, 1.0),
    )


@pytest.fixture(scope="module", autouse=True)
def built_page() -> None:
    build(WEB, DIST, run_npm)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def write_stage(folder: Path, cameras: tuple[str, ...] = ("a",)) -> Path:
    path = folder / "stage.toml"
    path.write_text(STAGE + "".join(CAMERA.format(name=name) for name in cameras), encoding="utf-8")
    return path


@contextmanager
def console(stage: Path, run_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The real console process at a free port (or the one it had), and its address."""
    arguments = ("--stage", str(stage), "--run-dir", str(run_dir), "--listen", "127.0.0.1:0")
    process = subprocess.Popen(command_of("stage.console.service", *arguments, python=("-W", "error")))
    try:
        yield process, address(run_dir, process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def address(run_dir: Path, process: subprocess.Popen[bytes]) -> str:
    limit_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit_s and process.poll() is None:
        path = run_dir / "console.json"
        if path.is_file() and (said := json.loads(path.read_text()))["pid"] == process.pid:
            return str(said["url"])
        time.sleep(0.02)
    raise AssertionError("the console did not say where it listens")


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int] = DESK, before: str = "") -> Iterator[Page]:
    """The page in a fresh context; it may neither make an error nor ask any other server."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    if before:
        page.add_init_script(before)
    try:
        page.goto(url)
        yield page
        assert errors == []
        assert len(asked) > 3
        own = re.compile(r"^(data:|blob:|(http|ws)" + re.escape(url.removeprefix("http").partition("#")[0]) + ")")
        assert [other for other in asked if not own.match(other)] == []
    finally:
        context.close()


@contextmanager
def operator(
    browser: Browser, tmp_path: Path, run_dir: Path, size: tuple[int, int] = DESK, at: str = "health"
) -> Iterator[Operator]:
    """A stage that is said to run, its console, and somebody who looks at one of its pages."""
    with (
        Feed(run_dir, scenario()) as said,
        console(write_stage(tmp_path), run_dir) as (process, url),
        opened(browser, f"{url}#{at}", size) as page,
    ):
        yield Operator(page, said, process, url)


class Operator:
    """Somebody at the console."""

    def __init__(self, page: Page, said: Scenario, process: subprocess.Popen[bytes], url: str) -> None:
        self.page, self.said, self.process, self.url = page, said, process, url

    def sees(self, level: str, *words: str) -> None:
        """The health bar is of that level and says those words."""
        bar = self.page.locator(".health-state")
        expect(bar).to_have_attribute("data-level", level)
        for text in words:
            expect(bar).to_contain_text(text)


def colour_at(picture: NDArray[np.uint8], right: float, down: float) -> NDArray[np.float64]:
    """The mean RGB round a place, given as shares of the picture's size."""
    height, width = picture.shape[:2]
    x, y = int(right * width), int(down * height)
    bgr = picture[y - 3 : y + 3, x - 3 : x + 3, :3].reshape(-1, 3).mean(axis=0)
    return np.asarray(bgr[::-1], np.float64)


def decoded(png: bytes) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def test_a_healthy_stage_is_green_and_its_figures_are_there(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    with operator(browser, tmp_path, run_dir) as seen:
        seen.sees("good", "STAGE HEALTHY", "little, 24 frames/s")
        expect(seen.page).to_have_title(re.compile("STAGE HEALTHY"))
        figures = seen.page.locator(".figure")
        expect(figures.filter(has_text="Frame rate")).to_contain_text(re.compile(r"24\.0\d fps\s*of 24|23\.9\d fps"))
        expect(figures.filter(has_text="Latency")).to_contain_text("20 ms")
        expect(figures.filter(has_text="Latency")).to_contain_text("0.48 frames · p99 20 ms, 0.48 frames")
        expect(figures.filter(has_text="Missed")).to_contain_text("0 in 60 s")
        tracker = seen.page.locator('[data-source="mars"]')
        for text in ("LIVE", "60.0", "0.31 ms", "4 (checksum 3, length 1)", "192.168.10.21:50123", "z +1.000 m"):
            expect(tracker).to_contain_text(text)
        for role in ("conductor", "render", "tracking"):
            expect(seen.page.locator(f'[data-role="{role}"]')).to_contain_text("running")
        expect(seen.page.locator(".alerts")).to_contain_text("No action needed.")
        seen.page.screenshot(path=tmp_path / "healthy.png")


def test_every_picture_is_live(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    with operator(browser, tmp_path, run_dir, at="shoot") as seen:
        for name in ("witness", "left", "right"):
            canvas = seen.page.locator(f'.card canvas[data-output="{name}"]')
            expect(canvas).to_have_attribute("data-frame", re.compile(r"\d+"))
            first = int(canvas.get_attribute("data-frame") or "")
            newer = f"""() => document.querySelector('.card canvas[data-output="{name}"]').dataset.frame > {first}"""
            seen.page.wait_for_function(newer)
            card = seen.page.locator(f'.card:has(canvas[data-output="{name}"])')
            expect(card).to_contain_text(re.compile(name + r"\s*frame \d+"))
        shown = (
            """() => [...document.querySelector('.panel-big canvas').getContext('2d').getImageData(9, 9, 1, 1).data]"""
        )
        before = seen.page.evaluate(shown)
        seen.page.wait_for_function(f"() => ({shown})()[0] !== {before[0]}")
        seen.page.locator(".card").filter(has_text="left").click()
        expect(seen.page.locator(".panel-big h2")).to_have_text("Output left")
        expect(seen.page.locator(".panel-big canvas")).to_have_attribute("data-frame", re.compile(r"\d+"))
        assert np.abs(np.array(seen.page.evaluate(shown)[:3]) - BLUE).max() < SAME_COLOUR
        seen.said.pictures = {name: shown for name, shown in seen.said.pictures.items() if name != "left"}
        expect(seen.page.locator(".card").filter(has_text="left")).to_contain_text("OLD")


def test_a_lost_tracker_turns_the_bar_red_with_what_to_do_and_back(
    browser: Browser, tmp_path: Path, run_dir: Path
) -> None:
    with operator(browser, tmp_path, run_dir) as seen:
        seen.sees("good")
        seen.said.validity = Validity.LOST
        seen.sees("critical", "TRACKING LOST: mars", "Check the tracker's power and network cable")
        expect(seen.page.locator(".alert-critical")).to_contain_text("no usable packet on freed 127.0.0.1:40000")
        expect(seen.page.locator('[data-source="mars"]')).to_contain_text("LOST")
        expect(seen.page.locator(".figure").filter(has_text="Latency")).to_contain_text("no camera is live")
        seen.page.screenshot(path=tmp_path / "lost.png")
        seen.said.validity = Validity.LIVE
        seen.sees("good", "STAGE HEALTHY")
        expect(seen.page.locator(".alert-past")).to_contain_text("TRACKING LOST: mars")


def test_a_restarted_process_is_told_with_its_reason(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    with operator(browser, tmp_path, run_dir) as seen:
        seen.sees("good")
        seen.said.restarted_ns, seen.said.reason, seen.said.restarts = time.monotonic_ns(), "killed by signal 9", 1
        seen.sees("warning", "Process restarted: render", "killed by signal 9; once so far")
        expect(seen.page.locator('[data-role="render"]')).to_contain_text("1")
        expect(seen.page.locator(".processes .reason")).to_contain_text("killed by signal 9")


def points_of(url: str) -> list[float]:
    """When the points of the graphs were, as the console has them."""
    with urllib.request.urlopen(f"{url.partition('#')[0]}api/state") as answer:
        state = json.load(answer)
    return [point["t_s"] for key, point in state.items() if key.startswith("history/")]


def test_a_lost_connection_is_obvious_and_heals_by_itself(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    with operator(browser, tmp_path, run_dir, at="shoot") as seen:
        seen.sees("good")
        expect(seen.page.locator(".lost")).to_have_count(0)
        until("what was is kept", (run_dir / LOOKBACK).is_file)
        oldest_s = min(points_of(seen.url))
        seen.process.kill()
        expect(seen.page.get_by_role("alert")).to_contain_text("CONNECTION LOST")
        expect(seen.page.get_by_role("alert")).to_contain_text("Reconnecting for")
        expect(seen.page).to_have_title(re.compile("CONNECTION LOST"))
        expect(seen.page.locator("main.is-old")).to_have_count(1)
        seen.sees("disconnected", "CONNECTION LOST")
        seen.page.screenshot(path=tmp_path / "disconnected.png")
        assert seen.process.wait(PATIENCE_S) < 0
        with console(tmp_path / "stage.toml", run_dir) as (_, url):
            assert url == seen.url
            seen.sees("good", "STAGE HEALTHY")
            expect(seen.page.locator(".lost")).to_have_count(0)
            expect(seen.page.locator("main.is-old")).to_have_count(0)
            canvas = seen.page.locator('.card canvas[data-output="left"]')
            number = int(canvas.get_attribute("data-frame") or "")
            newer = f"""() => document.querySelector('.card canvas[data-output="left"]').dataset.frame > {number}"""
            seen.page.wait_for_function(newer)
            assert min(points_of(url)) == oldest_s, "the graphs go back to before the restart"


def test_a_page_that_hears_nothing_says_so_even_if_the_connection_stands(
    browser: Browser, tmp_path: Path, run_dir: Path
) -> None:
    with operator(browser, tmp_path, run_dir) as seen:
        seen.sees("good")
        os.kill(seen.process.pid, signal.SIGSTOP)
        try:
            seen.sees("disconnected", "CONNECTION LOST")
        finally:
            os.kill(seen.process.pid, signal.SIGCONT)
        seen.sees("good")


def test_the_walls_in_3d_show_the_outputs_turned_back(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    with operator(browser, tmp_path, run_dir, at="stage") as seen:
        for name in ("left", "right"):
            expect(seen.page.locator(f'.patch [data-output="{name}"]')).to_contain_text("live")
        seen.page.get_by_role("button", name="Camera a", exact=True).click()
        canvas = seen.page.locator(".stage3d")
        places = {(0.3, 0.42): RED, (0.7, 0.42): GREEN, (0.3, 0.58): BLUE, (0.7, 0.58): YELLOW}
        limit_s = time.monotonic() + PATIENCE_S
        while True:
            picture = decoded(canvas.screenshot())
            wrong = {
                place: tuple(colour_at(picture, *place))
                for place, colour in places.items()
                if np.abs(colour_at(picture, *place) - colour).max() > SAME_COLOUR
            }
            if not wrong or time.monotonic() > limit_s:
                break
        cv2.imwrite(str(tmp_path / "camera.png"), picture)
        assert wrong == {}


LAMP = """
[[fixtures]]
name = "key"
kind = "rgb"
position_m = [0.0, 2.0, 1.0]
aim_m = [0.0, 4.0, 1.0]
universe = 3
address = 10
"""


def test_lamps_stand_in_3d_in_their_light_and_in_the_patch(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    lamp = FixtureState(
        name="key", kind="rgb", universe=3, address=10, colour=(1.0, 0.0, 0.0), level=1.0, source="scene"
    )
    told = scenario()
    told.lights = LightsState(
        fixtures=(lamp,),
        protocol="sacn",
        released=False,
        desk=(),
        desk_name="",
        rate_hz=44.0,
        lag_frames=0,
        packets=100,
        error="",
    )
    stage = write_stage(tmp_path)
    stage.write_text(stage.read_text() + LAMP)
    with (
        Feed(run_dir, told),
        console(stage, run_dir) as (_, url),
        opened(browser, f"{url}#stage") as page,
    ):
        row = page.locator('.patch [data-fixture="key"]')
        for words in ("3 / 10", "rgb, 8 bit", "following", "100 %"):
            expect(row).to_contain_text(words)
        page.get_by_role("button", name="Top", exact=True).click()
        assert until_seen(page, RED_LAMP)
        told.lights = replace(told.lights, desk=(3,), desk_name="grandMA")
        expect(row).to_contain_text("lighting desk")


def until_seen(page: Page, colour: tuple[int, int, int]) -> bool:
    """Whether a plain colour comes into the 3-D view."""
    limit_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit_s:
        picture = decoded(page.locator(".stage3d").screenshot())[..., ::-1].astype(int)
        if (np.abs(picture - colour).max(axis=-1) < SAME_COLOUR).sum() > 20:
            return True
    return False


def test_without_webgl_the_rest_works(browser: Browser, tmp_path: Path, run_dir: Path) -> None:
    without = """
        const real = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith("webgl") ? null : real.call(this, kind, ...rest);
        };
    """
    with (
        Feed(run_dir, scenario()),
        console(write_stage(tmp_path), run_dir) as (_, url),
        opened(browser, f"{url}#stage", before=without) as page,
    ):
        expect(page.locator(".panel-stage")).to_contain_text("The 3-D view needs WebGL")
        expect(page.locator(".health-headline")).to_have_text("STAGE HEALTHY")
        expect(page.locator('.patch [data-output="left"]')).to_contain_text("live")


@pytest.mark.parametrize("validity", [Validity.LIVE, Validity.LOST])
@pytest.mark.parametrize("size", [DESK, TABLET, SMALL], ids=["desk", "1280x800", "1024x768"])
def test_nothing_is_cut_off(
    browser: Browser, tmp_path: Path, run_dir: Path, size: tuple[int, int], validity: Validity
) -> None:
    cameras = ("a", "b", "c")
    told = scenario(cameras)
    told.validity = validity
    with (
        Feed(run_dir, told),
        console(write_stage(tmp_path, cameras), run_dir) as (_, url),
        opened(browser, f"{url}#health", size) as page,
    ):
        expect(page.locator(".health-state")).to_have_attribute("data-level", re.compile("good|critical"))
        expect(page.locator(".camera")).to_have_count(3)
        expect(page.locator("[data-role]")).to_have_count(4)
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        inner = page.evaluate("[innerWidth, innerHeight]")
        whole = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert whole[0] <= inner[0]
        assert whole[1] <= inner[1]
        cut = """() => [...document.querySelectorAll('.panel-head, .graph, .tracker, td, th')]
            .filter((e) => !e.title)
            .filter((e) => e.clientWidth > 0)
            .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
            .map((e) => `${e.tagName} ${e.className}: ${e.textContent.slice(0, 40)}`)"""
        assert page.evaluate(cut) == []
