"""Depth maps become metres with hints where they do not fit; breaks are cut, and what lies behind is carried on."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.relief.depth import FARTHEST_M, read_depth
from render.layers.relief.mesh import UNMEASURED_M, relief_mesh
from render.layers.relief.relief import read_relief
from render.layers.relief.sheets import colours, sheets
from stage.errors import InputError
from stage.files.passport import Fate
from stage.model.layers import ReliefLayer

SIZE_PX = (60, 40)


def _layer(**settings: object) -> ReliefLayer:
    return ReliefLayer.model_validate({"kind": "relief", "file": "p.png", "depth_file": "z.tif", **settings})


def _ramp(top: float = 20.0, bottom: float = 2.0) -> NDArray[np.float32]:
    return np.repeat(np.linspace(top, bottom, SIZE_PX[1], dtype=np.float32)[:, None], SIZE_PX[0], axis=1)


def _write(
    folder: Path, depth: NDArray[np.float32] | NDArray[np.uint8] | NDArray[np.uint16], name: str = "z.tif"
) -> None:
    cv2.imwrite(str(folder / name), depth)


def test_metres_are_taken_as_they_are_and_beyond_all_is_far(tmp_path: Path) -> None:
    depth = _ramp()
    depth[0, :2] = np.inf, 1e9
    _write(tmp_path, depth)
    metres, passport = read_depth(_layer(), tmp_path, (120, 80))
    assert np.allclose(metres[1:], depth[1:])
    assert (metres[0, :2] == FARTHEST_M).all()
    assert passport == ()


@pytest.mark.parametrize("missing", [0.0, -1.0, np.nan, 0.01])
def test_where_nothing_was_measured_is_a_hole(tmp_path: Path, missing: float) -> None:
    depth = np.full(SIZE_PX[::-1], 4.0, np.float32)
    depth[:] = np.linspace(4.05, 3.95, SIZE_PX[1])[:, None]
    depth[10:20, 10:20] = missing
    _write(tmp_path, depth)
    cv2.imwrite(str(tmp_path / "p.png"), np.full((80, 120, 3), 90, np.uint8))
    made = read_relief(_layer(), tmp_path)
    assert [str(entry) for entry in made.passport] == [
        "z.tif: 4.2 % of the pixels without depth is lost (0, no number, or nearer than 5 cm: holes). "
        "Fill them in the map to close the holes."
    ]
    corners = made.mesh.vertices[np.concatenate([made.mesh.ahead, made.mesh.behind])]
    assert np.allclose(corners[:, :, 1], 4.0, atol=0.2), "no triangle reaches into the hole"
    middles = corners[:, :, 3:5].mean(axis=1) * SIZE_PX
    inside = ((middles > 11) & (middles < 19)).all(axis=1)
    assert not inside.any()
    beside = ((middles > 1) & (middles < 9)).all(axis=1)
    assert beside.sum() == 2 * 8 * 8


def test_millimetres_are_whole_numbers_as_cameras_of_depth_write_them(tmp_path: Path) -> None:
    codes = np.full(SIZE_PX[::-1], 4250, np.uint16)
    codes[:] = np.linspace(9000, 4250, SIZE_PX[1])[:, None]
    codes[5:10, 5:10] = 0
    _write(tmp_path, codes, "z.png")
    np.save(tmp_path / "z.npy", codes[None])
    for name in ("z.png", "z.npy"):
        metres, passport = read_depth(_layer(depth_file=name, depth_kind="millimetres"), tmp_path, SIZE_PX)
        assert np.allclose(metres[0, 0], 9.0)
        assert np.allclose(metres[-1, 9], 4.25)
        assert (metres[5:10, 5:10] == UNMEASURED_M).all()
        assert [entry.fate for entry in passport] == [Fate.LOST]


def test_a_range_that_begins_before_the_eye_has_no_points_there(tmp_path: Path) -> None:
    """16 bit millimetres placed by hand as 0.001 to 65.535 m: code 0 is no point 5 cm before the lens."""
    codes = np.full(SIZE_PX[::-1], 3000, np.uint16)
    codes[:3], codes[3:9] = 0, 9000
    _write(tmp_path, codes, "z.png")
    layer = _layer(depth_file="z.png", depth_kind="linear", near_m=0.001, far_m=65.535)
    metres, _ = read_depth(layer, tmp_path, SIZE_PX)
    assert (metres[:3] == UNMEASURED_M).all()
    assert np.allclose(metres[20], 3.0, atol=0.01)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pfm_stands_on_its_feet(tmp_path: Path, order: str) -> None:
    depth = _ramp()
    head = f"Pf\n{SIZE_PX[0]} {SIZE_PX[1]}\n{'-1.0' if order == '<' else '1.0'}\n".encode()
    (tmp_path / "z.pfm").write_bytes(head + depth[::-1].astype(f"{order}f4").tobytes())
    metres, _ = read_depth(_layer(depth_file="z.pfm"), tmp_path, SIZE_PX)
    assert np.allclose(metres, depth)
    (tmp_path / "z.pfm").write_bytes(head + b"0000")
    with pytest.raises(InputError, match=r"z\.pfm: claims 60 x 40 pixels"):
        read_depth(_layer(depth_file="z.pfm"), tmp_path, SIZE_PX)


@pytest.mark.parametrize(
    ("array", "problem"),
    [(np.zeros((2, 3, 4, 5), np.float32), "has the shape"), (np.array([["a"]]), "not plain numbers")],
)
def test_arrays_that_are_no_pictures(tmp_path: Path, array: NDArray[np.float32], problem: str) -> None:
    np.save(tmp_path / "z.npy", array)
    with pytest.raises(InputError, match=problem):
        read_depth(_layer(depth_file="z.npy"), tmp_path, SIZE_PX)
    content = bytearray((tmp_path / "z.npy").read_bytes())
    content[8] = 255
    (tmp_path / "z.npy").write_bytes(bytes(content[:40]))
    with pytest.raises(InputError, match="no header"):
        read_depth(_layer(depth_file="z.npy"), tmp_path, SIZE_PX)


INVERSE_M = 1 / (1 / 12 + 0.25 * (1 / 3 - 1 / 12))


@pytest.mark.parametrize(("kind", "expected"), [("linear", 3.0 + 0.25 * 9.0), ("inverse", INVERSE_M)])
def test_shares_lie_between_near_and_far(tmp_path: Path, kind: str, expected: float) -> None:
    codes = np.full(SIZE_PX[::-1], 16384, np.uint16)
    codes[0] = 65535
    _write(tmp_path, codes, "z.png")
    layer = _layer(depth_file="z.png", depth_kind=kind, near_m=3.0, far_m=12.0)
    metres, _ = read_depth(layer, tmp_path, SIZE_PX)
    assert np.allclose(metres[5, 5], expected, rtol=1e-3)
    assert np.allclose(metres[0, 0], 12.0 if kind == "linear" else 3.0, rtol=1e-3)


def test_a_map_that_does_not_fit_is_told_of(tmp_path: Path) -> None:
    _write(tmp_path, _ramp(top=2.0, bottom=20.0))
    assert any("swapped" in str(entry) for entry in read_depth(_layer(), tmp_path, SIZE_PX)[1])
    codes = np.repeat(np.linspace(255, 0, 40).astype(np.uint8)[:, None], 60, axis=1)
    _write(tmp_path, codes, "z.png")
    linear = {"depth_file": "z.png", "depth_kind": "linear"}
    assert any("8 bits" in str(entry) for entry in read_depth(_layer(**linear), tmp_path, SIZE_PX)[1])
    _write(tmp_path, np.maximum(_ramp(), 12.0))
    assert any("clipped" in str(entry) for entry in read_depth(_layer(), tmp_path, SIZE_PX)[1])
    _write(tmp_path, _ramp(20.0, 19.9))
    assert any("flat" in str(entry) for entry in read_depth(_layer(), tmp_path, SIZE_PX)[1])


def test_what_cannot_be_is_refused_by_file_and_field(tmp_path: Path) -> None:
    _write(tmp_path, _ramp())
    with pytest.raises(InputError, match=r"z\.tif: depth_file: is 60 x 40 pixels, its picture 100 x 40"):
        read_depth(_layer(), tmp_path, (100, 40))
    with pytest.raises(InputError, match=r"far_m: 1\.0 is not beyond"):
        read_depth(_layer(depth_kind="linear", near_m=1.0, far_m=1.0), tmp_path, SIZE_PX)
    _write(tmp_path, -_ramp())
    with pytest.raises(InputError, match="depth_file: has no depth beyond 5 cm"):
        read_depth(_layer(), tmp_path, SIZE_PX)
    _write(tmp_path, np.full(SIZE_PX[::-1], 4.0, np.float32))
    with pytest.raises(InputError, match="same depth everywhere"):
        read_depth(_layer(), tmp_path, SIZE_PX)
    codes = np.full(SIZE_PX[::-1], 9, np.uint16)
    codes[0] = 10
    _write(tmp_path, codes, "z.png")
    with pytest.raises(InputError, match="depth_kind: whole numbers are not metres"):
        read_depth(_layer(depth_file="z.png"), tmp_path, SIZE_PX)


def _post() -> NDArray[np.float32]:
    """A wall 10 m away with a post 2 m away before it."""
    depth = np.full(SIZE_PX[::-1], 10.0, np.float32)
    depth[:, 25:35] = 2.0
    return depth


def test_the_wall_goes_on_behind_the_post() -> None:
    own = sheets(_post(), 1.15, 20)
    assert (own.behind_m == 10.0).all()
    assert own.hidden[:, 25:35].all()
    assert not own.hidden[:, :25].any()
    assert np.allclose(own.ahead_m[:, 24], 2.0)
    assert own.edge[:, [24, 35]].all()
    assert not own.edge[:, 25:35].any()


def test_colours_do_not_cross_the_silhouette() -> None:
    picture = np.zeros((40, 60, 3), np.float32)
    picture[:, :] = (0.0, 0.0, 1.0)
    picture[:, 25:35] = (1.0, 0.0, 0.0)
    picture[:, [24, 25, 34, 35]] = (0.5, 0.0, 0.5)  # as a camera or a painter mixes them
    ahead, behind = colours(picture, sheets(_post(), 1.15, 20))
    assert np.allclose(ahead[:, 24:36], (1.0, 0.0, 0.0), atol=1e-3)
    assert np.allclose(behind, (0.0, 0.0, 1.0), atol=1e-3)


def test_no_triangle_spans_a_break() -> None:
    depth = _post()
    mesh = relief_mesh(depth, sheets(depth, 1.15, 20), 1.15, 60.0)
    for triangles in (mesh.ahead, mesh.behind):
        y = mesh.vertices[triangles, 1]
        assert (y.max(axis=1) / y.min(axis=1) < 1.15).all()
    assert set(np.round(np.unique(mesh.vertices[mesh.behind.ravel(), 1]), 3)) == {10.0}


def test_a_relief_stands_where_its_view_was(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "p.png"), np.full((80, 120, 3), 128, np.uint8))
    _write(tmp_path, _ramp())
    data = read_relief(_layer(position_m=(1.0, 2.0, 3.0), pan_deg=90.0, fov_deg=90.0), tmp_path)
    assert data.origin_m == (1.0, 2.0, 3.0)
    place, uv = data.mesh.vertices[:, :3], data.mesh.vertices[:, 3:5]
    assert (place[:, 0] < 0.0).all(), "turned left, it lies toward -X"
    assert np.allclose(place[:, 1] / -place[:, 0], (2 * uv[:, 0] - 1), atol=1e-5), "90 degrees across"
