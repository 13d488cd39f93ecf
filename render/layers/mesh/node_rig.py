"""Nodes that move: the places of a set's instances, and of the joints of its skins, at a time. Pure, 64 bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.animation import Clip
from render.layers.mesh.skin_weights import JointBoxes
from stage.maths.arrays import Floats

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NodeRig:
    """A hierarchy of N nodes, parents before children. `parents` (N,): the row of each one's parent, -1 = none.
    At rest: `translation` (N, 3), `rotation` (N, 4) x, y, z, w, `scale` (N, 3); `parent_from_node` (N, 4, 4) combines
    them for nodes that no clip moves. `levels`: rows of the same depth."""

    parents: Numbers
    translation: Floats
    rotation: Floats
    scale: Floats
    parent_from_node: Floats
    levels: tuple[Numbers, ...]

    def places(self, clip: Clip | None, clip_time_s: float) -> Floats:
        """`root_from_node` (N, 4, 4) at a time of the clip; at rest without one."""
        places = self.parent_from_node.copy()
        if clip is not None and clip.tracks:
            self._move(places, clip, clip_time_s)
        for rows in self.levels[1:]:
            places[rows] = places[self.parents[rows]] @ places[rows]
        return places

    def moved_by(self, clip: Clip | None) -> NDArray[np.bool_]:
        """(N,) whether the clip moves a node, or one above it."""
        moved = np.zeros(len(self.parents), dtype=np.bool_)
        for track in clip.tracks if clip is not None else ():
            moved[track.rows] = True
        for rows in self.levels[1:]:
            moved[rows] |= moved[self.parents[rows]]
        return moved

    def _move(self, places: Floats, clip: Clip, clip_time_s: float) -> None:
        now = {"translation": self.translation.copy(), "rotation": self.rotation.copy(), "scale": self.scale.copy()}
        for track in clip.tracks:
            now[track.property][track.rows] = track.at(clip_time_s)
        rows = np.unique(np.concatenate([track.rows for track in clip.tracks]))
        places[rows] = local_places(now["translation"][rows], now["rotation"][rows], now["scale"][rows])


class Pose(NamedTuple):
    """Places at a time: `stage_from_instance` (M, 4, 4) of MovingSet.instances, their boxes (M, 3), and
    for each of its skins the palette (J, 3, 4): from the mesh to the instance's origin, in stage axes."""

    stage_from_instance: Floats
    low_m: Floats
    high_m: Floats
    palettes: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Skin:
    """Instance `member` of MovingSet.instances is bent by the joints in `rows` (J,) of the rig;
    `joint_from_mesh` (J, 4, 4); `boxes`: what each joint carries."""

    member: int
    rows: Numbers
    joint_from_mesh: Floats
    boxes: JointBoxes


@dataclass(frozen=True, slots=True)
class MovingSet:
    """Instances of one layer that a clip moves. `instances` (M,): their numbers in MeshData; `rows` (M,): the node
    each hangs on; `node_from_instance` (M, 4, 4); their parts' own boxes: `middle`, `half` (M, 3)."""

    rig: NodeRig
    clip: Clip | None
    speed: float
    stage_from_root: Floats
    instances: Numbers
    rows: Numbers
    node_from_instance: Floats
    middle: Floats
    half: Floats
    skins: tuple[Skin, ...] = ()

    @property
    def animated(self) -> bool:
        """Whether anything changes with time."""
        return self.clip is not None and self.speed != 0.0 and self.clip.duration_s > 0.0

    def pose(self, time_s: float) -> Pose:
        """Everything at scene time `time_s`, seconds. A bent instance has its origin in its first joint, stage axes."""
        clip_time_s = self.clip.time_in(time_s, self.speed) if self.clip is not None else 0.0
        stage_from_node = self.stage_from_root @ self.rig.places(self.clip, clip_time_s)
        places = stage_from_node[self.rows] @ self.node_from_instance
        turn = places[:, :3, :3]
        centre = np.einsum("nij,nj->ni", turn, self.middle) + places[:, :3, 3]
        reach = np.einsum("nij,nj->ni", np.abs(turn), self.half)
        low, high = centre - reach, centre + reach
        palettes = []
        for skin in self.skins:
            stage_from_joint = stage_from_node[skin.rows]
            low[skin.member], high[skin.member] = skin.boxes.corners(stage_from_joint)
            origin = stage_from_joint[0, :3, 3]
            palette = (stage_from_joint @ skin.joint_from_mesh)[:, :3, :]
            palette[:, :, 3] -= origin
            palettes.append(palette)
            places[skin.member] = np.eye(4)
            places[skin.member, :3, 3] = origin
        return Pose(places, low, high, tuple(palettes))


def local_places(translation: Floats, rotation: Floats, scale: Floats) -> Floats:
    """(N, 4, 4): scale, then unit quaternions (N, 4) x, y, z, w, then translation."""
    places = np.zeros((len(rotation), 4, 4))
    places[:, :3, :3] = turns(rotation) * scale[:, None, :]
    places[:, :3, 3] = translation
    places[:, 3, 3] = 1.0
    return places


def turns(quaternions: Floats) -> Floats:
    """Rotation matrices (N, 3, 3) of unit quaternions (N, 4) x, y, z, w."""
    x, y, z, w = quaternions.T
    rows = [
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    ]
    return np.array(rows).transpose(2, 0, 1)
