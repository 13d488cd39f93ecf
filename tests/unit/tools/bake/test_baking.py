"""A bake against what is known without one: furnace, open floor, corner, closed room."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, PunctualLight, instance_boxes
from render.transport.binding import bound
from render.transport.directions import SKY_CELLS
from render.transport.file import bake_file, read_bake, write_bake
from render.transport.relight import Sources, relit
from render.transport.transport import LightTransport
from stage.errors import InputError
from tools.bake.baking import Settings, baked

DARK = np.zeros((SKY_CELLS, 3), np.float32)
EVEN = np.ones((SKY_CELLS, 3), np.float32)
NO_SUN = Sources((0.0, 0.0, 1.0), (0.0, 0.0, 0.0), np.zeros((0, 3), np.float32))


def _quad(corners: list[tuple[float, float, float]], normal: tuple[float, float, float]) -> MeshPart:
    """A rectangle, its corners counter-clockwise seen from where its normal points."""
    vertices = np.zeros((4, 12), np.float32)
    vertices[:, :3], vertices[:, 3:6], vertices[:, 8:] = corners, normal, 1.0
    return MeshPart(vertices, np.array([(0, 1, 2), (0, 2, 3)], np.uint32), 0)


def _box(size: float, inward: bool) -> MeshPart:
    points: list[NDArray[np.float64]] = []
    normals: list[NDArray[np.float64]] = []
    triangles: list[tuple[int, int, int]] = []
    for axis in range(3):
        for side in (-1.0, 1.0):
            normal = np.zeros(3)
            normal[axis] = -side if inward else side
            a = np.roll([1.0, 0.0, 0.0], axis + 1)
            b, c = np.cross(normal, a), np.abs(normal) * side
            k = len(points)
            points += [c - a - b, c + a - b, c + a + b, c - a + b]
            normals += [normal] * 4
            triangles += [(k, k + 1, k + 2), (k, k + 2, k + 3)]
    vertices = np.zeros((len(points), 12), np.float32)
    vertices[:, :3], vertices[:, 3:6], vertices[:, 8:] = np.array(points) * size / 2, normals, 1.0
    return MeshPart(vertices, np.array(triangles, np.uint32), 0)


def _set(*parts: MeshPart, albedo: float = 1.0) -> MeshData:
    numbers, places = np.arange(len(parts), dtype=np.int32), np.tile(np.eye(4), (len(parts), 1, 1))
    low, high = instance_boxes(parts, numbers, places)
    material = MeshMaterial(base_colour=(albedo, albedo, albedo, 1.0), name="plaster")
    return MeshData(
        parts, (material,), instance_part=numbers, stage_from_instance=places, instance_low_m=low, instance_high_m=high
    )


def _baked(meshes: MeshData, kept: Path, rays: int = 256) -> LightTransport:
    return baked(meshes, Settings(rays=rays), kept, 1, lambda text: None)


def _white(bake: LightTransport, value: float = 1.0) -> NDArray[np.float32]:
    return np.full((len(bake.reflects), 3), value, np.float32)


def _floor(half: float) -> MeshPart:
    return _quad([(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0)], (0, 0, 1))


def test_an_open_floor_receives_the_whole_even_sky(tmp_path: Path) -> None:
    bake = _baked(_set(_floor(2.0)), tmp_path)
    np.testing.assert_allclose(relit(bake, EVEN, NO_SUN, _white(bake)), 1.0, atol=1e-6)


def test_light_in_a_closed_white_box_adds_up_to_the_series(tmp_path: Path) -> None:
    bake = _baked(_set(_box(4.0, True)), tmp_path)
    lit = replace(bake.lamps, on_patches=np.ones((len(bake.reflects), 1), np.float32),
                  on_receivers=np.ones((len(bake.on_receivers.rays), 1), np.float32))  # fmt: skip
    sources = replace(NO_SUN, lamps=np.ones((1, 3), np.float32))
    reached = relit(replace(bake, lamps=lit), DARK, sources, _white(bake, 0.5))
    np.testing.assert_allclose(reached, 1.0 / (1.0 - 0.5), rtol=0.02)


def test_a_floor_sees_a_long_wall_by_the_form_factor(tmp_path: Path) -> None:
    wall = _quad([(-40, 2, 0), (40, 2, 0), (40, 2, 3), (-40, 2, 3)], (0, -1, 0))
    bake = _baked(_set(_quad([(-1, 0, 0), (1, 0, 0), (1, 1, 0), (-1, 1, 0)], (0, 0, 1)), wall), tmp_path, 1024)
    reached = relit(bake, EVEN, NO_SUN, _white(bake, 0.0))[bake.front[: bake.runs[1]], 0]
    # An endless wall 3 m high, 1.5 m away on the average: (1 - cos of its elevation) / 2.
    expected = np.mean([1.0 - (1.0 - d / np.hypot(d, 3.0)) / 2.0 for d in np.linspace(1.0, 2.0, 11)])
    assert float(reached.mean()) == pytest.approx(expected, abs=0.015)


def test_no_light_leaks_into_a_closed_room_of_thin_walls(tmp_path: Path) -> None:
    bake = _baked(_set(_box(4.0, True), _box(4.1, False)), tmp_path, 64)
    reached = relit(bake, EVEN, NO_SUN, _white(bake))
    inside, outside = bake.front[: bake.runs[1]], bake.front[bake.runs[1] :]
    assert float(reached[inside].max()) == 0.0
    np.testing.assert_allclose(reached[outside], 1.0, atol=1e-6)


def test_a_bake_that_was_ended_and_goes_on_equals_a_whole_one(tmp_path: Path) -> None:
    meshes = _set(_floor(6.0), _box(1.0, False))
    whole = _baked(meshes, tmp_path / "a", 64)
    _baked(meshes, tmp_path / "b", 64)
    next((tmp_path / "b").rglob("receivers-0.npz")).unlink()
    again = _baked(meshes, tmp_path / "b", 64)
    for shares in ("on_patches", "on_receivers"):
        for one in ("first", "entries", "rays"):
            np.testing.assert_array_equal(getattr(getattr(whole, shares), one), getattr(getattr(again, shares), one))
    for one in (
        field.name for field in fields(LightTransport) if field.name not in ("on_patches", "on_receivers", "lamps")
    ):
        np.testing.assert_array_equal(getattr(whole, one), getattr(again, one))


def test_a_file_holds_the_bake_and_what_is_no_bake_is_refused(tmp_path: Path) -> None:
    bake = _baked(_set(_floor(2.0), _box(1.0, False)), tmp_path, 64)
    path = bake_file("yard", tmp_path)
    write_bake(path, bake, {})
    read = read_bake(path, "yard")
    np.testing.assert_array_equal(read.on_receivers.entries, bake.on_receivers.entries)
    np.testing.assert_array_equal(read.on_patches.entries, bake.on_patches.entries)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="openstage scene bake yard"):
        read_bake(path, "yard")


def test_only_the_part_that_moved_loses_its_light_and_is_named(tmp_path: Path) -> None:
    meshes = _set(_floor(2.0), _box(1.0, False))
    bake = _baked(meshes, tmp_path, 64)
    assert bound(meshes, bake, "yard")[2] == ()
    places = meshes.stage_from_instance.copy()
    places[1, 0, 3] += 0.1
    fitted, _, passport = bound(replace(meshes, stage_from_instance=places), bake, "yard")
    assert fitted.light_first is not None
    assert [run >= 0 for run in fitted.light_first.tolist()] == [True, False]
    assert "1 of 2 parts" in passport[0].asks
    assert "plaster" in passport[0].why
    assert "openstage scene bake yard" in passport[0].remedy


def test_a_recoloured_wall_needs_no_new_bake(tmp_path: Path) -> None:
    meshes = _set(_floor(2.0), albedo=0.5)
    bake = _baked(meshes, tmp_path, 64)
    assert bound(replace(meshes, materials=(MeshMaterial(base_colour=(1, 0, 0, 1)),)), bake, "yard")[2] == ()


def _glowing(floor: MeshPart, body: MeshPart, height_m: float) -> MeshData:
    """A floor, and a body that glows over it."""
    vertices = body.vertices.copy()
    vertices[:, 2] += height_m
    meshes = _set(floor, replace(body, vertices=vertices, material=1))
    return replace(meshes, materials=(MeshMaterial(name="floor"), MeshMaterial(emissive=(1.0, 1.0, 1.0), name="paper")))


def test_in_a_closed_box_that_glows_all_light_is_its_own(tmp_path: Path) -> None:
    meshes = replace(_set(_box(4.0, True)), materials=(MeshMaterial(emissive=(1.0, 1.0, 1.0), name="paper"),))
    bake = _baked(meshes, tmp_path, 64)
    np.testing.assert_array_equal(bake.lamps.on_receivers, 1.0)


@pytest.mark.parametrize(("height_m", "within"), [(0.6, 0.05), (2.0, 0.03), (4.0, 0.03)])
def test_a_glowing_box_gives_a_floor_as_much_as_its_faces_do(tmp_path: Path, height_m: float, within: float) -> None:
    side = 0.4
    bake = _baked(_glowing(_floor(0.03), _box(side, False), height_m), tmp_path, 64)
    floor = np.unique(bake.front[: bake.runs[1]])
    x, y = np.meshgrid((np.arange(80) + 0.5) / 80 * side - side / 2, (np.arange(80) + 0.5) / 80 * side - side / 2)

    def underside(at: tuple[float, float]) -> float:
        """Irradiance over pi of the lower face, cut into pieces."""
        drop = height_m - side / 2
        apart2 = (x - at[0]) ** 2 + (y - at[1]) ** 2 + drop**2
        return float((drop**2 / apart2**2).sum() * (side / 80) ** 2 / np.pi)

    expected = np.mean([underside((a, b)) for a in (-0.02, 0.02) for b in (-0.02, 0.02)])
    assert float(bake.lamps.on_receivers[floor, 0].mean()) == pytest.approx(expected, rel=within)


def test_a_lamp_shines_through_its_paper_and_not_through_a_board(tmp_path: Path) -> None:
    lamp = PunctualLight("point", (100.0, 100.0, 100.0), (0.0, 0.0, 2.0))
    through, stopped, alone = (
        _baked(replace(meshes, lights=(lamp,)), tmp_path / name, 64)
        for name, meshes in (
            ("paper", _glowing(_floor(0.1), _box(0.4, False), 2.0)),
            ("board", _set(_floor(0.1), _quad([(-9, 9, 1), (9, 9, 1), (9, -9, 1), (-9, -9, 1)], (0, 0, -1)))),
            ("alone", _set(_floor(0.1))),
        )
    )
    floor = through.front[: through.runs[1]]
    by_paper, by_none = through.lamps.on_receivers[floor, -1], alone.lamps.on_receivers[alone.front, 0]
    assert float(by_paper.mean()) == pytest.approx(float(by_none.mean()), rel=0.01)
    assert float(stopped.lamps.on_receivers[stopped.front[: stopped.runs[1]], 0].max()) == 0.0
    assert float(alone.lamps.on_receivers.mean()) == pytest.approx(1.0 / (4.0 * 100.0 * np.pi), rel=0.01)


def test_patches_that_fill_little_of_the_view_are_counted_in_groups(tmp_path: Path) -> None:
    bake = _baked(_set(_box(12.0, True)), tmp_path, 512)
    lengths = np.diff(bake.on_receivers.first.astype(np.int64))
    column = bake.on_receivers.entries >> 12
    assert int(lengths.max()) < 16 + int(bake.group.max()) + 1
    assert (column >= SKY_CELLS + len(bake.reflects)).any()
    total = np.add.reduceat((bake.on_receivers.entries & 4095).astype(np.int64), bake.on_receivers.first[:-1])
    np.testing.assert_array_equal(total, bake.on_receivers.rays)
