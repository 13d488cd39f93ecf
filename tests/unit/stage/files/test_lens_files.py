"""Lens files: named from a stage file, read with line numbers, the same lens as written in the stage file itself."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from stage.errors import InputError
from stage.files.loading import load_lens, load_stage
from stage.lint.lint import lint_file
from stage.model.lens import LensPoint

STAGE = """
schema = "stage/1"
name = "s"
scene = "courtyard"
walls = [{ name = "main", kind = "flat", cabinets = { columns = 2, rows = 2, size_px = [100, 100], pitch_mm = 5.0 } }]
outputs = [{ name = "o", size_px = [200, 200], tiles = [{ tile = "main/all" }] }]
stage_eye_m = [0.0, -2.0, 0.5]

[[sources]]
name = "t"
zoom = { minimum = 1000, maximum = 3000 }
focus = { minimum = 0, maximum = 4000, invert = true }

[[cameras]]
name = "a"
source = "t"
home = { position_m = [0.0, -2.0, 0.5] }
"""
HEAD = 'schema = "lens/1"\nname = "z"\nsensor_mm = [24.0, 13.5]\n'
ZOOM = (
    HEAD
    + """columns = ["zoom", "focus", "focal_length_mm", "focus_m", "entrance_pupil_m", "k1", "k3", "p2", "offset_y_mm"]
rows = [
  [0.0, 0.0, 20.0, inf, 0.10, -1e-4, 1e-8, 1e-5, 0.1],
  [0.0, 1.0, 20.0, 1.0, 0.11, -1e-4, 1e-8, 1e-5, 0.1],
  [1.0, 0.0, 40.0, inf, 0.08, 1e-5, 0.0, 0.0, 0.1],
  [1.0, 1.0, 40.0, 1.0, 0.09, 1e-5, 0.0, 0.0, 0.1],
]
"""
)


def stage_with(folder: Path, camera: str, lens: str = ZOOM) -> Path:
    (folder / "lenses").mkdir(exist_ok=True)
    (folder / "lenses" / "z.toml").write_text(lens)
    path = folder / "stage.toml"
    path.write_text(STAGE + camera)
    return path


@pytest.mark.parametrize("given", ["z", "lenses/z.toml", "ABSOLUTE"])
def test_a_camera_names_its_lens_and_has_the_sensor_that_it_was_calibrated_on(given: str, tmp_path: Path) -> None:
    name = str(tmp_path / "lenses" / "z.toml") if given == "ABSOLUTE" else given
    stage = load_stage(stage_with(tmp_path, f'lens = "{name}"\n'))
    (camera,) = stage.cameras
    assert camera.sensor_mm == (24.0, 13.5)
    assert [(p.zoom_raw, p.focus_raw) for p in camera.lens.points] == [(1000, 0), (1000, 4000), (3000, 0), (3000, 4000)]
    first = camera.lens.points[0]
    assert (first.radial, first.tangential, first.projection_offset_mm) == ((-1e-4, 0.0, 1e-8), (0.0, 1e-5), (0.0, 0.1))
    assert Path(camera.lens.file).name == "z.toml"


def test_a_lens_file_is_the_same_lens_as_in_the_stage_file(tmp_path: Path) -> None:
    inline = """sensor_mm = [24.0, 13.5]
[[cameras.lens.points]]
zoom_raw = 1000
focal_length_mm = 20.0
radial = [-1e-4]
[[cameras.lens.points]]
zoom_raw = 3000
focal_length_mm = 40.0
"""
    table = 'columns = ["zoom_raw", "focal_length_mm", "k1"]\nrows = [[1000, 20.0, -1e-4], [3000, 40.0, 0.0]]\n'
    here = load_stage(stage_with(tmp_path, inline)).cameras[0]
    named = load_stage(stage_with(tmp_path, 'lens = "z"\n', HEAD + table)).cameras[0]
    points = load_stage(
        stage_with(tmp_path, 'lens = "z"\n', HEAD + inline.partition("\n")[2].replace("cameras.lens.", ""))
    ).cameras[0]
    for raw in (900, 1000, 1777, 2999):
        assert here.lens_table().reading(raw, 0) == named.lens_table().reading(raw, 0)
        assert here.lens_table().reading(raw, 0) == points.lens_table().reading(raw, 0)


def test_focus_is_interpolated_in_dioptres_and_infinity_is_none_of_them(tmp_path: Path) -> None:
    table = load_stage(stage_with(tmp_path, 'lens = "z"\n')).cameras[0].lens_table()
    assert table.reading(1000, 0).focus_m == math.inf
    assert table.reading(1000, 2000).focus_m == pytest.approx(2.0)
    assert table.reading(2222, 1000).focus_m == pytest.approx(4.0)
    assert table.reading(2000, 4000).model.focal_length_mm == pytest.approx(math.sqrt(800.0))


def test_a_squeeze_makes_the_sensor_wider(tmp_path: Path) -> None:
    path = stage_with(tmp_path, 'lens = "z"\n', ZOOM.replace("columns", "squeeze = 2.0\ncolumns"))
    assert load_stage(path).cameras[0].sensor_mm == (48.0, 13.5)


WRONG = {
    "a row that is too short": (ZOOM.replace(", 1e-5, 0.1],", ", 0.1],", 1), "rows[0]", 6, "has 8 values"),
    "a word for a number": (ZOOM.replace("0.11", '"x"'), "rows[1][4]", 7, "must be a number"),
    "a share beyond 1": (ZOOM.replace("[1.0, 0.0, 40", "[1.5, 0.0, 40"), "rows[2][0]", 8, "zoom must be less"),
    "a fraction of an encoder": (
        ZOOM.replace('"zoom"', '"zoom_raw"').replace("[1.0, 0.0, 40", "[1.5, 0.0, 40"),
        "rows[2][0]", 8, "zoom_raw must be a whole number",
    ),
    "a point twice": (ZOOM.replace("[1.0, 1.0", "[1.0, 0.0"), "rows[3]", 9, "has the same zoom and focus as rows[2]"),
    "a distortion that folds": (ZOOM.replace("0.08, 1e-5", "0.08, -9e-3"), "rows[2]", 8, "the distortion folds"),
    "an unknown column": (ZOOM.replace('"k1"', '"k9"'), "columns[5]", 4, "must be 'zoom_raw'"),
    "no focal length": (ZOOM.replace('"focal_length_mm"', '"rms_px"'), "", None, "needs a column focal_length_mm"),
    "no table": (HEAD, "", None, "needs its points once"),
    "a column twice": (ZOOM.replace('"k3"', '"k1"'), "", None, "the column k1 stands twice"),
    "an unknown key": (HEAD + "maker = 3\n" + ZOOM.removeprefix(HEAD), "maker", 4, "unknown key"),
    "a pupil in mm": (ZOOM.replace("0.10,", "100.0,"), "rows[0][4]", 6, "entrance_pupil_m must be less than"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_a_lens_file_is_told_with_its_line_wherever_it_is_read(name: str, tmp_path: Path) -> None:
    text, field, line, problem = WRONG[name]
    path = stage_with(tmp_path, 'lens = "z"\n', text)
    file = tmp_path / "lenses" / "z.toml"
    for findings in (lint_file(file), lint_file(path)):
        assert [(f.file, f.field, f.line) for f in findings] == [(str(file), field, line)]
        assert problem in findings[0].problem
    for read in (lambda: load_lens(file), lambda: load_stage(path)):
        with pytest.raises(InputError) as refused:
            read()
        assert refused.value.where == (str(file) if line is None else f"{file}:{line}")


def test_a_lens_that_is_not_there_is_told_at_the_camera(tmp_path: Path) -> None:
    path = stage_with(tmp_path, 'lens = "exampel-zoom"\n')
    (finding,) = lint_file(path)
    assert (finding.field, finding.problem) == ("cameras[0].lens", "exampel-zoom: no such lens")
    assert "Did you mean 'example-zoom'?" in finding.remedy
    assert finding.line == path.read_text().splitlines().index('lens = "exampel-zoom"') + 1


def test_the_rest_of_the_stage_file_is_checked_although_its_lens_is_wrong(tmp_path: Path) -> None:
    path = stage_with(tmp_path, 'lens = "z"\nimage_px = [0, 0]\n', HEAD)
    assert {f.field for f in lint_file(path)} == {"", "cameras[0].image_px[0]", "cameras[0].image_px[1]"}


def test_a_larger_sensor_than_was_calibrated_is_told(tmp_path: Path) -> None:
    path = stage_with(tmp_path, 'lens = "z"\nsensor_mm = [36.0, 20.25]\nimage_px = [1920, 1080]\n')
    (finding,) = lint_file(path)
    assert finding.field == "cameras[0].sensor_mm"
    assert "calibrated on 24 x 13.5 mm only" in finding.problem


def test_two_cameras_with_one_lens_are_told_of_it_once(tmp_path: Path) -> None:
    second = '\n[[cameras]]\nname = "b"\nsource = "t"\nhome = { position_m = [0.0, -2.0, 0.5] }\nlens = "z"\n'
    path = stage_with(tmp_path, 'lens = "z"\n' + second, ZOOM.replace("[1.0, 0.0, 40.0, inf", "[1.0, 0.0, 4000.0, inf"))
    (finding,) = lint_file(path)
    assert (Path(finding.file).name, finding.field, finding.line) == ("z.toml", "rows[2][2]", 8)


def test_shares_and_raw_values_do_not_mix() -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        LensPoint.model_validate({"zoom": 0.5, "zoom_raw": 7, "focal_length_mm": 20.0})
