"""What comes with OpenStage: the demo stages, the looks, and the reference of the stage file."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stage.files.field_paths import keys_of
from stage.files.loading import load_preset, load_stage, presets_directory
from stage.lint.lint import lint_stage
from stage.model.base import Model, PoseModel
from stage.model.calibration import Calibration
from stage.model.camera import Camera, Lens, LensPoint
from stage.model.fixture import Fixture, Lights
from stage.model.look import Look
from stage.model.osc import Osc
from stage.model.output import Output, TilePlacement
from stage.model.place import Place
from stage.model.sources.base import Alignment, EncoderRange, TrackerSource
from stage.model.sources.freed import FreedSource
from stage.model.sources.opentrackio import OpenTrackIoSource
from stage.model.sources.osc import OscRule, OscSource
from stage.model.sources.psn import PsnSource
from stage.model.stagefile import Quality, Stage, Timing
from stage.model.wall import Cabinets, FlatWall, MeshWall, Tile, TileGrid, WallBase, canvas_px, tiles_of
from stage.walls.surface import Surface, surface_of

STAGES = presets_directory() / "stages"
LOOKS = presets_directory() / "looks"
REFERENCE = (STAGES / "README.md").read_text(encoding="utf-8")


def demo(name: str) -> tuple[Stage, dict[str, Surface]]:
    stage = load_stage(STAGES / f"{name}.toml")
    return stage, {wall.name: surface_of(wall, STAGES) for wall in stage.walls}


@pytest.mark.parametrize("path", sorted(STAGES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_stage_is_named_like_its_file_and_small_enough_for_a_laptop(path: Path) -> None:
    stage = load_stage(path)
    assert stage.name == path.stem
    assert sum(math.prod(canvas_px(wall)) for wall in stage.walls) <= 2_500_000


@pytest.mark.parametrize("path", sorted(STAGES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_camera_of_a_stage_sees_a_wall_in_the_middle_of_its_picture(path: Path) -> None:
    stage = load_stage(path)
    surfaces = [surface_of(wall, path.parent) for wall in stage.walls]
    for camera in stage.cameras:
        home = camera.home.pose()
        ahead = np.array(home.transform((0.0, 1.0, 0.0))) - home.position_m
        assert any(_meets(surface, np.array(home.position_m), ahead) for surface in surfaces), camera.name


def _meets(surface: Surface, eye: NDArray[np.float64], ahead: NDArray[np.float64]) -> bool:
    """Whether a ray meets a triangle: it is a sum of the directions to its corners, with no negative weight."""
    corners = surface.vertices_m[surface.triangles] - eye
    weights = [np.linalg.solve(triangle.T, ahead) for triangle in corners]
    return any(weight.min() >= -1e-9 for weight in weights)


def test_two_walls_meet_in_a_corner() -> None:
    _, surfaces = demo("two-walls")
    main, side = surfaces["main"].corners_m(), surfaces["side"].corners_m()
    assert main[[1, 2]] == pytest.approx(side[[0, 3]], abs=1e-5)


def test_the_camera_of_two_walls_is_60_degrees_wide() -> None:
    camera = demo("two-walls")[0].cameras[0]
    width = 2 * math.degrees(math.atan(camera.sensor_mm[0] / 2 / camera.lens.points[0].focal_length_mm))
    assert width == pytest.approx(60.0, abs=1e-4)


def test_the_volume_is_what_its_comment_says() -> None:
    stage, surfaces = demo("volume")
    arc = surfaces["arc"].vertices_m
    assert math.degrees(2 * math.atan2(arc[:, 0].max(), 4.5859 + arc[:, 1].min())) == pytest.approx(150.0, abs=0.01)
    tiles = [placement.tile for output in stage.outputs for placement in output.tiles]
    assert len(tiles) == len(set(tiles)) == sum(len(tiles_of(wall)) for wall in stage.walls) == 28
    assert len(stage.outputs) == len(stage.cameras) == len(stage.sources) == 3
    assert {placement.rotation_deg for placement in stage.outputs[2].tiles} == {0, 90, 180}
    ceiling = surfaces["ceiling"].vertices_m
    assert 0 < ceiling[:, 2].min() - arc[:, 2].max() < 0.05, "the ceiling lies just above the arc"
    assert (ceiling.max(axis=0)[:2] >= arc.max(axis=0)[:2]).all()


def test_the_mesh_wall_has_square_pixels_and_meets_the_flat_one() -> None:
    stage, surfaces = demo("mesh-wall")
    curve, flat = surfaces["curve"], surfaces["return"].corners_m()
    left = curve.vertices_m[curve.canvas_px[:, 0] == 0]
    assert left[np.argsort(-left[:, 2])][[0, -1]] == pytest.approx(flat[[1, 2]], abs=1e-4)
    top = curve.vertices_m[curve.canvas_px[:, 1] == 0]
    along = sum(math.dist(a, b) for a, b in itertools.pairwise(top[np.argsort(top[:, 0])]))
    assert along == pytest.approx(4.8, abs=1e-4)
    assert stage.walls[0].kind == "mesh"


@pytest.mark.parametrize("path", sorted(LOOKS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_look_is_named_like_its_file(path: Path) -> None:
    assert load_preset(path).name == path.stem


def test_a_look_is_what_its_file_says_over_the_neutral_one() -> None:
    assert load_preset(LOOKS / "neutral.toml").look == Look()
    dusk = load_preset(LOOKS / "dusk.toml")
    assert dusk.look.exposure.gain == 0.5
    assert (dusk.look.sun.gain, dusk.look.sky.ambient_gain, dusk.look.haze.gain) == (0.15, 0.6, 1.8)
    assert dusk.look.inner == Look().inner
    assert dusk.transition.duration_s == 2.0


def test_the_first_own_stage_has_a_dozen_lines_and_nothing_wrong(tmp_path: Path) -> None:
    block = re.findall(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)[0]
    path = tmp_path / "my-stage.toml"
    path.write_text(block.replace('"courtyard"', '"marker_board"'), encoding="utf-8")
    assert block.count("\n") <= 13, "a dozen lines and an empty one"
    assert lint_stage(load_stage(path), path) == []


def test_the_mesh_of_the_reference_is_that_of_the_demo() -> None:
    block = re.findall(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)[2]
    demo_text = (STAGES / "mesh-wall.toml").read_text(encoding="utf-8")
    assert all(line in demo_text for line in block.splitlines())


NO_POSE = set(keys_of(PoseModel))
WALL_KEYS = set(keys_of(WallBase)) - NO_POSE
SOURCE_KEYS = {*keys_of(TrackerSource), "protocol"}
SECTIONS: dict[str, tuple[type[Model], set[str]]] = {
    "Where things are": (PoseModel, set()),
    "The top of the file": (Stage, set()),
    "place": (Place, set()),
    "timing": (Timing, set()),
    "quality": (Quality, set()),
    "walls.calibration": (Calibration, set()),
    "walls.cabinets": (Cabinets, set()),
    "walls.tiles": (Tile, set()),
    "walls.tile_grid": (TileGrid, set()),
    "A wall of any shape: mesh": (MeshWall, NO_POSE | WALL_KEYS | {"kind"}),
    "outputs": (Output, set()),
    "outputs.tiles": (TilePlacement, set()),
    "sources": (FreedSource, set(keys_of(FreedSource)) - SOURCE_KEYS),
    "A FreeD source": (FreedSource, SOURCE_KEYS),
    "An OpenTrackIO source": (OpenTrackIoSource, SOURCE_KEYS),
    "An OSC source": (OscSource, SOURCE_KEYS),
    "sources.rules": (OscRule, set()),
    "A PosiStageNet source": (PsnSource, SOURCE_KEYS),
    "sources.align": (Alignment, set()),
    "sources.zoom": (EncoderRange, set()),
    "cameras": (Camera, set()),
    "cameras.lens": (Lens, set()),
    "cameras.lens.points": (LensPoint, set()),
    "osc": (Osc, set()),
    "lights": (Lights, set()),
    "fixtures": (Fixture, set()),
}
"""Heading of the reference: the model it describes, and the keys described elsewhere."""


def rows(heading: str) -> dict[str, str]:
    """The keys and defaults of the first table under a heading."""
    section = re.split(rf"^#+ {re.escape(heading)}$", REFERENCE, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, flags=re.MULTILINE)[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section, re.MULTILINE))


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_reference_has_every_key_with_its_default(heading: str) -> None:
    model, elsewhere = SECTIONS[heading]
    told = rows(heading)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    assert set(told) == set(fields) - elsewhere
    for key, shown in told.items():
        field = fields[key]
        assert shown == ("required" if field.is_required() else shown_default(field.default)), key


def test_the_reference_has_every_key_of_a_wall() -> None:
    told = rows("walls")
    assert set(told) == WALL_KEYS | {"kind", "cabinets", "radius_m"}
    assert told["peak_nits"] == shown_default(FlatWall.model_fields["peak_nits"].default)
    assert told["transfer"] == shown_default(FlatWall.model_fields["transfer"].default)


def shown_default(value: object) -> str:
    """A default as the reference shows it: as TOML, `none`, or a pointer to the table of its own."""
    if value is None:
        return "none"
    if isinstance(value, Model):
        changed = value.model_dump(exclude_defaults=True)
        inner = ", ".join(f"{key} = {toml_text(each)}" for key, each in changed.items())
        return f"`{{ {inner} }}`" if changed else "see below"
    return f"`{toml_text(value)}`"


def toml_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(toml_text(item) for item in value)}]"
    return str(value)
