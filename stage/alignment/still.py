"""Where a camera's tracker holds still, in the tracker's own space: averaged over samples. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stage.errors import InputError
from stage.maths.pose import ORIGIN, Pose, Vector
from stage.messages.samples import TrackingSample
from stage.model.camera import Camera
from stage.model.sources.base import Alignment, TrackerSource

STILL_M = 0.004
"""A tracker that goes farther while it is measured is not at rest."""
FEWEST_SAMPLES = 5


def body_of(sample: TrackingSample, camera: Camera, align: Alignment | None) -> Pose:
    """The tracked body in the tracker's space (axes, signs, unit and zeros applied): rig, lens and alignment undone."""
    body_from_pupil = camera.rig.pose() @ Pose((0.0, sample.lens.entrance_pupil_m, 0.0))
    body = Pose(sample.position_m, sample.orientation) @ body_from_pupil.inverse()
    if align is None:
        return body
    inside = align.pose().inverse() @ body
    x, y, z = (part / align.scale for part in inside.position_m)
    return Pose((x, y, z), inside.orientation)


def still_point(
    samples: Sequence[TrackingSample], camera: Camera, source: TrackerSource, tip_m: Vector = ORIGIN
) -> tuple[Vector, float]:
    """The place of a point fixed to the tracked body (`tip_m`, in its axes), and how far it went meanwhile, metres.

    Raises InputError where there are too few samples or the tracker moved.
    """
    if len(samples) < FEWEST_SAMPLES:
        problem = f"sent {len(samples)} samples in that time"
        raise InputError(camera.name, "", problem, "Is its tracker alive? See `openstage status`")
    places = np.array([body_of(sample, camera, source.align).transform(tip_m) for sample in samples])
    middle = np.median(places, axis=0)
    went_m = float(np.linalg.norm(places - middle, axis=1).max())
    if went_m > STILL_M:
        problem = f"moved {went_m * 1000:.0f} mm while it was measured"
        raise InputError(camera.name, "", problem, "Put it down, or hold it against the mark, and measure again")
    x, y, z = (float(part) for part in places.mean(axis=0))
    return (x, y, z), went_m
