"""`openstage scene check` and `openstage scene preview`: what they print, write, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from render.scene.loading import load_scene_data
from render.stills.drawing import monitor_codes
from stage.errors import EXIT_FAILED, InputError
from stage.files.loading import find_scene, load_scene
from stage.lint.lint import lint_file
from tests.clips import write_clip
from tools.commands.scene import scene_app
from tools.scene.drawing import StillPose, view_of
from tools.scene.report import picture_bytes

SCENE = """
schema = "scene/1"
name = "bare"
layers = [{ kind = "equirect", file = "sky.png" }]
"""
SKY = np.zeros((32, 64, 3), np.uint8)
SKY[:16] = (255, 0, 0)  # blue above, in OpenCV's order
SKY[16:] = (0, 0, 255)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(scene_app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def set_folder(folder: Path, text: str = SCENE) -> str:
    (folder / "scene.toml").write_text(text, encoding="utf-8")
    cv2.imwrite(str(folder / "sky.png"), SKY)
    return str(folder / "scene.toml")


def checked(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, output = run("check", *arguments, "--json")
    return code, json.loads(output)


def test_a_whole_set_is_taken_apart() -> None:
    code, report = checked("marker_board")
    assert code == 0
    assert report["good"] is True
    assert [layer["kind"] for layer in report["layers"]] == ["gltf", "equirect"]
    path = find_scene("marker_board")
    data = load_scene_data(load_scene(path), path.parent)
    assert report["triangles"] == report["layers"][0]["triangles"] == data.meshes.triangle_count
    assert report["layers"][0]["file_mib"] == pytest.approx(
        (path.parent / "marker_board.glb").stat().st_size / 2**20, abs=1e-3
    )
    assert report["frame_ms"] > 0.0


def test_memory_counts_every_pixel_with_its_smaller_copies() -> None:
    path = find_scene("marker_board")
    data = load_scene_data(load_scene(path), path.parent)
    assert not data.meshes.pictures
    assert picture_bytes(data) == 16 * 32 * 6 * 4 // 3


def test_the_table_says_it_for_people(tmp_path: Path) -> None:
    code, output = run("check", set_folder(tmp_path))
    assert code == 0
    assert "equirect  sky.png" in output
    assert "a frame" in output
    assert "verdict    ready: all drawn" in output
    assert output.endswith("scene.toml: good\n")


def test_every_file_has_a_line_and_what_is_lost_its_remedy(tmp_path: Path) -> None:
    scene = set_folder(
        tmp_path, SCENE.replace("layers = [", 'layers = [{ kind = "card", file = "gone.png", size_m = 1 }, ')
    )
    cv2.imwrite(str(tmp_path / "gone.png"), np.zeros((4, 4, 4), np.uint8))
    code, report = checked(scene)
    assert code == 0
    assert report["verdict"] == "look at this"
    card, sky = report["passport"]
    assert (card["file"], card["verdict"]) == ("gone.png", "look at this")
    assert [entry["fate"] for entry in card["entries"]] == ["drawn", "lost"]
    assert card["entries"][1]["remedy"]
    assert (sky["file"], sky["verdict"]) == ("sky.png", "ready")
    assert "64 x 32 px, PNG" in sky["entries"][0]["asks"]
    assert "verdict    look at this: 1 lost" in run("check", scene)[1]


def test_of_a_set_that_cannot_be_shown_every_broken_file_is_named_and_the_others_read(tmp_path: Path) -> None:
    layers = "".join(f'{{ kind = "card", file = "{name}.png", size_m = 1 }}, ' for name in "ab")
    scene = set_folder(tmp_path, SCENE.replace("layers = [", f"layers = [{layers}"))
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(b"no picture")
    code, report = checked(scene)
    assert (code, report["verdict"]) == (EXIT_FAILED, "not this")
    assert [Path(finding["file"]).name for finding in report["findings"]] == ["a.png", "b.png"]
    assert [one["file"] for one in report["passport"]] == ["sky.png"]


def test_a_stage_says_what_its_rate_and_its_walls_make_of_a_set(tmp_path: Path) -> None:
    layer = '{ kind = "video", files = ["h264.mp4"] }, '
    scene = set_folder(tmp_path, SCENE.replace("layers = [", f"layers = [{layer}"))
    write_clip(tmp_path / "h264.mp4", count=3, rate="24000/1001")
    bright = np.full((32, 64, 3), 50.0, np.float32)
    cv2.imwrite(str(tmp_path / "sky.hdr"), bright)
    (tmp_path / "scene.toml").write_text((tmp_path / "scene.toml").read_text().replace("sky.png", "sky.hdr"))
    assert checked(scene)[1]["verdict"] == "ready"
    _, report = checked(scene, "--stage", "two-walls")
    found = {entry["asks"]: entry for one in report["passport"] for entry in one["entries"]}
    assert found["23.976 frames/s"]["fate"] == "approximated"
    assert "repeats 86 frames an hour" in found["23.976 frames/s"]["why"]
    assert found["light up to 5000 nits"]["fate"] == "approximated"


@pytest.mark.parametrize(
    ("before", "after", "field", "problem"),
    [
        ("sky.png", "sly.png", "layers[0].file", "there is no file 'sly.png'"),
        ("equirect", "equirekt", "layers[0]", ""),
        ('name = "bare"', 'name = "bare"\nsunn = 1', "sunn", "unknown key"),
    ],
)
def test_what_is_wrong_is_said_by_field(tmp_path: Path, before: str, after: str, field: str, problem: str) -> None:
    code, report = checked(set_folder(tmp_path, SCENE.replace(before, after)))
    assert code == EXIT_FAILED
    assert report["good"] is False
    assert report["findings"][0]["field"].startswith(field)
    assert problem in report["findings"][0]["problem"]


def test_a_set_that_is_not_there_is_bad_input() -> None:
    with pytest.raises(InputError, match="no such scene"):
        run("check", "marker_bord")


def test_lint_looks_at_every_set_of_a_stage(tmp_path: Path) -> None:
    """The one it starts with and those it holds ready."""
    for name, file in (("one", "sky.png"), ("two", "sly.png")):
        (tmp_path / "scenes" / name).mkdir(parents=True)
        set_folder(tmp_path / "scenes" / name, SCENE.replace("bare", name).replace("sky.png", file))
    stage = tmp_path / "stage.toml"
    stage.write_text(
        'schema = "stage/1"\nname = "s"\nscene = "one"\nscenes = ["two", "three"]\n'
        'walls = [{ name = "main", kind = "flat", '
        "cabinets = { columns = 1, rows = 1, size_px = [64, 64], pitch_mm = 4.0 } }]\n"
        'outputs = [{ name = "out", size_px = [64, 64], tiles = [{ tile = "main/all" }] }]\n'
    )
    found = {(Path(finding.file).parent.name, finding.field) for finding in lint_file(stage)}
    assert ("two", "layers[0].file") in found
    assert (tmp_path.name, "scenes[1]") in found
    assert not [field for folder, field in found if folder == "one"]


def test_stills_show_the_set_from_each_pose(tmp_path: Path) -> None:
    """A blue sky over a red one: level shows both, half each; up is blue, down is red."""
    stills = tmp_path / "stills"
    poses = [f"--pose=0,0,1.5,0,{tilt}" for tilt in (0, 60, -60)]
    code, output = run("preview", set_folder(tmp_path), "--out", str(stills), "--size", "64x36", *poses)
    assert code == 0
    assert output.split() == [str(stills / f"pose-{number}.png") for number in range(3)]
    level, up, down = (cv2.imread(str(stills / f"pose-{number}.png")) for number in range(3))
    assert level is not None
    assert up is not None
    assert down is not None
    assert level.shape == (36, 64, 3)
    blue, red = level[..., 0] > 150, level[..., 2] > 150
    assert blue[:16].all()
    assert red[20:].all()
    assert (up[..., 0] > 150).all()
    assert (down[..., 2] > 150).all()


def test_without_a_pose_a_handful_is_drawn(tmp_path: Path) -> None:
    code, output = run("preview", set_folder(tmp_path), "--out", str(tmp_path), "--size", "32x18", "--json")
    document = json.loads(output)
    assert code == 0
    assert len(document["stills"]) == 5
    assert all(Path(still["file"]).is_file() for still in document["stills"])


@pytest.mark.parametrize(
    "wrong", [("--pose", "1,2,3"), ("--pose", "0,0,nan,0,0"), ("--size", "640"), ("--size", "8x8"), ("--look", "dask")]
)
def test_wrong_arguments_are_bad_input(tmp_path: Path, wrong: tuple[str, str]) -> None:
    with pytest.raises(InputError):
        run("preview", set_folder(tmp_path), "--out", str(tmp_path), *wrong)


def test_bright_light_is_rolled_off_and_never_wraps() -> None:
    light = np.array([0.0, 0.18, 0.8, 1.0, 3.0, 1e4, np.inf, np.nan], np.float32)[None, :, None].repeat(3, axis=2)
    codes = monitor_codes(light)[0, :, 0].tolist()
    assert codes[:3] == [0, 118, 231]
    assert codes[2] < codes[3] < codes[4]
    assert codes[5] == codes[6] == 255


def test_the_angle_of_view_is_horizontal() -> None:
    view = view_of(StillPose("p", (0.0, 0.0, 0.0), 0.0, 0.0), 90.0, (200, 100))
    inside = np.array(view.planes())[:4] @ np.array([0.99, 1.0, 0.0])
    outside = np.array(view.planes())[:4] @ np.array([1.01, 1.0, 0.0])
    assert inside.min() >= 0.0
    assert outside.min() < 0.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-set"], "no-such-set"),
        (["boxes", "--look", "no-such-look"], "no-such-look"),
        (["boxes", "--size", "12"], "WIDTHxHEIGHT"),
        (["boxes", "--pose", "1,2"], "x,y,z,pan,tilt"),
    ],
)
def test_what_a_reference_cannot_be_drawn_of_is_said(arguments: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as failed:
        run("reference", *arguments, "--out", str(tmp_path / "out"))
    assert said in str(failed.value)


def test_a_reference_is_a_picture_and_its_light(tmp_path: Path) -> None:
    pytest.importorskip("mitsuba", reason="the path tracer is an extra: make reference")
    options = ("--size", "32x18", "--spp", "4", "--pose", "0,-3,1.5,0,0", "--out", str(tmp_path), "--json")
    code, output = run("reference", "boxes", *options)
    document = json.loads(output)
    assert code == 0
    assert document["pictures"][0]["noise_flip"] > 0.0
    shown = picture_of(Path(document["pictures"][0]["file"]))
    assert shown.shape == (18, 32, 3)
    light = read_light(tmp_path / "pose-0.exr")
    assert light.shape == (18, 32, 3)
    assert np.abs(shown - monitor_codes(light)).max() <= 1


def picture_of(path: Path) -> Any:
    """(h, w, 3) codes of a PNG, red first."""
    found = cv2.imread(str(path))
    assert found is not None
    return found[:, :, ::-1].astype(int)


def read_light(path: Path) -> Any:
    import OpenEXR

    with OpenEXR.File(str(path)) as file:
        return file.channels()["RGB"].pixels.astype(np.float32)
