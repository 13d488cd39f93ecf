"""Which moment a camera is predicted for: the middle of its exposure, in the light of the frame. Pure.

    present ---- wall's delay ----> light ---- exposure_phase_ms ----> shutter opens ---- exposure_ms / 2 ----> here

A frame's present time is when outputs show it. Its light comes later by what LED processor and panels take, and a
genlocked camera exposes in that light. The picture holds what it saw in the mean over the exposure, so a camera that
moves evenly is right when it is drawn where it is in the middle.
"""

from __future__ import annotations

from stage.model.camera import Camera
from stage.model.stagefile import Stage
from stage.units import NS_PER_MS


def wall_delay_ns(stage: Stage) -> int:
    """From a frame's present time to its light: of the slowest wall, for a frame holds one pose of each camera."""
    frame_ms = 1000.0 / float(stage.rate_hz)
    return round(max((wall.delay_ms + wall.delay_frames * frame_ms for wall in stage.walls), default=0.0) * NS_PER_MS)


def aim_ns(stage: Stage, camera: Camera) -> int:
    """From a frame's present time to the moment that the camera is predicted for, nanoseconds."""
    return wall_delay_ns(stage) + round((camera.exposure_phase_ms + camera.exposure_ms / 2.0) * NS_PER_MS)
