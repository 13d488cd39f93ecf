"""Meshes ready to draw: triangles, their places, materials and lamps. Frozen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.finish import Finish
from render.layers.mesh.node_rig import MovingSet
from render.layers.mesh.skin_weights import SkinWeights
from render.pictures.picture import Picture
from stage.files.passport import Passport
from stage.maths.arrays import Floats
from stage.maths.pose import Vector

VERTEX_FLOATS = 12
"""Per vertex: position (3), normal (3), texture coordinates (2), colour (4)."""


UvRows = tuple[tuple[float, float, float], tuple[float, float, float]]
"""`(u', v') = rows . (u, v, 1)`."""

SAME_UV: UvRows = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


@dataclass(frozen=True, slots=True)
class PictureUse:
    """A picture beside the base colour's: its number in MeshData.pictures, and its mapping from the vertex's own
    coordinates (those of the base colour's picture) or from the part's second ones."""

    picture: int
    uv_rows: UvRows = SAME_UV
    second_uv: bool = False


@dataclass(frozen=True, slots=True)
class MeshMaterial:
    """How a surface reflects light (glTF 2.0, 3.9). `base_colour` is scene-linear with alpha and multiplies vertex
    colour and picture (None = none); `emissive` is its own light (1.0 = 100 nits) and multiplies its picture; where
    alpha is below `alpha_cutoff` there is a hole (0 = opaque); `blend`: alpha is how much it covers. An unlit surface
    emits its base colour. Pictures: `metal_rough` b = metal, g = roughness, both multiplied by the factors; `normal` in
    tangent space; `occlusion` r. A `practical` surface is a lamp of the set. A surface of roughness 1 without metal and
    without these pictures is matt: it has no gloss. `finish`: what it has beyond that."""

    base_colour: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    emissive: Vector = (0.0, 0.0, 0.0)
    picture: int | None = None
    alpha_cutoff: float = 0.0
    double_sided: bool = False
    unlit: bool = False
    name: str = ""
    blend: bool = False
    metallic: float = 0.0
    roughness: float = 1.0
    normal_scale: float = 1.0
    occlusion_strength: float = 1.0
    metal_rough: PictureUse | None = None
    normal: PictureUse | None = None
    occlusion: PictureUse | None = None
    emissive_picture: PictureUse | None = None
    practical: bool = False
    finish: Finish | None = None

    @property
    def uses(self) -> tuple[PictureUse | None, ...]:
        """Its pictures beside the base colour's: metal and roughness, normal, occlusion, emissive."""
        return (self.metal_rough, self.normal, self.occlusion, self.emissive_picture)

    @property
    def plain(self) -> bool:
        """Whether it is matt or unlit, of one picture at most: drawn the cheapest way."""
        matt = self.unlit or (self.metallic == 0.0 and self.roughness == 1.0)
        return matt and not self.blend and self.finish is None and not any(self.uses)


@dataclass(frozen=True, slots=True)
class PunctualLight:
    """A light of KHR_lights_punctual in stage space. `intensity` per colour: candela (point, spot) or lux
    (directional). `direction`: unit, along the light. `range_m`: where it ends (0 = nowhere). A spot is at full
    strength within `inner_rad` of its direction and dark beyond `outer_rad`. A `practical` one is a lamp of the set."""

    kind: Literal["point", "spot", "directional"]
    intensity: Vector
    position_m: Vector = (0.0, 0.0, 0.0)
    direction: Vector = (0.0, 0.0, -1.0)
    range_m: float = 0.0
    inner_rad: float = 0.0
    outer_rad: float = math.pi / 4.0
    name: str = ""
    practical: bool = False


@dataclass(frozen=True, slots=True)
class MeshPart:
    """Triangles of one material in their own coordinates: `vertices` (V, 12) float32, `triangles` (T, 3) uint32
    counter-clockwise seen from outside, `material` a number in MeshData.materials. Where given: `tangents` (V, 4)
    float32 (w = side, glTF 3.7.2.1), `second_uv` (V, 2) float32, `skin`: the joints that bend it."""

    vertices: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    material: int
    tangents: NDArray[np.float32] | None = None
    second_uv: NDArray[np.float32] | None = None
    skin: SkinWeights | None = None

    def corners(self) -> tuple[Floats, Floats]:
        """The lowest and the highest x, y, z (3,)."""
        position = self.vertices[:, :3]
        return position.min(axis=0).astype(np.float64), position.max(axis=0).astype(np.float64)


@dataclass(frozen=True, slots=True)
class MeshData:
    """The meshes of a layer, or of all layers of a set together, in stage space.

    Instance i is part `instance_part[i]` (N,) int32 at `stage_from_instance[i]` (N, 4, 4) float64; its box in stage
    space is `instance_low_m[i]` .. `instance_high_m[i]` (N, 3). `instance_casts` (N,): which instances cast the sun's
    shadow (None = all). `light_first` (N,): where each instance's vertices begin in the set's baked light (None =
    there is none). `moving`: how instances move with scene time; the arrays hold time 0. `lights`
    shine on the whole set. `passport`: what its files ask for and what becomes of it.
    """

    parts: tuple[MeshPart, ...] = ()
    materials: tuple[MeshMaterial, ...] = ()
    pictures: tuple[Picture, ...] = ()
    instance_part: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    stage_from_instance: Floats = field(default_factory=lambda: np.zeros((0, 4, 4)))
    instance_low_m: Floats = field(default_factory=lambda: np.zeros((0, 3)))
    instance_high_m: Floats = field(default_factory=lambda: np.zeros((0, 3)))
    instance_casts: NDArray[np.bool_] | None = None
    light_first: NDArray[np.int64] | None = None
    moving: tuple[MovingSet, ...] = ()
    lights: tuple[PunctualLight, ...] = ()
    passport: Passport = ()

    @property
    def animated(self) -> bool:
        """Whether anything of it depends on scene time."""
        return any(one.animated for one in self.moving)

    @property
    def triangle_count(self) -> int:
        """Triangles drawn when everything is in view."""
        counts = np.array([len(part.triangles) for part in self.parts] or [0])
        return int(counts[self.instance_part].sum()) if len(self.instance_part) else 0


def instance_boxes(
    parts: tuple[MeshPart, ...], instance_part: NDArray[np.int32], stage_from_instance: Floats
) -> tuple[Floats, Floats]:
    """The boxes (N, 3) low and high, stage axes, round each part's own box after its transform."""
    if not parts:
        return np.zeros((0, 3)), np.zeros((0, 3))
    corners = np.array([part.corners() for part in parts])[instance_part]
    middle, half = corners.mean(axis=1), (corners[:, 1] - corners[:, 0]) / 2.0
    turn = stage_from_instance[:, :3, :3]
    centre = np.einsum("nij,nj->ni", turn, middle) + stage_from_instance[:, :3, 3]
    reach = np.einsum("nij,nj->ni", np.abs(turn), half)
    return centre - reach, centre + reach
