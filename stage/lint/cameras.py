"""Lint rules about trackers, cameras, lenses and timing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from stage.files.finding import Finding
from stage.lint.subject import LintedStage
from stage.model.camera import MOST_CAMERAS

SQUARE = 0.01
"""Pixels count as square up to this deviation."""
FEWEST_LEAD_FRAMES = 0.25
MOST_LEAD_FRAMES = 4.0
"""A frame decided later than a quarter of a frame ahead is not drawn in time; earlier than four frames ahead its
cameras are mostly guessed."""
SAME_DELAY_MS = 0.5


def too_many_cameras(linted: LintedStage) -> Iterator[Finding]:
    """No more cameras begin on than the walls can show at once."""
    begin_on = [camera.name for camera in linted.stage.cameras if camera.on]
    if len(begin_on) > MOST_CAMERAS:
        left_out = ", ".join(begin_on[MOST_CAMERAS:])
        problem = f"{len(begin_on)} cameras begin on: the walls show {MOST_CAMERAS} at once, so {left_out} will be off"
        yield linted.warning("cameras", problem, "Write `on = false` in those that are not needed first")


def camera_aspect(linted: LintedStage) -> Iterator[Finding]:
    """Sensor and recorded picture have the same shape."""
    for index, camera in enumerate(linted.stage.cameras):
        sensor, image = (size[0] / size[1] for size in (camera.sensor_mm, camera.image_px))
        if abs(sensor / image - 1.0) > SQUARE:
            problem = f"the sensor is {sensor:.3f} : 1, the picture {image:.3f} : 1: the camera's pixels are not square"
            field = f"cameras[{index}].sensor_mm"
            yield linted.warning(field, problem, "Set the sensor size to the area that is recorded")


def draw_lead(linted: LintedStage) -> Iterator[Finding]:
    """A frame is decided early enough to be drawn, and late enough to know where the camera will be."""
    lead_ms, frame_ms = linted.stage.timing.draw_lead_ms, 1000.0 / float(linted.stage.rate_hz)
    if lead_ms is None or FEWEST_LEAD_FRAMES <= lead_ms / frame_ms <= MOST_LEAD_FRAMES:
        return
    problem = f"{lead_ms:g} ms is {lead_ms / frame_ms:.2f} frames of {frame_ms:.1f} ms"
    yield linted.warning("timing.draw_lead_ms", problem, "Leave it out (one frame), or set 0.25 to 4 frames")


def delays_differ(linted: LintedStage) -> Iterator[Finding]:
    """Walls with different delays: a frame holds one pose of each camera."""
    frame_ms = 1000.0 / float(linted.stage.rate_hz)
    delays_ms = [wall.delay_ms + wall.delay_frames * frame_ms for wall in linted.stage.walls]
    slowest = max(delays_ms, default=0.0)
    for index, (wall, delay_ms) in enumerate(zip(linted.stage.walls, delays_ms, strict=True)):
        if slowest - delay_ms > SAME_DELAY_MS:
            problem = (
                f"wall {wall.name!r} shows a frame {slowest - delay_ms:.3g} ms before the slowest wall: cameras are "
                "predicted for the slowest"
            )
            yield linted.warning(f"walls[{index}].delay_ms", problem, "Delay its LED processor by as much, if it can")
