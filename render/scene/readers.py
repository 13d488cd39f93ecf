"""Which reader reads a layer, and which part of the set it becomes: one row for each kind of layer."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

from render.layers.card.card import read_card
from render.layers.crowd.crowd import read_crowd
from render.layers.mesh.gltf.layer import read_meshes
from render.layers.mesh.usd.layer import read_usd
from render.layers.relief.relief import read_relief
from render.layers.sky.reader import read_sky
from render.layers.splats.splats import read_splats
from render.layers.video.video import read_video
from render.pictures.equirect import read_background
from stage.model.layers import (
    CardLayer,
    CrowdLayer,
    EquirectLayer,
    GltfLayer,
    ReliefLayer,
    SkyLayer,
    SplatLayer,
    UsdLayer,
    VideoLayer,
)


class Place(Enum):
    """Where in a set's data a layer goes: into the meshes, with those of other layers; as the background (an equirect
    or a sky, at most one a set); or as a layer drawn by itself."""

    MESHES = auto()
    EQUIRECT = auto()
    SKY = auto()
    LAYERS = auto()


BACKGROUNDS = (Place.EQUIRECT, Place.SKY)


class Reader(NamedTuple):
    """`read(layer, folder)` raises InputError that names the file and the problem."""

    place: Place
    read: Callable[[Any, Path], Any]


READERS: dict[type[Any], Reader] = {
    GltfLayer: Reader(Place.MESHES, read_meshes),
    UsdLayer: Reader(Place.MESHES, read_usd),
    EquirectLayer: Reader(Place.EQUIRECT, read_background),
    SkyLayer: Reader(Place.SKY, read_sky),
    CardLayer: Reader(Place.LAYERS, read_card),
    CrowdLayer: Reader(Place.LAYERS, read_crowd),
    ReliefLayer: Reader(Place.LAYERS, read_relief),
    SplatLayer: Reader(Place.LAYERS, read_splats),
    VideoLayer: Reader(Place.LAYERS, read_video),
}
"""From the layer's model to its reader."""
