"""Which pass draws which layer: one row for each kind of layer data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from render.passes.layer_pass import LayerPass, Setup
from render.scene.scene_data import SceneData

LAYER_PASSES: dict[type[Any], Callable[[Setup, Any], LayerPass]] = {}
"""The layer's data to the pass that draws it."""

SCENE_PASSES: tuple[Callable[[Setup, SceneData], LayerPass], ...] = ()
"""Passes that every set has, whatever its layers: weather."""


def layer_passes(setup: Setup, scene: SceneData) -> list[LayerPass]:
    """The passes of a set's layers, in the order of its file, then what every set has."""
    return [
        *(LAYER_PASSES[type(data)](setup, data) for data in scene.layers),
        *(make(setup, scene) for make in SCENE_PASSES),
    ]
