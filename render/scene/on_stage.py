"""What a set's files ask of a stage: frame rates and peak light against its walls', and the walls' calibrations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from render.layers.video.video import VideoData
from render.scene.scene_data import SceneData
from stage.calibration.wall_calibration import WallCalibration
from stage.files.clip_rate import rate_entry
from stage.files.passport import Passport, PassportEntry, approximated, drawn
from stage.model.stagefile import Stage
from stage.units import NITS_PER_UNIT

MOST_SAMPLES = 2_000_000
"""Of a larger background only every so manieth pixel is looked at: this may run beside the drawing."""
MUCH = 0.01
"""The sun and lamps are brighter than any wall; a hundredth of a picture is more than those."""


def on_stage(stage: Stage, calibrated: Iterable[WallCalibration], scene: SceneData) -> SceneData:
    """The set, its passport with what a stage makes of it; `calibrated`: the calibrations of its walls."""
    return replace(scene, passport=scene.passport + stage_passport(stage, calibrated, scene))


def stage_passport(stage: Stage, calibrated: Iterable[WallCalibration], data: SceneData) -> Passport:
    """The entries that only a stage can make; `calibrated`: the calibrations of its walls."""
    return (
        *_rates(stage, data),
        *_peak(stage, data),
        *(entry for calibration in calibrated for entry in calibration.passport),
    )


def _rates(stage: Stage, data: SceneData) -> list[PassportEntry]:
    return [
        rate_entry(clip.path.name, abs(layer.timeline.rate_hz * layer.timeline.speed), stage.rate_hz)
        for layer in data.layers
        if isinstance(layer, VideoData)
        for clip in layer.clips
    ]


def _peak(stage: Stage, data: SceneData) -> list[PassportEntry]:
    """The background's light beside the brightest wall's peak."""
    if data.background is None:
        return []
    file = data.background.file
    peak = max(wall.peak_nits for wall in stage.walls)
    radiance = data.background.radiance
    step = max(1, math.isqrt(radiance[:, :, 0].size // MOST_SAMPLES))
    light = radiance[::step, ::step].astype(np.float32).max(axis=2) * (data.background.gain * NITS_PER_UNIT)
    most, share = float(light.max()), float((light > peak).mean())
    asks = f"light up to {most:.0f} nits"
    if share <= MUCH:
        return [drawn(file, asks, f"the walls reach {peak:g}; {share:.1%} of it is brighter" if share else "")]
    why = f"the walls reach {peak:g} nits and {share:.0%} of it is brighter: it is cut or rolled off there"
    return [approximated(file, asks, why, "Lower the layer's gain, or the look's exposure")]
