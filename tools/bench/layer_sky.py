"""The bench rows of the sky: an empty set under it, next to a textured dome that fills the same pixels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from render.moment import Moment
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.messages.frames import Heavens
from stage.model.look import Look, SkyLook
from stage.model.scene import Scene
from tools.bench.bare_scene import BareDraw

SUN = Heavens(sun_pan_deg=60.0, sun_elevation_deg=35.0, moon_pan_deg=240.0, moon_elevation_deg=-35.0)
NIGHT = Heavens(sun_pan_deg=200.0, sun_elevation_deg=-35.0, moon_pan_deg=20.0, moon_elevation_deg=35.0, moon_phase=1.0)


@dataclass(frozen=True, slots=True)
class SkyRow:
    """A look of the sky, and where sun and moon stand."""

    look: Look
    heavens: Heavens

    def moment(self, time_s: float) -> Moment:
        """The sky at a scene time."""
        return Moment(self.look, self.heavens, time_s)


SKY_ROWS = {
    "sky": SkyRow(Look(), SUN),
    "sky-night": SkyRow(Look(), NIGHT),
    "sky-clouds": SkyRow(Look(sky=SkyLook(cloud_cover=0.45)), SUN),
}


def empty_sky() -> SceneData:
    """A set that is sky alone."""
    scene = Scene.model_validate({"schema": "scene/1", "name": "sky", "layers": [{"kind": "sky"}]})
    return load_scene_data(scene, Path())


def dome(eye_m: tuple[float, float, float], radius_m: float = 50.0) -> BareDraw:
    """A sphere of 64 x 32 quads round the eye, seen from inside, with a picture of 1024 x 512."""
    turn, rise = np.meshgrid(np.linspace(0.0, 2 * np.pi, 65), np.linspace(-np.pi / 2, np.pi / 2, 33), indexing="ij")
    out = np.stack([np.cos(rise) * np.sin(turn), np.cos(rise) * np.cos(turn), np.sin(rise)], axis=-1)
    uv = np.stack([turn / (2 * np.pi), 0.5 - rise / np.pi], axis=-1)
    vertices = np.concatenate([out * radius_m + np.array(eye_m), -out, uv], axis=-1).reshape(-1, 8)
    corner = (np.arange(64)[:, None] * 33 + np.arange(32)).reshape(-1, 1)
    triangles = np.concatenate([corner + np.array(step) for step in ((0, 33, 1), (33, 34, 1))])
    shade = np.linspace(80, 250, 512, dtype=np.uint8)[:, None, None]
    picture = np.broadcast_to(shade, (512, 1024, 4)).copy()
    return BareDraw(vertices.astype(np.float32), triangles.astype(np.uint32), picture)
