"""Outputs as windows on a screen: two at once, pixel for pixel; and the wall keeps its picture when render dies."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.bus.bus import Publisher, Subscriber
from stage.bus.zmq_bus import ZmqBus
from stage.files.loading import load_stage
from stage.messages.control import Heartbeat
from stage.messages.frames import Frame, FrameReport
from stage.show.home import home_state
from stage.units import NS_PER_S
from tests.e2e.screen import VirtualScreen, until, virtual_screen
from tests.looks import a_look

START_S = 60.0
STAGE = """schema = "stage/1"
name = "two-windows"
scene = "boxes"
stage_eye_m = [0.0, -3.0, 1.5]
[[walls]]
name = "left"
kind = "flat"
position_m = [-0.8, 0.0, 0.0]
cabinets = { columns = 2, rows = 2, size_px = [120, 100], pitch_mm = 6.0 }
[[walls]]
name = "right"
kind = "flat"
position_m = [0.8, 0.0, 0.0]
cabinets = { columns = 2, rows = 2, size_px = [120, 100], pitch_mm = 6.0 }
[[outputs]]
name = "left"
size_px = [240, 200]
screen = 0
windowed = true
tiles = [{ tile = "left/all" }]
[[outputs]]
name = "right"
size_px = [240, 200]
screen = 0
windowed = true
tiles = [{ tile = "right/all", rotation_deg = 180 }]
[[cameras]]
name = "a"
source = "t"
sensor_mm = [24.0, 13.5]
home = { position_m = [0.1, -3.0, 1.2] }
lens = { points = [{ focal_length_mm = 24.0 }] }
"""
BOTH = (slice(0, 200), slice(0, 480))
"""Where the two windows stand: side by side from the upper left corner."""


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


def shown_on(screen: VirtualScreen, folder: Path, mode: str, *names: str) -> NDArray[np.uint8]:
    """The screen while a process shows these outputs; what it drew is saved in the folder."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.show_windows", str(folder), mode, *names],
        env=screen.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "shown\n"
    picture = screen.picture()
    child.stdin.close()
    assert child.wait(START_S) == 0
    child.stdout.close()
    return picture


def test_ten_bit_outputs_are_shown_on_a_desktop_that_has_eight(screen: VirtualScreen, tmp_path: Path) -> None:
    picture = shown_on(screen, tmp_path, "deep", "flat")
    flat = np.load(tmp_path / "flat.npy")[..., :3].astype(int)
    assert flat.max() > 50
    assert np.abs(picture[: flat.shape[0], : flat.shape[1]] - flat).max() <= 1


def test_two_windows_show_their_outputs_pixel_for_pixel(screen: VirtualScreen, tmp_path: Path) -> None:
    picture = shown_on(screen, tmp_path, "windowed", "flat", "ceiling")
    flat, ceiling = (np.load(tmp_path / f"{name}.npy")[..., :3] for name in ("flat", "ceiling"))
    assert np.array_equal(picture[: flat.shape[0], : flat.shape[1]], flat)
    right = flat.shape[1]
    assert np.array_equal(picture[: ceiling.shape[0], right : right + ceiling.shape[1]], ceiling)
    assert len(np.unique(flat)) > 20
    assert len(np.unique(ceiling)) > 20


def test_full_screen_is_one_pixel_for_one_and_black_beside(screen: VirtualScreen, tmp_path: Path) -> None:
    picture = shown_on(screen, tmp_path, "full", "flat")
    flat = np.load(tmp_path / "flat.npy")[..., :3]
    height, width = flat.shape[:2]
    assert np.array_equal(picture[:height, :width], flat)
    assert picture.shape == (720, 1280, 3)
    assert np.load(tmp_path / "windows.npy").tolist() == [[1280, 720]]
    assert not picture[height:].any()
    assert not picture[:, width:].any()


@pytest.mark.parametrize("mode", ["ordinary", "flag", "closed"])
def test_an_ordinary_window_shows_its_output_pixel_for_pixel_and_leaves_the_screen_free(
    screen: VirtualScreen, tmp_path: Path, mode: str
) -> None:
    """Without a window manager it stands at the upper left. Closing it ends nothing."""
    picture = shown_on(screen, tmp_path, mode, "flat")
    flat = np.load(tmp_path / "flat.npy")[..., :3]
    height, width = flat.shape[:2]
    assert len(np.unique(flat)) > 20
    assert np.array_equal(picture[:height, :width], flat)
    assert np.load(tmp_path / "windows.npy").tolist() == [[width, height]]


class Show:
    """Render and backdrop as their processes, and a conductor that the test plays."""

    def __init__(self, screen: VirtualScreen, run_dir: Path) -> None:
        self.path = run_dir / "two-windows.toml"
        self.path.write_text(STAGE)
        self._screen = screen
        self._run_dir = run_dir
        self._bus = ZmqBus.in_directory(run_dir)
        self._conductor: Publisher = self._bus.publisher("conductor")
        self._reports: Subscriber = self._bus.subscriber("frame.report")
        self._beats: Subscriber = self._bus.subscriber("process.heartbeat")
        self._children: list[subprocess.Popen[bytes]] = []
        self._number = 0

    def start(self, module: str) -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-m", module, "--stage", str(self.path), "--run-dir", str(self._run_dir)]
        child = subprocess.Popen(arguments, env=self._screen.environment)
        self._children.append(child)
        return child

    def shown(self, gain: float = 1.0) -> bool:
        """Send the next frame; whether render reported one."""
        self._number += 1
        stage = load_stage(self.path)
        cameras = tuple([home_state(camera) for camera in stage.cameras])
        self._conductor.publish(
            Frame(
                number=self._number,
                present_ns=0,
                decided_ns=0,
                scene="boxes",
                scene_time_s=0.0,
                outer_number=0,
                outer_scene_time_s=0.0,
                look=a_look(gain=gain),
                cameras=cameras,
            )
        )
        return any(
            isinstance(record, FrameReport) and record.number == self._number
            for record in self._reports.receive(NS_PER_S // 2)
        )

    def backdrop_is_up(self) -> bool:
        """Whether the backdrop's loop has told of itself."""
        heard = self._beats.receive(NS_PER_S // 2)
        return any(isinstance(record, Heartbeat) and record.role == "backdrop" for record in heard)

    def kept(self) -> bool:
        """Whether the backdrop has a picture of both outputs to show."""
        self.shown()
        files = [self._run_dir / "wall" / f"{name}.rgba" for name in ("left", "right")]
        return all(file.exists() and file.read_bytes()[0] >= 2 for file in files)

    def close(self) -> None:
        for child in self._children:
            child.kill()
            child.wait(START_S)
        self._reports.close()
        self._beats.close()
        self._conductor.close()
        self._bus.close()


@pytest.fixture
def show(screen: VirtualScreen, run_dir: Path) -> Iterator[Show]:
    show = Show(screen, run_dir)
    yield show
    show.close()


def test_the_wall_keeps_its_picture_when_render_is_killed(show: Show, screen: VirtualScreen) -> None:
    render = show.start("render.service")
    until("render draws", START_S, show.shown)
    backdrop = show.start("render.presenters.backdrop")
    until("the last picture is kept", START_S, show.kept)
    wall = screen.picture()[BOTH]
    assert len(np.unique(wall)) > 20
    until("the backdrop is up", START_S, show.backdrop_is_up)
    assert np.array_equal(screen.picture()[BOTH], wall), "opened, it covered the wall until the next frame"
    render.send_signal(signal.SIGKILL)
    render.wait(START_S)
    until("the backdrop shows the same", 10.0, lambda: np.array_equal(screen.picture()[BOTH], wall))
    assert backdrop.poll() is None
    show.start("render.service")
    until("render is back", START_S, show.shown)
    assert np.array_equal(screen.picture()[BOTH], wall)


def test_the_backdrop_lies_below(show: Show, screen: VirtualScreen) -> None:
    show.start("render.service")
    until("render draws", START_S, show.shown)
    until("the last picture is kept", START_S, show.kept)
    show.start("render.presenters.backdrop")
    until("the backdrop is up", START_S, show.backdrop_is_up)
    light = []
    for gain in (0.2, 0.4, 0.8, 1.6, 3.2, 6.4):
        until("render draws", START_S, partial(show.shown, gain))
        light.append(float(screen.picture()[BOTH].mean()))
    assert light == sorted(set(light)), "every frame is seen at once: nothing that shows last pictures lies above"
