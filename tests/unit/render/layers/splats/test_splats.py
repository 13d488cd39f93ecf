"""Reading splats: both kinds of PLY, placing and cutting, damaged files, the order from far to near."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from render.layers.splats.coding import decode_splats
from render.layers.splats.order import BLOCK_SPLATS, SplatOrder, only_seen
from render.layers.splats.ply import read_ply
from render.layers.splats.splats import SplatData, place_splats, read_splats
from stage.errors import InputError
from stage.model.layers import SplatLayer
from tests.sets.splat_files import packed_ply, plain_ply, ply_header, random_splats
from tests.shaders.scene_drawing import view_from


def layer(**changes: object) -> SplatLayer:
    return SplatLayer.model_validate({"kind": "splats", "file": "a.ply"} | changes)


def read(folder: Path, content: bytes, **changes: object) -> SplatData:
    (folder / "a.ply").write_bytes(content)
    return read_splats(layer(**changes), folder)


def refused(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        decode_splats(read_ply(content, "a.ply"), "a.ply")
    assert caught.value.where == "a.ply"
    return caught.value


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_a_plain_file_comes_back_as_written(degree: int) -> None:
    splats = random_splats(300, degree)
    back = decode_splats(read_ply(plain_ply(splats), "a.ply"), "a.ply")
    assert np.array_equal(back.position, splats.position)
    assert np.array_equal(back.rotation, splats.rotation)
    assert np.array_equal(back.harmonics, splats.harmonics)
    assert np.allclose(back.scale, splats.scale, rtol=1e-5)
    assert np.allclose(back.opacity, splats.opacity, atol=1e-5)


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_a_packed_file_comes_back_within_half_a_step(degree: int) -> None:
    splats = random_splats(600, degree)
    back = decode_splats(read_ply(packed_ply(splats), "a.ply"), "a.ply")
    assert np.abs(back.position - splats.position).max(axis=0) == pytest.approx((0, 0, 0), abs=3.0 / 1023 / 2 * 1.01)
    assert np.abs(np.log(back.scale / splats.scale)).max() < np.log(20.0) / 1023 / 2 * 1.01
    assert np.abs(back.opacity - splats.opacity).max() < 0.5 / 255 * 1.01
    assert np.abs(back.harmonics[:, 1:] - splats.harmonics[:, 1:]).max(initial=0.0) < 4.0 / 255 * 1.01
    assert np.abs(back.harmonics[:, 0] - splats.harmonics[:, 0]).max() < 2.8 / 255 / 2 * 1.01
    unit = splats.rotation / np.linalg.norm(splats.rotation, axis=1, keepdims=True)
    assert (np.abs((unit * back.rotation).sum(axis=1)) > 1.0 - 1e-5).all()


@pytest.mark.parametrize(
    ("up", "rows"),
    [("y", [[1, 0, 0], [0, 0, -1], [0, 1, 0]]), ("-y", [[1, 0, 0], [0, 0, 1], [0, -1, 0]]), ("z", np.eye(3))],
)
def test_splats_stand_where_the_layer_says(tmp_path: Path, up: str, rows: list[list[float]]) -> None:
    splats = random_splats(100)
    place = {"up_axis": up, "unit_m": 2.0, "position_m": (100.0, -3.0, 1.0), "pan_deg": 90.0}
    placed = read(tmp_path, plain_ply(splats), **place)
    turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]) @ np.array(rows, dtype=float)
    truth = 2.0 * splats.position @ turn.T + (100.0, -3.0, 1.0)
    seen = placed.centre_m + placed.origin_m
    match = np.linalg.norm(truth[:, None] - seen[None], axis=-1).argmin(axis=1)
    assert sorted(match) == list(range(100))
    assert np.abs(seen[match] - truth).max() < 1e-5
    turns = turn @ Rotation.from_quat(splats.rotation[:, [1, 2, 3, 0]]).as_matrix()
    spread = turns @ np.stack([np.diag(s**2) for s in 2.0 * splats.scale]) @ turns.transpose(0, 2, 1)
    flat = spread[:, [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]
    assert np.allclose(placed.covariance_m2[match], flat, atol=1e-5)
    assert np.allclose(placed.file_from_stage, turn.T)


def test_a_box_in_stage_space_cuts(tmp_path: Path) -> None:
    whole = read(tmp_path, plain_ply(random_splats(500)))
    low, high = (-0.5, -1.0, -0.2), (0.5, 1.0, 0.4)
    cut = read(tmp_path, plain_ply(random_splats(500)), low_m=low, high_m=high)
    place = whole.centre_m + np.asarray(whole.origin_m)
    assert len(cut.centre_m) == ((place >= low) & (place <= high)).all(axis=1).sum() > 20
    with pytest.raises(InputError, match="no splat is left"):
        read(tmp_path, plain_ply(random_splats(500)), low_m=(50.0, 50.0, 50.0))


def test_splats_that_are_not_finite_are_left_out_and_told_of(tmp_path: Path) -> None:
    splats = random_splats(50)
    for values, row in ((splats.position, 3), (splats.scale, 9), (splats.harmonics, 20)):
        values[row] = np.nan
    splats.rotation[30] = 0.0
    splats.position[40] = 1e9
    placed = read(tmp_path, plain_ply(splats))
    assert len(placed.centre_m) == 45
    assert [(entry.file, entry.asks) for entry in placed.passport] == [("a.ply", "5 splats")]
    assert np.isfinite(placed.covariance_m2).all()
    assert np.isfinite(placed.harmonics).all()


HEADS = {
    "no PLY": (b"OFF\n1 2 3\n", "is not a PLY file"),
    "no end": (b"ply\nformat binary_little_endian 1.0\n", "is not a PLY file"),
    "text": (b"ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nend_header\n0\n", "has format ascii"),
    "no format": (b"ply\nelement vertex 0\nproperty float x\nend_header\n", "names no format"),
    "lists": (ply_header(["element face 1", "property list uchar int vertex_indices"]), "is not part of a splat file"),
    "a type": (ply_header(["element vertex 1", "property half x"]), "is not part of a splat file"),
    "a count": (ply_header(["element vertex -4", "property float x"]), "is not part of a splat file"),
    "a huge count": (ply_header(["element vertex 99999999999999", "property float x"]), "is not part of a splat file"),
    "twice": (ply_header(["element vertex 1", "property float x", "property float x"]), "a second time"),
    "no property": (ply_header(["element vertex 1000000"]), "has no property"),
    "too few": (
        ply_header(["element vertex 7", "property float x"]) + bytes(10),
        "announces 7 rows but has 2",
    ),
    "no vertex": (ply_header([]), "has no element vertex"),
    "no splats": (ply_header(["element vertex 0", "property float x"]), "is missing"),
    "odd harmonics": (ply_header(["element vertex 0", "property float f_rest_0"]), "has 1 values f_rest"),
}


@pytest.mark.parametrize("name", list(HEADS))
def test_a_damaged_file_is_refused_with_what_is_wrong(name: str) -> None:
    content, problem = HEADS[name]
    assert problem in refused(content).problem


def test_a_file_cut_short_says_how_much_is_there() -> None:
    whole = plain_ply(random_splats(20))
    assert refused(whole[:-1]).problem == "announces 20 rows but has 19"
    assert refused(packed_ply(random_splats(20))[:-1]).field == "element sh"


def test_a_packed_file_with_too_few_chunks_is_refused() -> None:
    content = packed_ply(random_splats(300, 0))
    start = content.index(b"end_header\n") + 11
    fewer = content.replace(b"chunk 2", b"chunk 1")[:start] + content[start + 72 :]
    assert "fewer chunks" in refused(fewer).problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.ply: cannot be read"):
        read_splats(layer(file="none.ply"), tmp_path)


FILES = (plain_ply(random_splats(8, 1)), packed_ply(random_splats(8, 1)))


@given(
    which=st.sampled_from(FILES),
    changes=st.lists(st.tuples(st.integers(0, 1_500), st.binary(min_size=1, max_size=4)), max_size=6),
    cut=st.integers(0, 400),
)
def test_whatever_bytes_come_splats_come_or_an_input_error(
    which: bytes, changes: list[tuple[int, bytes]], cut: int
) -> None:
    content = bytearray(which)
    for at, some in changes:
        content[at : at + len(some)] = some
    content = content[: len(content) - cut]
    try:
        placed = place_splats(decode_splats(read_ply(bytes(content), "a.ply"), "a.ply"), layer(), "a.ply")
    except InputError:
        return
    for values in (placed.centre_m, placed.covariance_m2, placed.opacity, placed.harmonics):
        assert np.isfinite(values).all()


def test_the_order_is_from_far_to_near_along_the_view() -> None:
    splats = place_splats(random_splats(5000), layer(), "a.ply")
    order, view = SplatOrder(splats), view_from((0.0, -9.0, 0.0), pan_deg=40.0, tilt_deg=10.0)
    key = order.key(view)
    along = np.array(view.clip_rows()[2])
    sorted_ = order.sorted_along(key)
    assert sorted(sorted_) == list(range(5000))
    depth = splats.centre_m[sorted_] @ along
    assert np.diff(depth).max() < 0.01 * np.ptp(depth)
    assert np.array_equal(sorted_, SplatOrder(splats).sorted_along(key))
    assert order.key(view_from((5.0, -30.0, 2.0), pan_deg=40.0, tilt_deg=10.0)) == key


def test_blocks_out_of_view_are_left_out_and_no_splat_in_view_is() -> None:
    raw = random_splats(20_000)
    splats = place_splats(replace(raw, scale=raw.scale / np.float32(30)), layer(), "a.ply")
    order, view = SplatOrder(splats), view_from((0.0, 0.0, 0.0), pan_deg=20.0)
    seen = order.seen_blocks(view)
    kept = only_seen(order.sorted_along(order.key(view)), seen)
    assert 0 < len(kept) < 12_000
    offset = splats.centre_m + np.asarray(splats.origin_m) - view.eye_m
    inside = (offset @ np.array(view.planes()).T >= 0.0).all(axis=1)
    assert set(np.flatnonzero(inside)) <= set(kept)
    assert len(seen) == -(-20_000 // BLOCK_SPLATS)
