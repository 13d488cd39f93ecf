"""The virtual set as it is drawn: its meshes and other layers, the background and the light. Frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from render.layers.mesh.mesh_data import MeshData
from render.layers.sky.reader import SkyData
from render.pictures.picture import Background
from render.transport.binding import BakedLight
from stage.files.passport import Passport
from stage.model.scene import Ambient, Haze, Sun


class ReadData(Protocol):
    """What the reader of a layer makes of it (render/scene/readers.py)."""

    @property
    def passport(self) -> Passport:
        """What its files ask for and what becomes of it, for `SceneData.passport`."""
        ...


class LayerData(ReadData, Protocol):
    """What a layer's own pass draws (render/scene/layer_table.py)."""

    @property
    def animated(self) -> bool:
        """Whether its picture depends on scene time."""
        ...


@dataclass(frozen=True, slots=True)
class SceneData:
    """A set in stage space, complete.

    `meshes`: those of all its glTF layers together. `layers`: everything but meshes and background, in the file's
    order. The background is an equirect, or a `sky`, or (neither) a gradient of the ambient light. `passport`:
    what the files ask for and what becomes of it, in the order of the layers. `baked`: light prepared by
    `openstage scene bake`.
    """

    name: str
    meshes: MeshData = field(default_factory=MeshData)
    layers: tuple[LayerData, ...] = ()
    background: Background | None = None
    sky: SkyData | None = None
    sun: Sun = field(default_factory=Sun)
    ambient: Ambient = field(default_factory=Ambient)
    haze: Haze = field(default_factory=Haze)
    passport: Passport = ()
    baked: BakedLight | None = None
