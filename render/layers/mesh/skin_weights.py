"""Which joints bend a mesh, and the reach of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.arrays import Floats


@dataclass(frozen=True, slots=True)
class SkinWeights:
    """Per vertex: `joints` (V, J) int32, places in the skin's list; `weights` (V, J) float32, their sum 1. J is a
    multiple of four, at most eight."""

    joints: NDArray[np.int32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class JointBoxes:
    """`joints` (B,): those with weight somewhere; the boxes of their vertices in joint space: `middle`, `half` (B, 3).

    A bent vertex is between the places its joints would carry it to, so the boxes together contain the bent mesh.
    """

    joints: NDArray[np.int64]
    middle: Floats
    half: Floats

    def corners(self, stage_from_joint: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest x, y, z (3,) of the mesh, its joints at (J, 4, 4)."""
        places = stage_from_joint[self.joints]
        centre = np.einsum("nij,nj->ni", places[:, :3, :3], self.middle) + places[:, :3, 3]
        reach = np.einsum("nij,nj->ni", np.abs(places[:, :3, :3]), self.half)
        return (centre - reach).min(axis=0), (centre + reach).max(axis=0)


def joint_boxes(position: NDArray[np.float32], skin: SkinWeights, joint_from_mesh: Floats) -> JointBoxes:
    """The boxes of mesh vertices at (V, 3), by the joints that carry them; `joint_from_mesh` (J, 4, 4)."""
    used = np.unique(skin.joints[skin.weights > 0.0]).astype(np.int64)
    middle, half = np.zeros((len(used), 3)), np.zeros((len(used), 3))
    for row, joint in enumerate(used):
        own = position[((skin.joints == joint) & (skin.weights > 0.0)).any(axis=1)].astype(np.float64)
        there = own @ joint_from_mesh[joint, :3, :3].T + joint_from_mesh[joint, :3, 3]
        low, high = there.min(axis=0), there.max(axis=0)
        middle[row], half[row] = (low + high) / 2, (high - low) / 2
    return JointBoxes(used, middle, half)
