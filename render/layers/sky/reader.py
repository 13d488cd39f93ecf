"""What a sky's pass needs beside the layer: computed when sets are read, so that no frame waits for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.sky.cloud_noise import CloudNoise, cloud_noise
from render.layers.sky.light import SkyTables, tables_of
from render.layers.sky.stars import star_catalogue
from stage.files.passport import Passport
from stage.model.layers import SkyLayer


@dataclass(frozen=True, slots=True)
class SkyData:
    """A sky layer with its tables of light, its clouds and its stars (N, 6) float32."""

    layer: SkyLayer
    tables: SkyTables
    noise: CloudNoise
    stars: NDArray[np.float32]
    passport: Passport = ()


def read_sky(layer: SkyLayer, folder: Path) -> SkyData:
    """Compute the tables (about a second), clouds and stars of a layer; it needs no files."""
    return SkyData(layer, tables_of(layer), cloud_noise(layer.seed), star_catalogue(layer.seed))
