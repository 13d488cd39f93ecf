"""A take drawn again is what the wall showed, to the last bit; camera views obey geometry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import OpenEXR
import pytest

from render.gl.context import create_offscreen_context
from stage.errors import InputError
from stage.files.loading import load_stage
from stage.maths.pose import quaternion_from_pan_tilt_roll, rotation_matrix
from stage.messages.frames import Frame, FrameReport
from stage.model.look import Exposure, Look
from stage.model.wall import Tile, tiles_of
from stage.show.home import home_state
from stage.takes.content import ContentStore, look_files, scene_files, stage_files
from stage.takes.places import take_folders
from stage.takes.recorder import Recorder
from stage.takes.take import Take
from stage.takes.take_info import read_info
from tests.unit.stage.takes.letters import cut, letter, on_air, rolling, setting, time_of
from tools.takes.job import Job, run_job
from tools.takes.redraw import Redraw, Span, Wish

STAGE = """schema = "stage/1"
name = "small"
frame_rate = "24"
scene = "boxes"

[[walls]]
name = "main"
kind = "flat"
position_m = [0.0, 0.0, 0.25]
{grid}cabinets = {{ columns = 4, rows = 2, size_px = [40, 36], pitch_mm = 10.0 }}

{outputs}
[[sources]]
name = "t"
port = 0

[[cameras]]
name = "a"
source = "t"
sensor_mm = [24.0, 13.5]
image_px = [320, 180]
home = {{ position_m = [0.1, -2.6, 0.8], pan_deg = -4.0 }}
lens = {{ points = [{{ focal_length_mm = 28.0 }}] }}
"""
OUTPUT = (
    '[[outputs]]\nname = "{name}"\nsize_px = [{size}]\ntiles = [{{ tile = "main/{tile}", position_px = [0, 0] }}]\n'
)
ONE = OUTPUT.format(name="wall", size="160, 72", tile="all")
GRID = "tile_grid = { columns = 6, rows = 4 }\n"
FRAMES = range(30, 50)
TELL = lambda text: None  # noqa: E731


def frames_of(path: Path) -> list[Frame]:
    """A camera that moves past the wall while the look fades."""
    home = home_state(load_stage(path).cameras[0])
    made: list[Frame] = []
    for number in FRAMES:
        share = (number - FRAMES.start) / len(FRAMES)
        orientation = quaternion_from_pan_tilt_roll(-4.0 - 6.0 * share, 1.0, 0.5)
        state = replace(home, position_m=(0.1 + 0.4 * share, -2.6, 0.8), orientation=orientation)
        outer = number - number % 12
        made.append(
            Frame(
                number=number,
                present_ns=time_of(number + 1),
                decided_ns=time_of(number),
                scene="boxes",
                scene_time_s=number / 24,
                outer_number=outer,
                outer_scene_time_s=outer / 24,
                look=Look(exposure=Exposure(ev=share), frame_code=number % 2 == 0),
                cameras=(state,),
            )
        )
    return made


def report(frame: Frame, digest: str) -> FrameReport:
    return FrameReport(
        node="render",
        number=frame.number,
        present_ns=frame.present_ns,
        received_ns=0,
        drawn_ns=0,
        presented_ns=0,
        late_ns=0,
        skipped=0,
        cpu_ns=0,
        outer_drawn=False,
        digest=digest,
    )


@pytest.fixture(scope="module")
def ctx() -> Iterator[moderngl.Context]:
    made = create_offscreen_context()
    yield made
    made.release()


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory, ctx: moderngl.Context) -> Path:
    """A take: drawn by a renderer as live, recorded with what its outputs carried."""
    folder = tmp_path_factory.mktemp("stage")
    path = folder / "small.toml"
    path.write_text(STAGE.format(grid="", outputs=ONE))
    root = folder / "takes"
    stage = load_stage(path)
    files = stage_files(path, stage) | look_files(stage.look, path) | scene_files("boxes", path)
    store = ContentStore(root)
    content = {name: store.keep(file) for name, file in files.items()}
    recorder = Recorder(setting(root), 0, lambda scenes: content)
    live = Redraw(ctx, path, "boxes", Wish())
    slate = rolling(FRAMES.start)
    recorder.take([on_air(slate, time_of(FRAMES.start))], 0)
    for frame in frames_of(path):
        live.draw(frame)
        told = report(frame, live.renderer.readback.digest())
        recorder.take([letter(frame, frame.decided_ns), letter(told, frame.decided_ns + 5)], 0)
    recorder.take([on_air(cut(slate), time_of(FRAMES.stop))], 0)
    live.close()
    path.write_text("the stage was changed since")
    (taken,) = take_folders(root)
    return taken


def test_every_frame_is_equal_to_the_last_bit_though_the_stage_was_changed_since(shot: Path) -> None:
    with Take(shot) as take:
        done = run_job(take, Job(shot, None, verify=True), TELL)
    assert done.book is not None
    assert (done.book.equal, done.different, done.book.unknown) == (len(FRAMES), 0, 0)


def test_a_renderer_that_draws_something_else_is_found_out(shot: Path) -> None:
    with Take(shot) as take:
        done = run_job(take, Job(shot, None, verify=True, wish=Wish(look="dusk")), TELL)
    assert done.different == len(FRAMES)


def test_frames_are_equal_in_any_order_and_from_any_start(shot: Path, ctx: moderngl.Context) -> None:
    with Take(shot) as take:
        places = [17, 3, 11, 12, 4]
        known = [each.record.digest for each in take.records("frame.report") if isinstance(each.record, FrameReport)]
        done = run_job(take, Job(shot, None, verify=True, span=Span(41, 47, 3)), TELL)
        assert done.book is not None
        assert done.book.equal == 3
        from tools.takes.restored import RestoredStage

        with RestoredStage(take) as stage:
            redraw = Redraw(ctx, stage.path, "boxes", Wish())
            for place in places:
                redraw.draw(take.frame(place))
                assert redraw.renderer.readback.digest() == known[place]
            redraw.close()


def in_24_tiles(folder: Path) -> tuple[Path, tuple[Tile, ...]]:
    """The stage with an output for each of 24 tiles."""
    path = folder / "tiles.toml"
    path.write_text(STAGE.format(grid=GRID, outputs=ONE.replace("main/all", "main/c0r0")))
    tiles = tiles_of(load_stage(path).walls[0])
    size = "{0[0]}, {0[1]}".format
    outputs = "".join(OUTPUT.format(name=f"on-{tile.name}", size=size(tile.size_px), tile=tile.name) for tile in tiles)
    path.write_text(STAGE.format(grid=GRID, outputs=outputs))
    return path, tiles


def test_24_tiles_carry_what_one_output_carried(shot: Path, tmp_path: Path, ctx: moderngl.Context) -> None:
    (tmp_path / "one.toml").write_text(STAGE.format(grid="", outputs=ONE))
    path, tiles = in_24_tiles(tmp_path)
    assert len(tiles) == 24
    one, many = Redraw(ctx, tmp_path / "one.toml", "boxes", Wish()), Redraw(ctx, path, "boxes", Wish())
    with Take(shot) as take:
        for place in range(0, len(FRAMES), 5):
            frame = replace(take.frame(place), look=replace(take.frame(place).look, frame_code=False))
            one.draw(frame)
            picture = one.outputs()["wall"]
            many.draw(frame)
            carried = many.outputs()
            for tile in tiles:
                (x, y), (width, height) = tile.origin_px, tile.size_px
                assert np.array_equal(carried[f"on-{tile.name}"], picture[y : y + height, x : x + width])
    one.close()
    many.close()


def test_pictures_are_written_once_and_a_stopped_run_goes_on(shot: Path, tmp_path: Path) -> None:
    with Take(shot) as take:
        first = run_job(take, Job(shot, tmp_path, span=Span(30, 34)), TELL)
        second = run_job(take, Job(shot, tmp_path, span=Span(30, 36)), TELL)
    assert (first.drawn, second.drawn, second.kept) == (5, 2, 5)
    assert len(list(tmp_path.glob("wall.*.png"))) == 7


def test_a_cameras_view_and_its_passes_obey_geometry(shot: Path, tmp_path: Path) -> None:
    size = (96, 54)
    job = Job(
        shot, tmp_path, camera="a", size_px=size, passes=("depth", "position", "normal", "motion"), span=Span(35, 36)
    )
    with Take(shot) as take:
        run_job(take, job, TELL)
        frame, after = take.frame(5), take.frame(6)
    read = OpenEXR.File(str(tmp_path / "a.00000035.exr"))
    parts = {part.name(): part for part in read.parts}
    state, then = frame.cameras[0], after.cameras[0]
    position = np.stack([parts["P"].channels[each].pixels for each in "XYZ"], axis=-1).astype(np.float64)
    across, forward, up = rotation_matrix(state.orientation).T
    offset = position - np.asarray(state.position_m)
    depth = offset @ forward
    assert np.allclose(parts["Z"].channels["Z"].pixels, depth, rtol=1e-5)
    x = (np.arange(size[0]) + 0.5) / size[0] - 0.5
    y = 0.5 - (np.arange(size[1]) + 0.5) / size[1]
    near = depth < 50.0
    assert near.mean() > 0.3
    assert np.allclose((offset @ across / depth)[near], np.broadcast_to(x * 24.0 / 28.0, depth.shape)[near], atol=1e-4)
    assert np.allclose(
        (offset @ up / depth)[near], np.broadcast_to(y[:, None] * 13.5 / 28.0, depth.shape)[near], atol=1e-4
    )
    ahead, forward_then = rotation_matrix(then.orientation).T[:2]
    moved = position - np.asarray(then.position_m)
    at_px = (moved @ ahead / (moved @ forward_then) * 28.0 / 24.0 + 0.5) * size[0] - 0.5
    motion = parts["motion"].channels["X"].pixels
    assert np.allclose(motion[near], (at_px - np.arange(size[0]))[near], atol=0.02)
    code = parts["rgb"].header["timeCode"]
    assert (code.hours, code.frame) is not None
    matrix = parts["rgb"].header["worldToCamera"]
    eye = np.append(np.asarray(state.position_m), 1.0) @ matrix
    assert np.allclose(eye, [0.0, 0.0, 0.0, 1.0], atol=1e-5)
    assert parts["rgb"].channels["RGB"].pixels.max() > 0.0


def test_what_is_missing_is_told(shot: Path, tmp_path: Path) -> None:
    with Take(shot) as take:
        for job in (
            Job(shot, tmp_path, camera="b"),
            Job(shot, tmp_path, span=Span(900, 901)),
            Job(shot, tmp_path, wish=Wish(look="no-such-look")),
            Job(shot, tmp_path, wish=Wish(scene="no-such-set")),
            Job(shot, tmp_path, stage="no-such-stage"),
        ):
            with pytest.raises(InputError):
                run_job(take, job, TELL)
    assert read_info(shot).status == "complete"
