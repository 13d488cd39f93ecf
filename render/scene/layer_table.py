"""Which pass draws which layer: one row for each kind of layer data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from render.layers.card.card import CardData
from render.layers.card.card_pass import card_passes
from render.layers.crowd.crowd import CrowdData
from render.layers.crowd.crowd_pass import crowd_passes
from render.layers.relief.relief import ReliefData
from render.layers.relief.relief_pass import ReliefPass
from render.layers.splats.splat_pass import SplatPass
from render.layers.splats.splats import SplatData
from render.layers.video.video import VideoData
from render.layers.video.video_pass import VideoPass
from render.layers.weather.weather_pass import WeatherPass
from render.scene.scene_data import SceneData
from render.view.layer_pass import LayerPass, Setup

LAYER_PASSES: dict[type[Any], Callable[[Setup, Any], LayerPass]] = {
    ReliefData: ReliefPass,
    SplatData: SplatPass,
    VideoData: VideoPass,
}
"""From the layer's data to the pass that draws it."""

GROUP_PASSES: dict[type[Any], Callable[[Setup, Sequence[Any]], Iterable[list[LayerPass]]]] = {
    CardData: card_passes,
    CrowdData: crowd_passes,
}
"""Kinds whose layers are sorted among themselves: drawn together, in the place of the first."""

SCENE_PASSES: tuple[Callable[[Setup], LayerPass], ...] = (WeatherPass,)
"""Passes that every set has, whatever its layers: weather."""


def layer_passes(setup: Setup, scene: SceneData) -> Iterator[list[LayerPass]]:
    """The passes of a set's layers, made one by one in the file's order, then those that every set has."""
    grouped: set[type[Any]] = set()
    for data in scene.layers:
        kind = type(data)
        if kind not in GROUP_PASSES:
            yield [LAYER_PASSES[kind](setup, data)]
        elif kind not in grouped:
            grouped.add(kind)
            yield from GROUP_PASSES[kind](setup, [other for other in scene.layers if type(other) is kind])
    for make in SCENE_PASSES:
        yield [make(setup)]
