"""Outputs as windows on a screen: two at once, pixel for pixel; and the wall keeps its picture when render dies."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
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
from tests.e2e.lifeline import command_of
from tests.e2e.patience import PATIENCE_S, until
from tests.e2e.screen import VirtualScreen, virtual_screen
from tests.looks import a_look

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
WINDOWS = ((BOTH[0], slice(0, 240)), (BOTH[0], slice(240, 480)))
"""Where the two windows stand: side by side from the upper left corner."""


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as screen:
        yield screen


def shown_on(
    screen: VirtualScreen, folder: Path, mode: str, *names: str, right: Callable[[NDArray[np.uint8]], bool]
) -> NDArray[np.uint8]:
    """The screen while a process shows these outputs, what it drew is saved in the folder; once it is `right`, for the
    X server may draw a moment after the process has told it to."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.show_windows", str(folder), mode, *names],
        env=screen.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "shown\n"
    until("the screen shows what was drawn", lambda: right(screen.picture()))
    picture = screen.picture()
    child.stdin.close()
    assert child.wait(PATIENCE_S) == 0
    child.stdout.close()
    return picture


def drawn(folder: Path, output: str) -> NDArray[np.uint8]:
    """What the process drew for the output."""
    return np.asarray(np.load(folder / f"{output}.npy")[..., :3], np.uint8)


def test_ten_bit_outputs_are_shown_on_a_desktop_that_has_eight(screen: VirtualScreen, tmp_path: Path) -> None:
    def right(picture: NDArray[np.uint8]) -> bool:
        flat = drawn(tmp_path, "flat").astype(int)
        return bool(np.abs(picture[: flat.shape[0], : flat.shape[1]] - flat).max() <= 1)

    shown_on(screen, tmp_path, "deep", "flat", right=right)
    assert drawn(tmp_path, "flat").max() > 50


def test_two_windows_show_their_outputs_pixel_for_pixel(screen: VirtualScreen, tmp_path: Path) -> None:
    def right(picture: NDArray[np.uint8]) -> bool:
        flat, ceiling = drawn(tmp_path, "flat"), drawn(tmp_path, "ceiling")
        beside = picture[: ceiling.shape[0], flat.shape[1] : flat.shape[1] + ceiling.shape[1]]
        return np.array_equal(picture[: flat.shape[0], : flat.shape[1]], flat) and np.array_equal(beside, ceiling)

    shown_on(screen, tmp_path, "windowed", "flat", "ceiling", right=right)
    flat, ceiling = drawn(tmp_path, "flat"), drawn(tmp_path, "ceiling")
    assert len(np.unique(flat)) > 20
    assert len(np.unique(ceiling)) > 20


def test_full_screen_is_one_pixel_for_one_and_black_beside(screen: VirtualScreen, tmp_path: Path) -> None:
    def right(picture: NDArray[np.uint8]) -> bool:
        flat = drawn(tmp_path, "flat")
        return np.array_equal(picture[: flat.shape[0], : flat.shape[1]], flat)

    picture = shown_on(screen, tmp_path, "full", "flat", right=right)
    height, width = drawn(tmp_path, "flat").shape[:2]
    assert picture.shape == (720, 1280, 3)
    assert np.load(tmp_path / "windows.npy").tolist() == [[1280, 720]]
    assert not picture[height:].any()
    assert not picture[:, width:].any()


@pytest.mark.parametrize("mode", ["ordinary", "flag", "closed"])
def test_an_ordinary_window_shows_its_output_pixel_for_pixel_and_leaves_the_screen_free(
    screen: VirtualScreen, tmp_path: Path, mode: str
) -> None:
    """Without a window manager it stands at the upper left. Closing it ends nothing."""

    def right(picture: NDArray[np.uint8]) -> bool:
        flat = drawn(tmp_path, "flat")
        return np.array_equal(picture[: flat.shape[0], : flat.shape[1]], flat)

    picture = shown_on(screen, tmp_path, mode, "flat", right=right)
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
        command = command_of(module, "--stage", str(self.path), "--run-dir", str(self._run_dir))
        child = subprocess.Popen(command, env=self._screen.environment)
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
            child.wait(PATIENCE_S)
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
    until("render draws", show.shown)
    backdrop = show.start("render.presenters.backdrop")
    until("the last picture is kept", show.kept)
    until("both windows show the set", lambda: all(len(np.unique(screen.picture()[each])) > 20 for each in WINDOWS))
    wall = screen.picture()[BOTH]
    until("the backdrop is up", show.backdrop_is_up)
    assert np.array_equal(screen.picture()[BOTH], wall), "opened, it covered the wall until the next frame"
    render.send_signal(signal.SIGKILL)
    render.wait(PATIENCE_S)
    until("the backdrop shows the same", lambda: np.array_equal(screen.picture()[BOTH], wall))
    assert backdrop.poll() is None
    show.start("render.service")
    until("render is back", show.shown)
    until("it draws the same", lambda: np.array_equal(screen.picture()[BOTH], wall))


def test_the_backdrop_lies_below(show: Show, screen: VirtualScreen) -> None:
    show.start("render.service")
    until("render draws", show.shown)
    until("the last picture is kept", show.kept)
    show.start("render.presenters.backdrop")
    until("the backdrop is up", show.backdrop_is_up)
    light = 0.0

    def is_brighter() -> bool:
        return float(screen.picture()[BOTH].mean()) > light

    for gain in (0.2, 0.4, 0.8, 1.6, 3.2, 6.4):
        until("render draws", partial(show.shown, gain))
        until("the brighter frame is seen: nothing that shows last pictures lies above", is_brighter)
        light = float(screen.picture()[BOTH].mean())
