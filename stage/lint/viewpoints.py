"""Lint rules about viewpoints: the stage eye and the cameras' homes are in front of the walls. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stage.files.finding import Finding
from stage.lint.subject import LintedStage
from stage.lint.walls import shown_share

MOSTLY = 0.5
"""Fraction of a wall's area: with less of its front in view, it is seen from behind."""


def eye_behind(linted: LintedStage) -> Iterator[Finding]:
    """The stage eye sees the front of the walls that a camera sees: the outer view is drawn from there."""
    cameras = [camera.home.position_m for camera in linted.stage.cameras]
    behind = [
        wall.name
        for _, wall, surface in linted.shapes()
        if shown_share(surface, np.array([linted.stage.stage_eye_m])) < MOSTLY
        and shown_share(surface, np.array(cameras or [linted.stage.stage_eye_m])) >= MOSTLY
    ]
    if behind:
        problem = f"the stage eye is behind {_named(behind)}: the light on the actors would be wrong"
        remedy = "Put it where the actors stand; negative y is in front of the main wall"
        yield linted.warning("stage_eye_m", problem, remedy)


def camera_behind(linted: LintedStage) -> Iterator[Finding]:
    """A camera's home is in front of at least one wall."""
    for index, camera in enumerate(linted.stage.cameras):
        home_m = np.array([camera.home.position_m])
        shares = [shown_share(surface, home_m) for _, _, surface in linted.shapes()]
        if shares and max(shares) < MOSTLY:
            problem = f"camera {camera.name!r} is behind every wall until its first sample arrives"
            remedy = "Correct its home; negative y is in front of the main wall"
            yield linted.warning(f"cameras[{index}].home.position_m", problem, remedy)


def _named(walls: list[str]) -> str:
    return f"wall {walls[0]!r}" if len(walls) == 1 else f"the walls {', '.join(map(repr, walls))}"


VIEWPOINT_RULES = (eye_behind, camera_behind)
