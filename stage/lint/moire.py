"""Lint rule: a camera that says its picture's pixels does not see a wall's LEDs beat with them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from stage.files.finding import Finding
from stage.lint.subject import LintedStage, Rule
from stage.walls.moire import Moire, Seen
from stage.walls.moire_figures import F_NUMBER, pairs_of


def leds_beat(linted: LintedStage) -> Iterator[Finding]:
    """Cameras with `image_px` in the file: without it, their photosites are not known. False colours, which sensors
    and their filters hide to some degree, are told by `openstage moire` alone."""
    surfaces = {wall.name: surface for _, wall, surface in linted.shapes()}
    cameras = {camera.name: number for number, camera in enumerate(linted.stage.cameras)}
    known = {camera.name for camera in linted.stage.cameras if "image_px" in camera.model_fields_set}
    told: set[tuple[str, str]] = set()
    for pair in pairs_of(linted.stage, surfaces):
        if pair.camera not in known or pair.moire.seen is not Seen.MOIRE or (pair.camera, pair.wall) in told:
            continue
        told.add((pair.camera, pair.wall))
        problem = (
            f"camera {pair.camera!r} sees moire on wall {pair.wall!r} from its home "
            f"({pair.moire.distance_m:.3g} m, {pair.focal_mm:g} mm, f/{F_NUMBER:g}): "
            f"an LED is {pair.moire.pitch_photosites:.2f} pixels of its picture"
        )
        yield linted.warning(f"cameras[{cameras[pair.camera]}].home", problem, _remedy(pair.moire))


def _remedy(moire: Moire) -> str:
    if moire.from_m is None or moire.to_m is None:
        return "Film from farther away"
    beyond = "" if math.isinf(moire.to_m) else f", or beyond {moire.to_m:.3g} m"
    return f"Keep the focus nearer than {moire.from_m:.3g} m{beyond}; `openstage moire` prints it for every wall"


MOIRE_RULES: tuple[Rule, ...] = (leds_beat,)
