"""A small set made in the test: boxes at many depths on a ground, under an equirect sky. No files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.animation import Clip, Track
from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, PunctualLight, instance_boxes
from render.layers.mesh.node_rig import MovingSet, NodeRig
from render.pictures.picture import Background
from render.scene.scene_data import SceneData
from stage.model.scene import Ambient, Haze, Sun

BOXES = 60


def box_set(seed: int = 5) -> SceneData:
    """Sixty boxes from 2 to 60 m away on every side, some between the walls and the stage, over a ground of 400 m."""
    random = np.random.default_rng(seed)
    angle, far = random.uniform(-np.pi, np.pi, BOXES), random.uniform(3.0, 60.0, BOXES)
    places = np.stack([far * np.sin(angle), far * np.cos(angle) - 2.0, random.uniform(0.0, 5.0, BOXES)], axis=1)
    sizes = random.uniform(0.3, 1.2, (BOXES, 3)) * (0.3 + far[:, None] / 12.0)
    transforms = [np.diag([400.0, 400.0, 1.0, 1.0])]
    transforms[0][2, 3] = -0.5
    for place, size in zip(places, sizes, strict=True):
        matrix = np.diag([*size, 1.0])
        matrix[:3, 3] = place
        transforms.append(matrix)
    materials = [MeshMaterial((0.35, 0.32, 0.28, 1.0))]
    materials += [MeshMaterial((*random.uniform(0.05, 0.9, 3), 1.0)) for _ in range(6)]
    parts = tuple(MeshPart(_cube()[0], _cube()[1], number) for number in range(len(materials)))
    instance_part = np.array([0, *(1 + np.arange(BOXES) % 6)], np.int32)
    stage_from_instance = np.stack(transforms)
    low, high = instance_boxes(parts, instance_part, stage_from_instance)
    meshes = MeshData(
        parts=parts,
        materials=tuple(materials),
        instance_part=instance_part,
        stage_from_instance=stage_from_instance,
        instance_low_m=low,
        instance_high_m=high,
    )
    sun = Sun(pan_deg=40.0, elevation_deg=35.0, radiance=(2.0, 1.8, 1.5))
    return SceneData("boxes", meshes, background=Background(_sky()), sun=sun, ambient=Ambient())


def moving_box_set() -> SceneData:
    """The same boxes; the first one goes to and fro."""
    scene, box, rest = box_set(), np.array([1]), np.zeros((1, 3))
    still = np.array([[0.0, 0.0, 0.0, 1.0]])
    rig = NodeRig(
        parents=np.array([-1]), translation=rest, rotation=still, scale=np.ones((1, 3)),
        parent_from_node=np.eye(4)[None], levels=(np.array([0]),),
    )  # fmt: skip
    there_and_back = np.array([[[0.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]], [[0.0, 0.0, 0.0]]])
    clip = Clip("hop", (Track("translation", "LINEAR", np.array([0]), np.array([0.0, 1.0, 2.0]), there_and_back),))
    moving = MovingSet(
        rig=rig, clip=clip, speed=1.0, stage_from_root=np.eye(4), instances=box, rows=np.array([0]),
        node_from_instance=scene.meshes.stage_from_instance[box], middle=rest, half=np.full((1, 3), 0.5),
    )  # fmt: skip
    return replace(scene, meshes=replace(scene.meshes, moving=(moving,)))


def lit_set() -> SceneData:
    """The boxes, some glossy and some glowing, among lamps, in haze of their own and in the light of their sky."""
    scene = box_set()
    materials = list(scene.meshes.materials)
    materials[1] = replace(materials[1], metallic=1.0, roughness=0.2)
    materials[2] = replace(materials[2], emissive=(1.0, 0.6, 0.2), practical=True)
    lamps = (
        PunctualLight("point", (900.0, 700.0, 400.0), (-1.0, 4.0, 3.0), practical=True),
        PunctualLight("spot", (900.0, 900.0, 900.0), (2.0, 3.0, 4.0)),
    )
    return replace(
        scene,
        meshes=replace(scene.meshes, materials=tuple(materials), lights=lamps),
        ambient=Ambient(source="background"),
        haze=Haze(density_per_m=0.01, colour=(0.5, 0.6, 0.8)),
    )


def _cube() -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """A unit cube round the origin with flat normals."""
    vertices, triangles = [], []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            a, b = (axis + 1) % 3, (axis + 2) % 3
            for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                position, normal = np.zeros(3), np.zeros(3)
                position[axis], position[a], position[b], normal[axis] = sign / 2, s / 2, t / 2, sign
                vertices.append([*position, *normal, (s + 1) / 2, (t + 1) / 2, 1, 1, 1, 1])
            first = len(vertices) - 4
            quad = [(0, 1, 2), (0, 2, 3)] if sign > 0 else [(0, 2, 1), (0, 3, 2)]
            triangles += [[first + i for i in corners] for corners in quad]
    return np.array(vertices, np.float32), np.array(triangles, np.uint32)


def _sky() -> NDArray[np.float16]:
    """(64, 128, 3): light blue above, stripes round the horizon that show where one looks."""
    sky = np.zeros((64, 128, 3), np.float16)
    sky[:] = np.linspace(1.2, 0.3, 64)[:, None, None] * np.array([0.5, 0.7, 1.0])
    sky[24:34, ::4] = (1.5, 0.4, 0.2)
    return sky
