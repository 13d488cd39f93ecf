"""Drawing a set in a test, and the same by numpy: rays through pixel centres against every triangle."""

from __future__ import annotations

from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, instance_boxes
from render.pictures.picture import Background, Picture
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.maths.arrays import Floats
from stage.maths.pose import Vector, quaternion_from_pan_tilt_roll
from stage.maths.projection import camera_axes, perspective
from stage.messages.frames import Heavens
from stage.model.look import Look
from stage.model.scene import Ambient, Haze, Sun
from stage.model.stagefile import Quality
from tests.looks import a_look

SIZE_PX = (96, 64)


class Hits(NamedTuple):
    """Per pixel (h, w): the triangle hit first (-1 = none), its distance along the unit ray, the barycentric
    coordinates (h, w, 3) there, and how clearly it is the one: away from edges and from other surfaces."""

    triangle: NDArray[np.int64]
    distance_m: Floats
    weight: Floats
    clear: NDArray[np.bool_]


def view_from(eye_m: Vector, pan_deg: float = 0.0, tilt_deg: float = 0.0, roll_deg: float = 0.0) -> View:
    """A view of about 60 degrees, off its axis."""
    axes = camera_axes(quaternion_from_pan_tilt_roll(pan_deg, tilt_deg, roll_deg))
    return View(eye_m, perspective(eye_m, axes, (-0.55, 0.65, -0.35, 0.45)))


def scene_of(
    parts: tuple[MeshPart, ...],
    materials: tuple[MeshMaterial, ...],
    placed: list[tuple[int, Floats]],
    pictures: tuple[Picture, ...] = (),
    background: Background | None = None,
    light: tuple[Sun, Ambient, Haze] = (Sun(), Ambient(), Haze()),
) -> SceneData:
    """A set of parts, each (part number, stage_from_instance (4, 4))."""
    numbers = np.array([number for number, _ in placed], dtype=np.int32)
    matrices = np.array([matrix for _, matrix in placed]).reshape(-1, 4, 4)
    low, high = instance_boxes(parts, numbers, matrices)
    meshes = MeshData(
        parts=parts,
        materials=materials,
        pictures=pictures,
        instance_part=numbers,
        stage_from_instance=matrices,
        instance_low_m=low,
        instance_high_m=high,
    )
    sun, ambient, haze = light
    return SceneData("test", meshes, background=background, sun=sun, ambient=ambient, haze=haze)


def soup(random: np.random.Generator, count: int, material: int = 0) -> MeshPart:
    """Random triangles of about a metre round the origin; normals, texture coordinates and colours are random."""
    vertices = np.zeros((count * 3, 12), dtype=np.float32)
    middle = np.repeat(random.uniform(-1.5, 1.5, (count, 3)), 3, axis=0)
    vertices[:, 0:3] = middle + random.uniform(-0.8, 0.8, (count * 3, 3))
    vertices[:, 3:6] = np.repeat(random.normal(size=(count, 3)), 3, axis=0)
    vertices[:, 6:8] = random.uniform(0.0, 1.0, (count * 3, 2))
    vertices[:, 8:12] = np.repeat(random.uniform(0.1, 1.0, (count, 4)), 3, axis=0)
    return MeshPart(vertices, np.arange(count * 3, dtype=np.uint32).reshape(-1, 3), material)


def random_place(random: np.random.Generator, mirrored: bool) -> Floats:
    """Turned, scaled unevenly and moved to 4..9 m before the origin; left and right exchanged where mirrored."""
    turn, _ = np.linalg.qr(random.normal(size=(3, 3)))
    matrix = np.eye(4)
    matrix[:3, :3] = turn @ np.diag(random.uniform(0.6, 1.4, 3))
    if (np.linalg.det(matrix[:3, :3]) < 0.0) != mirrored:
        matrix[:3, 0] *= -1.0
    matrix[:3, 3] = random.uniform(-2.0, 2.0), random.uniform(4.0, 9.0), random.uniform(-1.0, 2.0)
    return matrix


def rays(view: View, size_px: tuple[int, int] = SIZE_PX) -> Floats:
    """(h, w, 3) unit directions through the pixel centres, row 0 on top, by inverting the whole projection."""
    width, height = size_px
    x, y = np.meshgrid((np.arange(width) + 0.5) / width * 2 - 1, 1 - (np.arange(height) + 0.5) / height * 2)
    clip = np.stack([x, y, np.full_like(x, 0.5), np.ones_like(x)], axis=-1)
    stage_from_clip = np.linalg.inv(np.array(view.clip_from_stage).reshape(4, 4).T)
    points = clip @ stage_from_clip.T
    offset = points[..., :3] / points[..., 3:] - view.eye_m
    return np.asarray(offset / np.linalg.norm(offset, axis=-1, keepdims=True))


def triangles_of(scene: SceneData) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Corners in stage space (T, 3, 3), outward order kept when mirrored; instance (T,) and number in its part (T,)."""
    corners, instances, numbers = [], [], []
    meshes = scene.meshes
    for instance, (part, matrix) in enumerate(zip(meshes.instance_part, meshes.stage_from_instance, strict=True)):
        own = meshes.parts[part]
        position = own.vertices[:, :3].astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
        corners.append(position[own.triangles])
        instances.append(np.full(len(own.triangles), instance))
        numbers.append(np.arange(len(own.triangles)))
    return np.concatenate(corners), np.concatenate(instances), np.concatenate(numbers)


def cast(scene: SceneData, view: View, size_px: tuple[int, int] = SIZE_PX) -> Hits:
    """The first front (or both-sided) triangle on each pixel's ray (Moeller and Trumbore 1997)."""
    corners, instance, _ = triangles_of(scene)
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    direction = rays(view, size_px).reshape(-1, 1, 3)
    p = np.cross(direction, ac)
    det = (ab * p).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.asarray(view.eye_m) - a
        u = (s * p).sum(-1) / det
        q = np.cross(s, ab)
        v = (direction * q).sum(-1) / det
        t = (ac * q).sum(-1) / det
    side = np.sign(np.linalg.det(scene.meshes.stage_from_instance[:, :3, :3]))[instance]
    parts = scene.meshes.instance_part[instance]
    both = np.array([scene.meshes.materials[scene.meshes.parts[part].material].double_sided for part in parts])
    facing = both | (det * side > 0.0)
    weight = np.stack([1 - u - v, u, v], axis=-1)
    inner = weight.min(axis=-1)
    with np.errstate(invalid="ignore"):
        hit = facing & (t > 0.1) & (inner >= 0.0)
        doubtful = facing & (t > 0.05) & (np.abs(inner) < 0.03)
    far = np.where(hit, t, np.inf)
    first = far.argmin(axis=1)
    row = np.arange(len(first))
    nearest = far[row, first]
    at_edge = (doubtful & (t < nearest[:, None] + 0.02)).any(axis=1)
    beside = ((far < nearest[:, None] + 0.02).sum(axis=1) > 1) & np.isfinite(nearest)
    shape = size_px[::-1]
    return Hits(
        np.where(np.isfinite(nearest), first, -1).reshape(shape),
        nearest.reshape(shape),
        weight[row, first].reshape(*shape, 3),
        ~(at_edge | beside).reshape(shape),
    )


def drawn(
    context: moderngl.Context,
    scene: SceneData,
    view: View,
    material: Material = Material.LIT,
    look: Look = a_look(),  # noqa: B008
    size_px: tuple[int, int] = SIZE_PX,
    quality: Quality = Quality(shadow_px=0),  # noqa: B008
) -> NDArray[np.float32]:
    """(h, w, 4) what the scene pass draws, 32 bit, row 0 on top."""
    colour, depth = context.texture(size_px, 4, dtype="f4"), context.depth_renderbuffer(size_px)
    target = context.framebuffer([colour], depth)
    target.use()
    scene_pass = ScenePass(context, scene, quality, material)
    scene_pass.draw(target, (0, 0, *size_px), view, moment_of(scene, look))
    picture = pixels_of(target)
    for owned in (target, colour, depth):
        owned.release()
    scene_pass.release()
    return picture


def moment_of(scene: SceneData, look: Look) -> Moment:
    """The look, with the sun where the scene says."""
    return Moment(look, Heavens(sun_pan_deg=scene.sun.pan_deg, sun_elevation_deg=scene.sun.elevation_deg))


def pixels_of(target: moderngl.Framebuffer) -> NDArray[np.float32]:
    """(h, w, 4) a float target, row 0 on top."""
    width, height = target.size
    content = np.frombuffer(target.read(components=4, dtype="f4"), dtype=np.float32)
    return content.reshape(height, width, 4)[::-1]
