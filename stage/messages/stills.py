"""Pictures of looks that are not on air: requested by the console, drawn when there is time."""

from __future__ import annotations

from dataclasses import dataclass

from stage.maths.pose import Quaternion, Vector
from stage.model.look import Look


@dataclass(frozen=True, slots=True)
class StillAsked:
    """A small picture of a set under a look, from a pose in stage space.

    `key` identifies everything it depends on, and its answer. `revision`: that of the set's files; when it changes,
    they must be read again. `fov_deg`: horizontal angle of view.
    """

    key: str
    scene: str
    revision: str
    look: Look
    position_m: Vector
    orientation: Quaternion
    fov_deg: float
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class StillDrawn:
    """The answer: a JPEG for a monitor (sRGB), or in `problem` why there is none. `drawn_ns`: the drawing time."""

    key: str
    scene: str
    jpeg: bytes
    problem: str
    drawn_ns: int
