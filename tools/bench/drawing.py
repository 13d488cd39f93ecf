"""Drawing against its bare cost: the real render process and the naive program, alternately in one run.

The reference stage "b": three flat walls of 960 x 540 px, a camera of 1920 x 1080 whose eye moves, the set `boxes`
(200 boxes, ground, sky). The render process gets its frames on the bus, each as soon as it reports the previous one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.errors import ProcessError
from stage.files.loading import find_look, find_scene, load_preset, load_scene, load_stage
from stage.messages.frames import Frame, FrameReport
from stage.messages.samples import Validity
from stage.model.stagefile import Stage
from stage.show.heavens import heavens_of
from stage.show.home import home_state
from stage.units import NS_PER_S
from tools.bench.naive_wall import moved

START_NS = 60 * NS_PER_S
WARM_FRAMES = 5
RESEND_NS = NS_PER_S // 2

REFERENCE_STAGE = """schema = "stage/1"
name = "reference-b"
frame_rate = "60"
scene = "boxes"
stage_eye_m = [0.0, -1.5, 1.35]
{walls}
[[cameras]]
name = "A"
source = "tracker"
sensor_mm = [24.0, 13.5]
image_px = [1920, 1080]
home = {{ position_m = [0.0, -1.5, 1.35] }}
lens = {{ points = [{{ focal_length_mm = 20.785 }}] }}
[[sources]]
name = "tracker"
"""
REFERENCE_WALL = """[[walls]]
kind = "flat"
name = "{name}"
position_m = [{x}, {y}, 0.0]
pan_deg = {pan}
cabinets = {{ columns = 8, rows = 4, size_px = [120, 135], pitch_mm = 5.0 }}
[[outputs]]
name = "{name}"
size_px = [960, 540]
tiles = [{{ tile = "{name}/all" }}]
"""


def reference_stage(folder: Path) -> Path:
    """Write the stage "b" into a folder: one wall in front, one to each side at 60 degrees."""
    places = (("left", -3.6, 2.42, 60), ("front", 0.0, 4.5, 0), ("right", 3.6, 2.42, -60))
    walls = "".join(REFERENCE_WALL.format(name=name, x=x, y=y, pan=pan) for name, x, y, pan in places)
    path = folder / "reference-b.toml"
    path.write_text(REFERENCE_STAGE.format(walls=walls), encoding="utf-8")
    return path


def drawing_figures(stage_path: Path | None = None, seconds: float = 5.0, rounds: int = 3) -> dict[str, Any]:
    """Frames per second of both, alternately, `rounds` times; the ratio is the median of the rounds' ratios.

    `stage_path` must have flat walls only (the naive program supports no others); unset = the reference stage.
    """
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        path = stage_path or reference_stage(Path(folder))
        pairs = [(real_frames_per_s(path, seconds), naive_frames_per_s(path, seconds)) for _ in range(rounds)]
    ratios = [real / naive for real, naive in pairs]
    return {
        "stage": load_name(stage_path),
        "real_fps": median(real for real, _ in pairs),
        "naive_fps": median(naive for _, naive in pairs),
        "ratio": median(ratios),
        "ratios": ratios,
    }


def load_name(stage_path: Path | None) -> str:
    """The name of the figures."""
    return "reference-b" if stage_path is None else load_stage(stage_path).name


def naive_frames_per_s(stage_path: Path, seconds: float) -> float:
    """Run the naive program in its own process."""
    command = [sys.executable, "-m", "tools.bench.naive_wall", "--stage", str(stage_path), "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ProcessError(f"the naive program ended with {done.returncode}: {done.stderr[-2000:]}")
    counted = json.loads(done.stdout)
    return float(counted["frames"] / counted["seconds"])


def real_frames_per_s(stage_path: Path, seconds: float) -> float:
    """Run the render process, fed with the next frame as soon as the last is reported."""
    clock = MonotonicClock()
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder, _render_process(stage_path, Path(folder)):
        bus = ZmqBus.in_directory(Path(folder))
        frames, reports = bus.publisher("conductor"), bus.subscriber("frame.report")
        try:
            feed = _Feed(load_stage(stage_path), stage_path, clock)
            number = 0
            give_up_ns = clock.now_ns() + START_NS
            while number < WARM_FRAMES:
                frames.publish(feed.frame(number))
                if reports.receive(RESEND_NS):
                    number += 1
                if clock.now_ns() > give_up_ns:
                    raise ProcessError(f"the render process drew nothing in {START_NS // NS_PER_S} s")
            started_ns, drawn = clock.now_ns(), 0
            while clock.now_ns() - started_ns < seconds * NS_PER_S:
                frames.publish(feed.frame(WARM_FRAMES + drawn))
                drawn += len([r for r in reports.receive(START_NS) if isinstance(r, FrameReport)])
            return drawn * NS_PER_S / (clock.now_ns() - started_ns)
        finally:
            frames.close()
            reports.close()
            bus.close()


class _Feed:
    """The frames both programs draw: the camera moves, the present time is now, so there is no waiting."""

    def __init__(self, stage: Stage, stage_path: Path, clock: MonotonicClock) -> None:
        self._stage, self._clock = stage, clock
        self._home = replace(home_state(stage.cameras[0]), validity=Validity.LIVE, sample_number=0)
        self._look = load_preset(find_look(stage.look, stage_path.parent)).look
        scene = load_scene(find_scene(stage.scene, stage_path.parent))
        self._heavens = heavens_of(self._look.sun, scene, stage.place)

    def frame(self, number: int) -> Frame:
        """Frame `number`."""
        outer = number - number % self._stage.timing.outer_every_frames
        rate, now_ns = float(self._stage.rate_hz), self._clock.now_ns()
        camera = moved(self._home, number)
        time_s, outer_s = number / rate, outer / rate
        cameras = (camera,)
        return Frame(
            *(number, now_ns, now_ns, self._stage.scene, time_s, outer, outer_s, self._look, cameras, self._heavens)
        )


@contextmanager
def _render_process(stage_path: Path, run_dir: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "render.service", "--stage", str(stage_path), "--run-dir", str(run_dir)]
    with (run_dir / "render.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen([*command, "--offscreen"], stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)
