"""What a sky's pass needs beside the layer: worked out where sets are read, so that no frame waits for it. Pure."""

from __future__ import annotations

from render.scene.cloud_noise import cloud_noise
from render.scene.sky_light import tables_of
from render.scene.stars import star_catalogue
from stage.model.layers import SkyLayer


def read_sky(layer: SkyLayer) -> SkyLayer:
    """Tables of light (about a second), clouds and stars: each is kept for whoever asks for it later."""
    tables_of(layer)
    cloud_noise(layer.seed)
    star_catalogue(layer.seed)
    return layer
