"""Which reader makes what of a layer: one row for each kind of layer beside meshes and backgrounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from render.scene.scene_data import LayerData

READERS: dict[type[Any], Callable[[Any, Path], LayerData]] = {}
"""The layer's model to `reader(layer, folder)`; a reader raises InputError with the file and what is wrong."""
