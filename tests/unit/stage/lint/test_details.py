"""What lint rules let pass, and the parts they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stage.errors import InputError
from stage.files.finding import Severity
from stage.files.loading import checked_model
from stage.lint.lint import lint_file, lint_stage
from stage.lint.neighbours import EDGE_SAMPLES, cut_depth_m, sides_m
from stage.lint.rectangles import Rectangle, free_px, overlaps
from stage.model.stagefile import Stage
from stage.model.wall import ArcWall, Cabinets, FlatWall, MeshWall
from stage.walls.surface import surface_of

SIDE = st.integers(0, 12)
RECTANGLES = st.lists(st.builds(Rectangle, SIDE, SIDE, st.integers(1, 12), st.integers(1, 12)), max_size=6)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(RECTANGLES, st.tuples(st.integers(1, 16), st.integers(1, 16)))
def test_rectangles_agree_with_painting_every_pixel(rectangles: list[Rectangle], size_px: tuple[int, int]) -> None:
    painted = np.zeros((40, 40), int)
    for r in rectangles:
        painted[r.y : r.bottom, r.x : r.right] += 1
    on_raster = painted[: size_px[1], : size_px[0]]
    count, first = free_px(rectangles, size_px)
    assert count == (on_raster == 0).sum()
    if count:
        row, column = np.argwhere(on_raster == 0)[0]
        assert first == (column, row)
    assert any(overlaps(rectangles)) == bool((painted > 1).any())


def test_overlaps_are_counted_by_pair() -> None:
    three = [Rectangle(0, 0, 10, 10), Rectangle(10, 0, 10, 10), Rectangle(8, 8, 4, 4)]
    assert list(overlaps(three)) == [(0, 2, 4), (1, 2, 4)]


def flat(name: str, width_px: int, **pose: Any) -> FlatWall:
    cabinets = Cabinets(columns=1, rows=1, size_px=(width_px, 200), pitch_mm=5.0)
    return FlatWall(name=name, kind="flat", cabinets=cabinets, **pose)


def findings(walls: list[Any], **more: Any) -> list[tuple[str, str]]:
    """(field, problem) of a stage that has these walls and is good otherwise."""
    document = {
        "schema": "stage/1",
        "name": "s",
        "scene": "marker_board",
        "stage_eye_m": [0.0, -3.0, 0.5],
        "walls": [wall.model_dump() for wall in walls],
        "outputs": [
            {
                "name": "out",
                "size_px": [16_000, 400],
                "tiles": [{"tile": f"{wall.name}/all", "position_px": [1000 * i, 0]} for i, wall in enumerate(walls)],
            }
        ],
        "sources": [{"name": "t"}],
        "cameras": [
            {"name": "a", "source": "t", "sensor_mm": [24.0, 13.5], "lens": {"points": [{"focal_length_mm": 24.0}]}}
        ],
        **more,
    }
    stage, problems = checked_model(Path("stage.toml"), document, Stage)
    assert stage is not None, problems
    return [(finding.field, finding.problem) for finding in lint_stage(stage, Path("stage.toml"))]


def test_walls_that_meet_within_a_pixel_pass() -> None:
    assert findings([flat("a", 200), flat("b", 200, position_m=(1.004, 0.0, 0.0))]) == []


def test_walls_far_apart_pass() -> None:
    assert findings([flat("a", 200), flat("b", 200, position_m=(1.3, 0.0, 0.0))]) == []


def test_a_narrow_strip_beside_a_wall_passes() -> None:
    """Both of its edges are near the wall's; only one of them is meant to meet it."""
    assert findings([flat("a", 200), flat("strip", 20, position_m=(0.55, 0.0, 0.0))]) == []


@pytest.mark.parametrize("gap_m", [0.0, 0.004, -0.004])
def test_walls_that_butt_like_a_t_pass(gap_m: float) -> None:
    assert findings([flat("a", 200), flat("b", 200, position_m=(0.1, -0.5 - gap_m, 0.0), pan_deg=-90.0)]) == []


def test_walls_in_one_plane_that_overlap_are_found() -> None:
    (found,) = findings([flat("a", 200), flat("b", 200, position_m=(0.95, 0.0, 0.0))])
    assert found == ("walls[1].position_m", "walls 'a' and 'b' overlap by 50.0 mm (10.0 pixels)")


def test_how_deep_walls_cut_is_measured_across_the_face() -> None:
    across = surface_of(flat("a", 200), Path())
    through = surface_of(flat("b", 200, position_m=(0.1, 0.0, 0.0), pan_deg=-90.0), Path())
    assert cut_depth_m(across, through) == pytest.approx(0.4), "0.4 of a beyond b; 0.5 of b on either side of a"
    beside = surface_of(flat("c", 200, position_m=(0.0, 0.5, 0.0)), Path())
    assert cut_depth_m(across, beside) == 0.0


def test_the_sides_of_a_wall_are_its_outline() -> None:
    cabinets = Cabinets(columns=3, rows=2, size_px=(100, 100), pitch_mm=5.0)
    surface = surface_of(ArcWall(name="w", kind="arc", cabinets=cabinets, radius_m=1.0), Path())
    left, right, top, bottom = sides_m(surface)
    assert all(len(side) == EDGE_SAMPLES for side in (left, right, top, bottom))
    assert np.ptp(left[:, 0]) == pytest.approx(0.0)
    assert left[:, 0] == pytest.approx(-right[:, 0])
    assert top[:, 2] == pytest.approx(np.full(EDGE_SAMPLES, 1.0))
    assert bottom[:, 2] == pytest.approx(np.zeros(EDGE_SAMPLES))


def test_sources_on_one_port_may_differ_by_camera_id_or_sender() -> None:
    first = {"name": "t", "port": 40_000, "camera_id": 1, "allow": ["192.168.0.1"]}
    camera = {"sensor_mm": [24.0, 13.5], "lens": {"points": [{"focal_length_mm": 24.0}]}}
    cameras = [{"name": "a", "source": "t", **camera}, {"name": "b", "source": "u", **camera}]
    for second in ({"camera_id": 2}, {"allow": ["192.168.0.2"]}, {"port": 40_001}, {"host": "127.0.0.9"}):
        sources = [first, {"name": "u", "port": 40_000, **second}]
        assert findings([flat("a", 200)], sources=sources, cameras=cameras) == []


@pytest.mark.parametrize("lead_ms", [None, 10.5, 41.7, 166.0])
def test_a_draw_lead_of_a_quarter_to_four_frames_passes(lead_ms: float | None) -> None:
    timing = {} if lead_ms is None else {"draw_lead_ms": lead_ms}
    assert findings([flat("a", 200)], timing=timing) == []


def test_a_mesh_file_that_cannot_be_read_is_a_finding_not_an_end() -> None:
    mesh = MeshWall(name="m", kind="mesh", file="none.obj", size_px=(100, 100))
    (found,) = findings([mesh])
    assert found == ("walls[0].file", "none.obj: cannot be read: No such file or directory")


def test_a_tile_on_a_dark_part_of_a_wall_is_named_with_its_wall() -> None:
    outputs = [{"name": "out", "size_px": [100, 200], "tiles": [{"tile": "a/c0r0"}]}]
    tiled = flat("a", 200, tile_grid={"columns": 2, "rows": 1})
    assert findings([tiled], outputs=outputs) == [("walls[0]", "no output carries a/c1r0: those LEDs stay dark")]


def test_fields_that_do_not_fit_are_findings_and_come_alone(tmp_path: Path) -> None:
    path = tmp_path / "stage.toml"
    path.write_text('schema = "stage/1"\nname = "x"\nscene = "nowhere"\nwalls = []\noutputs = []\ncolour = 3\n')
    found = lint_file(path)
    assert [(f.field, f.problem) for f in found] == [
        ("walls", "needs at least 1 item(s)"),
        ("outputs", "needs at least 1 item(s)"),
        ("colour", "unknown key"),
    ]
    assert {f.severity for f in found} == {Severity.ERROR}


def test_a_stage_file_that_is_no_toml_cannot_be_linted(tmp_path: Path) -> None:
    (tmp_path / "stage.toml").write_text("walls = [")
    with pytest.raises(InputError, match="is not valid TOML"):
        lint_file(tmp_path / "stage.toml")


def test_a_broken_scene_is_told_with_its_own_file(tmp_path: Path) -> None:
    folder = tmp_path / "scenes" / "own"
    folder.mkdir(parents=True)
    scene = 'schema = "scene/1"\nname = "own"\n[[layers]]\nkind = "gltf"\nfile = "gone.glb"\n'
    (folder / "scene.toml").write_text(scene)
    document = Path(tmp_path / "stage.toml")
    document.write_text(
        'schema = "stage/1"\nname = "s"\nscene = "own"\n'
        '[[walls]]\nname = "a"\nkind = "flat"\nposition_m = [0.0, 2.0, 0.0]\n'
        "cabinets = { columns = 1, rows = 1, size_px = [100, 100], pitch_mm = 5.0 }\n"
        '[[outputs]]\nname = "o"\nsize_px = [100, 100]\ntiles = [{ tile = "a/all" }]\n'
        '[[sources]]\nname = "t"\n'
        '[[cameras]]\nname = "c"\nsource = "t"\nsensor_mm = [24.0, 13.5]\n'
        "lens = { points = [{ focal_length_mm = 24.0 }] }\n"
    )
    (found,) = lint_file(document)
    assert (found.file, found.field) == (str(folder / "scene.toml"), "layers[0].file")
    (folder / "scene.toml").write_text(scene.replace("layers", "layer"))
    assert {f.field for f in lint_file(document)} == {"layers", "layer"}


def test_errors_come_before_warnings() -> None:
    found = findings([flat("a", 200)], look="noir", timing={"draw_lead_ms": 900.0})
    assert [field for field, _ in found] == ["look", "timing.draw_lead_ms"]
