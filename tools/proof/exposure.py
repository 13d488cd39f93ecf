"""When a simulated camera films a frame: from the stage file's delays and exposure, apart from the conductor's own sum.

The wall shows a frame's light `delay_ms` and `delay_frames` after its present time; the shutter opens
`exposure_phase_ms` later, for `exposure_ms`.
"""

from __future__ import annotations

import math

from stage.model.camera import Camera
from stage.model.stagefile import Stage
from stage.units import NS_PER_MS

STEP_MS = 2.0
"""An exposure is filmed in parts of about this length."""
MOST_PARTS = 12


def shutter_ns(stage: Stage, camera: Camera) -> tuple[int, ...]:
    """The middles of equal parts of the exposure, from the frame's present time; one where there is no exposure."""
    frame_ms = 1000.0 / float(stage.rate_hz)
    light_ms = max(wall.delay_ms + wall.delay_frames * frame_ms for wall in stage.walls)
    opens_ms = light_ms + camera.exposure_phase_ms
    parts = min(MOST_PARTS, max(1, math.ceil(camera.exposure_ms / STEP_MS)))
    return tuple(round((opens_ms + camera.exposure_ms * (part + 0.5) / parts) * NS_PER_MS) for part in range(parts))


def middle_ns(stage: Stage, camera: Camera) -> int:
    """From a frame's present time to the middle of the exposure."""
    parts = shutter_ns(stage, camera)
    return (parts[0] + parts[-1]) // 2
