"""Which reader makes what of a layer: one row for each kind of layer beside meshes and backgrounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from render.layers.card.card import read_card
from render.layers.crowd.crowd import read_crowd
from render.layers.relief.relief import read_relief
from render.layers.splats.splats import read_splats
from render.layers.video.video import read_video
from render.scene.scene_data import LayerData
from stage.model.layers import CardLayer, CrowdLayer, ReliefLayer, SplatLayer, VideoLayer

READERS: dict[type[Any], Callable[[Any, Path], LayerData]] = {
    CardLayer: read_card,
    CrowdLayer: read_crowd,
    ReliefLayer: read_relief,
    SplatLayer: read_splats,
    VideoLayer: read_video,
}
"""The layer's model to `reader(layer, folder)`; a reader raises InputError with the file and what is wrong."""
