"""What a set's files ask of a stage: frame rates and peak light against its walls', and the walls' calibrations."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from render.layers.video.video import VideoData
from render.scene.scene_data import SceneData
from stage.calibration.wall_calibration import calibrations_of
from stage.files.clip_rate import rate_entry
from stage.files.passport import Passport, PassportEntry, approximated, drawn
from stage.model.layers import EquirectLayer
from stage.model.scene import Scene
from stage.model.stagefile import Stage
from stage.units import NITS_PER_UNIT

MUCH = 0.01
"""The sun and lamps are brighter than any wall; a hundredth of a picture is more than those."""


def stage_passport(stage: Stage, beside: Path, scene: Scene, data: SceneData) -> Passport:
    """The entries that only a stage can make; `beside` is its file's folder. Raises InputError for its calibrations."""
    calibrated = calibrations_of(stage, beside).values()
    return (
        *_rates(stage, data),
        *_peak(stage, scene, data),
        *(entry for calibration in calibrated for entry in calibration.passport),
    )


def _rates(stage: Stage, data: SceneData) -> list[PassportEntry]:
    return [
        rate_entry(clip.path.name, abs(layer.timeline.rate_hz * layer.timeline.speed), stage.rate_hz)
        for layer in data.layers
        if isinstance(layer, VideoData)
        for clip in layer.clips
    ]


def _peak(stage: Stage, scene: Scene, data: SceneData) -> list[PassportEntry]:
    """The background's light beside the brightest wall's peak."""
    names = [layer.file for layer in scene.layers if isinstance(layer, EquirectLayer)]
    if data.background is None or not names:
        return []
    peak = max(wall.peak_nits for wall in stage.walls)
    light = data.background.radiance.max(axis=2).astype(np.float32) * (data.background.gain * NITS_PER_UNIT)
    most, share = float(light.max()), float((light > peak).mean())
    asks = f"light up to {most:.3g} nits"
    if share <= MUCH:
        return [drawn(names[0], asks, f"the walls reach {peak:g}; {share:.1%} of it is brighter" if share else "")]
    why = f"the walls reach {peak:g} nits and {share:.0%} of it is brighter: it is cut or rolled off there"
    return [approximated(names[0], asks, why, "Lower the layer's gain, or the look's exposure")]
