"""Motion files: whatever program wrote it, and however it writes numbers, the camera goes the same way on the stage.

The oracle is one motion that is written here in every format by formulas of its own (rotation matrices).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from stage.errors import InputError
from stage.maths.pose import rotate
from stage.motions.figures import figures_of
from stage.motions.kinds import Said
from stage.motions.reading import read_motion
from stage.motions.writing import write_tum
from tests.places import DATA

MOTIONS = DATA / "motions"
Matrix = NDArray[np.float64]

RATE_HZ = 24.0
COUNT = 30
CV_FROM_STAGE = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], dtype=np.float64)
"""OpenCV camera axes x right, y down, z forward, in terms of right, forward, up."""
GL_FROM_STAGE = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], dtype=np.float64)
Y_UP_FROM_Z_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], dtype=np.float64)


def place(index: int) -> Matrix:
    return np.array([0.05 * index, 0.02 * index - 3.0, 1.6 + 0.1 * math.sin(index / 5)], np.float64)


def turn(index: int) -> Matrix:
    """The camera's right, forward and up as columns: pan about z, then tilt, then roll."""
    pan, tilt, roll = 0.02 * index - 0.4, 0.1 * math.cos(index / 7), 0.05 * math.sin(index / 4)
    return np.array(Rotation.from_euler("ZXY", [pan, tilt, roll]).as_matrix(), np.float64)


def xyzw(matrix: Matrix) -> list[float]:
    return list(Rotation.from_matrix(matrix).as_quat())


def line(separator: str, *numbers: float | str) -> str:
    return separator.join(number if isinstance(number, str) else repr(float(number)) for number in numbers) + "\n"


def tum(separator: str = " ", time: Callable[[int], str] = lambda i: repr(i / RATE_HZ), metres: float = 1.0) -> str:
    return "".join(line(separator, time(i), *place(i) / metres, *xyzw(turn(i) @ CV_FROM_STAGE.T)) for i in range(COUNT))


def chan() -> str:
    rows = []
    for i in range(COUNT):
        gl = Y_UP_FROM_Z_UP @ turn(i) @ GL_FROM_STAGE.T
        y, x, z = Rotation.from_matrix(gl).as_euler("YXZ", degrees=True)
        rows.append(line("\t", str(i + 1001), *Y_UP_FROM_Z_UP @ place(i), x, y, z, 40.0))
    return "".join(rows)


def euroc() -> str:
    head = (
        "#timestamp, p_RS_R_x [m], p_RS_R_y [m], p_RS_R_z [m], q_RS_w [], q_RS_x [], q_RS_y [], q_RS_z [], v_RS_R_x\n"
    )
    body_from_stage = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]], dtype=np.float64)
    rows = []
    for i in range(COUNT):
        x, y, z, w = xyzw(turn(i) @ body_from_stage.T)
        stamp = str(1_403_715_524_907_143_168 + round(i * 1e9 / RATE_HZ))
        rows.append(line(",", stamp, *place(i), w, x, y, z, 0.1))
    return head + "".join(rows)


def table() -> str:
    rows = ["frame_name;qw;qx;qy;qz;px [mm];py [mm];pz [mm];time [ms]\n"]
    for i in range(COUNT):
        x, y, z, w = xyzw(turn(i) @ CV_FROM_STAGE.T)
        rows.append(line(";", f"shot{i}", w, x, y, z, *place(i) * 1000, i * 1000 / RATE_HZ))
    return "".join(rows)


def usda(up: str = "Z", per_unit: float = 0.01) -> str:
    """A camera under a group that is moved, scaled and turned; one matrix a frame."""
    world = np.eye(3) if up == "Z" else Y_UP_FROM_Z_UP
    group = np.eye(4)
    group[:3, :3] = Rotation.from_euler("xyz", [20, 30, 40], degrees=True).as_matrix()
    group[:3, 3] = (5, 6, 7)
    samples = []
    for i in range(COUNT):
        matrix = np.eye(4)
        matrix[:3, :3] = world @ turn(i) @ GL_FROM_STAGE.T
        matrix[:3, 3] = world @ place(i) / per_unit
        rows = ", ".join(f"({', '.join(repr(float(v)) for v in row)})" for row in (np.linalg.inv(group) @ matrix).T)
        samples.append(f"            {i + 1}: ( {rows} ),\n")
    return f'''#usda 1.0
(
    "A camera # from a set"
    defaultPrim = "root"
    metersPerUnit = {per_unit}
    timeCodesPerSecond = {RATE_HZ:g}
    upAxis = "{up}"
)

def Xform "root" (
    kind = "assembly"
)
{{
    double3 xformOp:translate = (5, 6, 7)
    float3 xformOp:rotateXYZ = (20, 30, 40)
    uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateXYZ"]
    rel material:binding = </scene/mat>

    def Camera "shot_cam"
    {{
        float2 clippingRange = (0.1, 10000)
        float focalLength.timeSamples = {{ 1: 35, 30: 50 }}
        matrix4d xformOp:transform.timeSamples = {{
{"".join(samples)}        }}
        uniform token[] xformOpOrder = ["xformOp:transform"]
    }}
}}
'''


def colmap() -> str:
    """In the reversed order, as registration gives it; the world upside down, as COLMAP may."""
    upside_down = np.diag([1.0, -1.0, -1.0])
    rows = [
        "# Image list with two lines of data per image:\n",
        "#   IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n",
    ]
    for i in reversed(range(COUNT)):
        world_from_camera = upside_down @ turn(i) @ CV_FROM_STAGE.T
        x, y, z, w = xyzw(world_from_camera.T)
        moved = -world_from_camera.T @ upside_down @ place(i)
        rows.append(line(" ", str(i + 1), w, x, y, z, *moved, "1", f"frame {i + 1:04}.png"))
        rows.append("\n" if i % 2 else "12.5 33.1 -1 40.0 50.5 17\n")
    return "".join(rows)


WRITTEN: dict[str, tuple[str, Callable[[], str]]] = {
    "tum": ("a.tum", tum),
    "tum, commas": ("a.csv", lambda: tum(",")),
    "tum, commas and spaces": ("a.txt", lambda: tum(", ")),
    "tum, semicolons": ("a.txt", lambda: tum(";")),
    "tum, decimal commas": ("a.txt", lambda: tum(" ").replace(".", ",")),
    "tum, ns": ("a.tum", lambda: tum(" ", lambda i: str(1_700_000_000_000_000_000 + round(i * 1e9 / RATE_HZ)))),
    "tum, us": ("a.tum", lambda: tum(" ", lambda i: str(round(i * 1e6 / RATE_HZ)))),
    "tum, ms": ("a.tum", lambda: tum(" ", lambda i: f"{i * 1e3 / RATE_HZ:.6f}")),
    "tum, unix seconds": ("a.tum", lambda: tum(" ", lambda i: f"{1_700_000_000 + i / RATE_HZ:.6f}")),
    "tum, mm": ("a.tum", lambda: tum(metres=0.001)),
    "tum, cm": ("a.tum", lambda: tum(metres=0.01)),
    "tum, a head": ("a.txt", lambda: "# timestamp tx ty tz qx qy qz qw\n" + tum()),
    "tum, CRLF": ("a.txt", lambda: tum().replace("\n", "\r\n")),
    "chan": ("a.chan", chan),
    "chan, called .txt": ("a.txt", chan),
    "euroc": ("a.csv", euroc),
    "table": ("a.csv", table),
    "usd, z up": ("a.usda", usda),
    "usd, y up, metres": ("a.usd", lambda: usda("Y", 1.0)),
}


def differs(path: Path, said: Said = Said()) -> float:  # noqa: B008
    """The largest difference from the truth, in metres and in axes of the camera."""
    read = read_motion(path, said)
    assert len(read.poses) == COUNT
    worst = max(abs(time_s - i / RATE_HZ) for i, time_s in enumerate(read.times_s))
    for i, pose in enumerate(read.poses):
        axes = np.array([rotate(pose.orientation, axis) for axis in ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))]).T
        worst = max(worst, float(np.abs(pose.position_m - place(i)).max()), float(np.abs(axes - turn(i)).max()))
    return worst


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_format_gives_the_same_motion(tmp_path: Path, name: str, encoding: str) -> None:
    file, text = WRITTEN[name]
    (tmp_path / file).write_bytes(text().encode(encoding))
    assert differs(tmp_path / file) < 2e-6


def test_colmap_gives_the_same_motion_up_to_what_it_cannot_know(tmp_path: Path) -> None:
    """Scale is its own, and up is the cameras' mean: distances and turns between the poses are kept."""
    (tmp_path / "images.txt").write_text(colmap())
    read = read_motion(tmp_path / "images.txt")
    assert len(read.poses) == COUNT
    assert read.times_s[1] == pytest.approx(1 / 24)
    for i, j in itertools.pairwise(range(COUNT)):
        a, b = read.poses[i], read.poses[j]
        assert math.dist(a.position_m, b.position_m) == pytest.approx(math.dist(place(i), place(j)))
        ahead = a.inverse().transform(b.position_m)
        assert ahead == pytest.approx(tuple(turn(i).T @ (place(j) - place(i))), abs=1e-9)
        assert rotate(a.orientation, (0.0, 0.0, 1.0))[2] > 0.95
    assert any("COLMAP" in note for note in read.notes)


def test_what_is_said_counts_more_than_what_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.tum").write_text(tum())
    read = read_motion(tmp_path / "a.tum", Said(unit="mm", time_unit="ms"))
    assert read.duration_s == pytest.approx((COUNT - 1) / RATE_HZ / 1000)
    assert read.poses[5].position_m == pytest.approx(tuple(place(5) / 1000))
    (tmp_path / "b.chan").write_text(chan())
    assert read_motion(tmp_path / "b.chan", Said(frame_rate=50)).duration_s == pytest.approx((COUNT - 1) / 50)
    (tmp_path / "c.tum").write_text(tum(" ", lambda i: str(i * 2)))
    read = read_motion(tmp_path / "c.tum", Said(time_unit="frames", frame_rate=48))
    assert read.duration_s == pytest.approx((COUNT - 1) / 24)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("ns_stamps.tum", "times read as nanoseconds (10 poses a second)"),
        ("mm.tum", "lengths read as millimetres"),
        ("dup_same_stamp.tum", "1 of 20 poses left out"),
        ("nuke.chan", "taken at 24 a second"),
        ("cam.usda", "one unit is a centimetre"),
    ],
)
def test_what_was_recognised_or_left_out_is_said(file: str, words: str) -> None:
    assert any(words in note for note in read_motion(MOTIONS / file).notes)


@pytest.mark.parametrize(
    "file", ["bom.tum", "commas.tum", "mm.tum", "ns_stamps.tum", "quat_flip.tum", "dup_same_stamp.tum"]
)
def test_the_small_files_all_move_a_metre_a_second_at_eye_height(file: str) -> None:
    read = read_motion(MOTIONS / file)
    assert read.duration_s == pytest.approx(1.9)
    for t_s in (0.0, 0.5, 0.97, 1.6):
        pose = read.pose_at(t_s)
        assert pose.position_m == pytest.approx((t_s, 0.0, 1.6), abs=1e-6)
        assert rotate(pose.orientation, (1.0, 0.0, 0.0)) == pytest.approx((1.0, 0.0, 0.0), abs=1e-9)


def test_quaternions_of_either_sign_are_one_rotation() -> None:
    signs = [sum(a * b for a, b in zip(p.orientation, q.orientation, strict=True))
             for p, q in itertools.pairwise(read_motion(MOTIONS / "quat_flip.tum").poses)]  # fmt: skip
    assert min(signs) > 0.99


def test_a_clean_file_has_no_notes() -> None:
    assert read_motion(DATA / "fr1_xyz.tum").notes == ()
    assert read_motion(MOTIONS / "euroc.csv").notes == ()


def test_doubled_poses_that_lie_elsewhere_are_named(tmp_path: Path) -> None:
    lines = [f"{i // 2 / 10} {i // 2 * 0.01 + i % 2 * 3.0} 0 1.6 0 0 0 1\n" for i in range(40)]
    (tmp_path / "two.tum").write_text("".join(lines))
    assert any("two cameras" in note for note in read_motion(tmp_path / "two.tum").notes)


@pytest.mark.parametrize(
    ("speed", "height", "spread", "unit"),
    [
        (8.0, 0.0, 200.0, "m"),
        (30.0, 165.0, 150.0, "cm"),
        (300.0, 1650.0, 900.0, "mm"),
        (10.0, 1650.0, 20.0, "mm"),
        (0.2, 1.7, 1.0, "m"),
    ],
)
def test_a_unit_is_taken_for_what_a_camera_can_do(
    tmp_path: Path, speed: float, height: float, spread: float, unit: str
) -> None:
    """A car stays in metres; a camera at 165 of anything is no crane of 165 m."""
    period_s = math.tau * spread / speed
    lines = [f"{i / 30} {spread * math.sin(math.tau * i / 30 / period_s)} 0 {height} 0 0 0 1\n" for i in range(600)]
    (tmp_path / "a.tum").write_text("".join(lines))
    read = read_motion(tmp_path / "a.tum")
    in_metres = {"m": 1.0, "cm": 0.01, "mm": 0.001}[unit]
    assert read.poses[0].position_m[2] == pytest.approx(height * in_metres)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("a.tum", "", "0 poses"),
        ("a.tum", "0 0 0 0 0 0 0 1\n", "1 poses"),
        ("a.tum", "0 0 0 0 0 0 1\n", "line 1: not eight finite numbers"),
        ("a.tum", "0 0 0 0 0 0 0 1\n1 0 0 x 0 0 0 1\n", "line 2: not numbers"),
        ("a.tum", "0 0 0 nan 0 0 0 1\n", "line 1: not eight finite"),
        ("a.tum", "0 0 0 0 0 0 0 0\n", "line 1: the quaternion has no direction"),
        ("a.tum", "1 0 0 0 0 0 0 1\n1 0 0 0 0 0 0 1\n", "1 poses"),
        ("a.tum", "1 0 0 0 0 0 0 1\n\n0.5 0 0 0 0 0 0 1\n", "line 3: time 0.5 is not after 1"),
        ("a.chan", "1 0 0 0 0 0\n2 0 0 0 0 0\n", "line 1: not seven or eight"),
        ("a.csv", "t,x,y,z,qw,qx,qy,qz\n0,0,0\n", "line 2: has only 3 columns"),
        ("a.csv", "t,x,y,z,qw,qx,qy,qz\n0,0,0,0,0,0,0,inf\n", "line 2: inf is not a finite"),
        ("a.txt", "1 0 0 0 0 1 0 0 0 0 1 0\n" * 3, "KITTI"),
        ("a.bvh", "HIERARCHY\nROOT Hips\n", "BVH"),
        ("a.fbx", "; FBX 7.4.0 project file\n", "FBX"),
        ("a.json", '{"poses": []}', "JSON"),
        ("a.usda", '#usda 1.0\ndef Mesh "m" {}\n', "no Camera prim"),
        ("a.usda", '#usda 1.0\ndef Xform "m" (\n references = @cam.usd@\n) {}\n', "brings in other files"),
        ("a.usda", '#usda 1.0\ndef Camera "c" { double3 xformOp:translate = (0,0,0) }\n', "does not move"),
        ("a.usda", '#usda 1.0\ndef Camera "c" {\n double3 x = (0,\n', "line 4: a value was expected"),
        ("a.usda", '#usda 1.0\n(\n upAxis = "Y"\n metersPerUnit = 0\n)\ndef Camera "c" {}\n', "metersPerUnit: is 0.0"),
        ("images.txt", "1 1 0 0 0 0 0 0 1 a.png\nnonsense here\n", "line 2: is no image"),
    ],
)
def test_bad_files_are_refused_with_the_line(tmp_path: Path, file: str, text: str, message: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(InputError, match=message):
        read_motion(tmp_path / file)


def test_a_missing_file_and_a_binary_one_are_refused(tmp_path: Path) -> None:
    binary = tmp_path / "x.tum"
    binary.write_bytes(b"\xff\xfe\x00")
    latin = tmp_path / "y.tum"
    latin.write_bytes(b"0 0 0 0 0 0 0 1 # \xe9\n")
    zeros = tmp_path / "z.tum"
    zeros.write_bytes(bytes(100))
    for file in (tmp_path / "absent.tum", binary, latin, zeros):
        with pytest.raises(InputError, match="cannot be read"):
            read_motion(file)


def test_a_unit_of_time_that_makes_it_last_for_years_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--time-unit"):
        read_motion(MOTIONS / "ns_stamps.tum", Said(time_unit="s"))


def test_of_several_usd_cameras_the_moving_or_the_named_one_is_taken(tmp_path: Path) -> None:
    moving = "double3 xformOp:translate.timeSamples = {0: (0,0,0), 24: (100,0,0)}\n"
    moving += 'token[] xformOpOrder = ["xformOp:translate"]'
    file = tmp_path / "a.usda"
    file.write_text(f'#usda 1.0\ndef Camera "still" {{}}\ndef Camera "moving" {{\n{moving}\n}}\n')
    assert figures_of(read_motion(file)).way_m == pytest.approx(1.0)
    file.write_text(
        f'#usda 1.0\ndef Camera "a" {{\n{moving}\n}}\ndef Scope "s" {{ def Camera "b" {{\n{moving}\n}} }}\n'
    )
    with pytest.raises(InputError, match="/a, /s/b"):
        read_motion(file)
    assert figures_of(read_motion(file, Said(camera="/s/b"))).way_m == pytest.approx(1.0)
    with pytest.raises(InputError, match="not one of its cameras"):
        read_motion(file, Said(camera="c"))


def test_usd_rotation_ops_turn_about_x_first(tmp_path: Path) -> None:
    """UsdGeomXformable: rotateXYZ turns about x, then y, then z; samples between keys are linear."""
    file = tmp_path / "a.usda"
    file.write_text(
        '#usda 1.0\n( upAxis = "Z" )\ndef Xform "g" {\n'
        '  float3 xformOp:rotateXYZ.timeSamples = {0: (0,0,0), 2: (20,40,60)}\n  float3 xformOp:scale = (2,2,2)\n'
        '  uniform token[] xformOpOrder = ["xformOp:rotateXYZ", "xformOp:scale"]\n  def Camera "c" {\n'
        '    double3 xformOp:translate.timeSamples = {0: (0,0,0), 1: (1,0,0), 2: (2,0,0)}\n'
        '    uniform token[] xformOpOrder = ["xformOp:translate"]\n  }\n}\n'
    )  # fmt: skip
    read = read_motion(file)
    halfway = Rotation.from_euler("xyz", [10, 20, 30], degrees=True).as_matrix()
    assert read.poses[1].position_m == pytest.approx(tuple(halfway @ [0.02, 0, 0]))
    axes = np.array([rotate(read.poses[1].orientation, axis) for axis in ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))]).T
    assert axes == pytest.approx(halfway @ GL_FROM_STAGE)


def test_a_binary_usd_file_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pxr", None)
    file = tmp_path / "a.usd"
    file.write_bytes(b"PXR-USDC" + bytes(80))
    with pytest.raises(InputError, match=r"openstage\[usd\]"):
        read_motion(file)


def test_a_trajectory_is_written_and_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.chan").write_text(chan())
    write_tum(read_motion(tmp_path / "a.chan"), tmp_path / "a.tum")
    assert differs(tmp_path / "a.tum") < 1e-6


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet=st.sampled_from('#usda 1.0\ndefCamer"()[]{}=,:;@<>timeSpls-e\t'), max_size=300))
def test_no_text_does_more_than_be_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("fuzz") / "a.usda"
    for start in ("", "#usda 1.0\n"):
        file.write_text(start + text)
        with pytest.raises(InputError):
            read_motion(file)
