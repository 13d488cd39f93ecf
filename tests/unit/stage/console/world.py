"""The little stage of the console's tests: records of a healthy moment, each made different by keyword."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI

from stage.clock import Clock, ManualClock, MonotonicClock
from stage.console.app import build_app
from stage.console.door.door import Door
from stage.console.link.board import Board
from stage.console.link.description import (
    CameraShape,
    OutputShape,
    PlacedTile,
    SourceShape,
    StageDescription,
    WallShape,
    describe,
)
from stage.console.link.ground import Ground
from stage.console.link.part import Part
from stage.console.link.plain import Plain
from stage.files.loading import load_stage
from stage.messages.control import Phase, ProcessState
from stage.messages.frames import CameraState, Frame, FrameReport, Preview
from stage.messages.samples import LensState, SourceHealth, Validity
from stage.process.keeping import Keeping
from stage.units import NS_PER_MS, NS_PER_S
from stage.walls.surface import surface_of
from tests.looks import a_look

RATE_HZ = 24
PERIOD_NS = NS_PER_S // RATE_HZ

STAGE = StageDescription(
    name="little",
    frame_rate="24",
    rate_hz=24.0,
    scene="courtyard",
    look="neutral",
    stage_eye_m=(0.0, 0.0, 1.6),
    mark_m=None,
    walls=(
        WallShape(
            name="main",
            kind="flat",
            size_px=(200, 100),
            peak_nits=1500.0,
            vertices_m=((-2.0, 4.0, 2.0), (2.0, 4.0, 2.0), (2.0, 4.0, 0.0), (-2.0, 4.0, 0.0)),
            canvas_px=((0.0, 0.0), (200.0, 0.0), (200.0, 100.0), (0.0, 100.0)),
            triangles=((0, 3, 2), (0, 2, 1)),
        ),
    ),
    outputs=(
        OutputShape("left", (200, 100), None, (PlacedTile("main", "all", (0, 0, 200, 100), (0, 0, 200, 100), 0),)),
    ),
    cameras=(CameraShape("a", "mars", (24.9, 14.0), (1920, 1080)),),
    sources=(SourceShape("mars", "freed", "127.0.0.1:40000", 60.0),),
    fixtures=(),
)

CAMERA = CameraState(
    name="a",
    validity=Validity.LIVE,
    position_m=(0.0, 0.0, 1.6),
    orientation=(1.0, 0.0, 0.0, 0.0),
    lens=LensState(24.0),
    sensor_mm=(24.9, 14.0),
    sample_number=5,
    sender_counter=5,
    captured_ns=0,
    received_ns=0,
    horizon_ns=16 * NS_PER_MS,
)

HEALTH = SourceHealth(
    source="mars",
    validity=Validity.LIVE,
    rate_hz=60.0,
    jitter_ms=0.2,
    accepted=100,
    gaps=0,
    rejected=(),
    sender="192.168.10.21:50123",
    warning="",
    observed_ns=0,
)
PROCESS = ProcessState(
    role="render", state=Phase.RUNNING, pid=77, restarts=0, since_ns=0, reason="", cpu_percent=50.0, memory_mb=300.0
)

STAGE_FILE = """
schema = "stage/1"
name = "little"
frame_rate = "24"
scene = "courtyard"

[[walls]]
kind = "flat"
name = "main"
position_m = [0.0, 4.0, 0.0]
peak_nits = 1500.0
cabinets = { columns = 2, rows = 1, size_px = [100, 100], pitch_mm = 20.0 }

[[outputs]]
name = "left"
size_px = [200, 100]
tiles = [{ tile = "main/all" }]
"""


def a_ground(
    folder: Path, clock: Clock | None = None, door: Door | None = None, call: Callable[..., None] | None = None
) -> Ground:
    """What the parts of a console stand on, with its stage file in `folder`. `call`: at once, unless told otherwise."""
    path = folder / "stage.toml"
    path.write_text(STAGE_FILE, encoding="utf-8")
    stage = load_stage(path)
    surfaces = {wall.name: surface_of(wall, folder) for wall in stage.walls}
    clock = clock or ManualClock(10**15)
    return Ground(
        stage_path=path,
        run_dir=folder,
        clock=clock,
        stage=stage,
        surfaces=surfaces,
        description=describe(stage, surfaces),
        board=Board(),
        door=door or Door(clock, None),
        keeping=Keeping(),
        call=call or (lambda function, *given: function(*given)),
    )


class Routes(Part):
    """Routes alone, of works that a test has made."""

    def __init__(self, add: Callable[[FastAPI], None]) -> None:
        self._add = add

    def add_routes(self, app: FastAPI) -> None:
        self._add(app)


def app_with(add: Callable[[FastAPI], None], board: Board[Plain] | None = None) -> FastAPI:
    """A console of this machine with some routes and no page."""
    return build_app(board or Board(), Door(MonotonicClock(), None), [Routes(add)], Path("no-page-is-built"))


def present_ns(number: int) -> int:
    """When frame `number` is due on this stage's clock."""
    return number * PERIOD_NS


def frame(number: int, cameras: Sequence[CameraState] | None = None) -> Frame:
    """Frame `number`, decided one period ahead; by default its camera's packet came 20 ms before its present time."""
    due_ns = present_ns(number)
    fresh = replace(CAMERA, received_ns=due_ns - 20 * NS_PER_MS, captured_ns=due_ns - 25 * NS_PER_MS)
    states = (fresh,) if cameras is None else tuple(cameras)
    return Frame(
        number=number,
        present_ns=due_ns,
        decided_ns=due_ns - PERIOD_NS,
        scene="courtyard",
        scene_time_s=0.0,
        outer_number=number,
        outer_scene_time_s=0.0,
        look=a_look(),
        cameras=states,
    )


def report(number: int, node: str = "render", late_ns: int = 0, skipped: int = 0) -> FrameReport:
    """What a node did with frame `number`: drawn in 9 ms, presented on time or late."""
    due_ns = present_ns(number)
    received_ns = due_ns - 12 * NS_PER_MS
    drawn_ns = received_ns + 9 * NS_PER_MS
    return FrameReport(
        node=node,
        number=number,
        present_ns=due_ns,
        received_ns=received_ns,
        drawn_ns=drawn_ns,
        presented_ns=due_ns + late_ns,
        late_ns=late_ns,
        skipped=skipped,
        cpu_ns=0,
        outer_drawn=False,
    )


def preview(output: str, number: int, color: tuple[int, int, int], size_px: tuple[int, int] = (32, 16)) -> Preview:
    """A picture of one colour."""
    return Preview("render", output, number, *size_px, bytes((*color, 255)) * (size_px[0] * size_px[1]))
