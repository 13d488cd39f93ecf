"""Reliefs: a picture and its depth as a surface in the set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.relief.depth import read_depth
from render.layers.relief.mesh import ReliefMesh, relief_mesh
from render.layers.relief.sheets import colours, sheets
from render.pictures.plate_picture import read_plate
from stage.files.passport import Passport
from stage.maths.pose import Vector
from stage.model.layers import ReliefLayer

PUSH_SHARE = 0.08
"""How far the background continues behind a silhouette, as a share of the picture's width: at 60 degrees, 0.3 m of
camera motion beside an object 2 m away."""


@dataclass(frozen=True, slots=True)
class ReliefData:
    """A relief in stage axes from `origin_m`. `ahead` and `behind` (h, w, 4) float16 scene-linear: the pictures of
    the mesh's two sheets."""

    mesh: ReliefMesh
    ahead: NDArray[np.float16]
    behind: NDArray[np.float16]
    origin_m: Vector
    gain: float = 1.0
    passport: Passport = ()

    @property
    def animated(self) -> bool:
        """A relief stands still."""
        return False


def read_relief(layer: ReliefLayer, folder: Path) -> ReliefData:
    """A relief of a scene file. Raises InputError by file and field."""
    picture, _, said = read_plate(folder / layer.file, layer.colour_space, alpha=False)
    metres, passport = read_depth(layer, folder, (picture.shape[1], picture.shape[0]))
    own = sheets(metres, layer.break_ratio, max(1, round(PUSH_SHARE * metres.shape[1])))
    mesh = relief_mesh(metres, own, layer.break_ratio, layer.fov_deg)
    turn = layer.pose().matrix()[:3, :3]
    mesh.vertices[:, :3] = mesh.vertices[:, :3] @ turn.T.astype(np.float32)
    ahead, behind = colours(picture[:, :, :3].astype(np.float32), own)
    return ReliefData(mesh, _opaque(ahead), _opaque(behind), layer.position_m, layer.gain, (*said, *passport))


def _opaque(colour: NDArray[np.float32]) -> NDArray[np.float16]:
    return np.concatenate([colour, np.ones((*colour.shape[:2], 1), np.float32)], axis=2).astype(np.float16)
