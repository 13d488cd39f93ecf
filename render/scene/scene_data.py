"""The virtual set as it is drawn: meshes, where they stand, their materials, the background and the light. Frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshMaterial, MeshPart, PunctualLight
from render.layers.mesh.node_rig import MovingSet
from render.layers.sky.reader import SkyData
from render.pictures.picture import Background, Picture
from stage.model.scene import Ambient, Haze, Sun

Floats = NDArray[np.float64]


class LayerData(Protocol):
    """What a layer's own pass draws (render/scene/layer_table.py)."""

    @property
    def animated(self) -> bool:
        """Whether its picture depends on scene time."""
        ...


@runtime_checkable
class Noted(Protocol):
    """A layer whose reader has something to tell about its files, for `SceneData.notes`."""

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence each."""
        ...


@dataclass(frozen=True, slots=True)
class SceneData:
    """A set in stage space, complete.

    Instance i is part `instance_part[i]` (N,) int32 at `stage_from_instance[i]` (N, 4, 4) float64; its box in stage
    space is `instance_low_m[i]` .. `instance_high_m[i]` (N, 3). `notes` tell what of the files is not shown.
    `animated`: its meshes depend on scene time. `layers`: what is neither mesh nor background, in the file's order.
    The background is an equirect, or a `sky`, or (neither) a gradient of the ambient light. `instance_casts` (N,):
    which instances cast the sun's shadow (None = all). `moving`: how instances move with scene time; until then they
    stand as at time 0.
    """

    name: str
    parts: tuple[MeshPart, ...]
    materials: tuple[MeshMaterial, ...]
    pictures: tuple[Picture, ...]
    instance_part: NDArray[np.int32]
    stage_from_instance: Floats
    instance_low_m: Floats
    instance_high_m: Floats
    background: Background | None = None
    sun: Sun = field(default_factory=Sun)
    ambient: Ambient = field(default_factory=Ambient)
    haze: Haze = field(default_factory=Haze)
    notes: tuple[str, ...] = ()
    animated: bool = False
    layers: tuple[LayerData, ...] = ()
    sky: SkyData | None = None
    lights: tuple[PunctualLight, ...] = ()
    instance_casts: NDArray[np.bool_] | None = None
    moving: tuple[MovingSet, ...] = ()

    @property
    def triangle_count(self) -> int:
        """Triangles drawn when everything is in view."""
        counts = np.array([len(part.triangles) for part in self.parts] or [0])
        return int(counts[self.instance_part].sum()) if len(self.instance_part) else 0
