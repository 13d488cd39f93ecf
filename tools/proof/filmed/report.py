"""What photographs say against a stage file: findings in words and numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.model.stagefile import Stage
from stage.walls.markers import Marker, marker_layout
from stage.walls.surface import Surface
from tools.live.progress import Tell, silent
from tools.proof.filmed.first_guess import astray, guessed, placed_markers
from tools.proof.filmed.pictures import Seen, seen_in
from tools.proof.filmed.solve import Observation, Solution, solve
from tools.proof.filmed.tiles import Strayed, find_tiles
from tools.proof.filmed.world import MOVED, PITCH, RADIUS, TURNED, WallWorld, worlds_of

LEAST_MM, LEAST_DEG, LEAST_SHARE = 3.0, 0.1, 0.1
"""Smaller disagreements are within what such walls are built to; shares in percent."""
SURE = 4.0
"""A disagreement counts from so many standard deviations on."""
MOST_RMS_PX = 1.5
"""A fit that is worse means that something is wrong that no correction describes."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that is not as the stage file says. `name`: a wall or WALL/TILE; `amount` in `unit`, `deviation` its
    standard deviation."""

    name: str
    what: str
    amount: float
    unit: str
    deviation: float
    remedy: str


@dataclass(frozen=True, slots=True)
class FilmedReport:
    """`reference`: the wall that all places are measured against. `unseen`: walls and tiles in no picture."""

    pictures: int
    markers: int
    reference: str
    rms_px: float
    disagreements: tuple[Disagreement, ...]
    unseen: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Everything that was seen is as the stage file says."""
        return not self.disagreements and self.rms_px <= MOST_RMS_PX

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "good": self.good}


def filmed_report(
    stage: Stage, surfaces: Mapping[str, Surface], beside: Path, pictures: Path, tell: Tell = silent
) -> FilmedReport:
    """Compare the pictures in a file or folder with a stage file that lies in `beside`. Raises InputError."""
    seen = seen_in(pictures, tell)
    markers = marker_layout(stage.walls)
    by_number = {marker.number: marker for marker in markers}
    worlds = worlds_of(stage.walls, surfaces, beside)
    placed = placed_markers(markers, worlds)
    reference = _reference(seen, by_number)
    seen = [one for one in seen if any(_wall_of(number, by_number) == reference for number in one.numbers.tolist())]
    tell(f"placing the camera in {len(seen)} pictures by wall {reference}")
    lens, poses = guessed(seen, placed, reference, str(pictures))
    strayed = astray(seen, by_number, placed, poses, float(np.exp(lens[0])))
    tell("fitting cameras and walls together")
    size = seen[0].size_px
    solution = solve(worlds, _observations(seen, by_number, worlds, strayed), reference, size, (lens, poses))
    found = find_tiles(strayed, markers, stage.walls, worlds, seen, solution)
    in_pictures = {by_number[n].tile for one in seen for n in one.numbers.tolist() if n in by_number}
    unseen = sorted({marker.tile for marker in markers} - in_pictures)
    disagreements = (*_tiles(found), *_walls(worlds, solution, reference))
    count = sum(len(one.numbers) for one in seen)
    return FilmedReport(len(seen), count, reference, solution.rms_px, disagreements, tuple(unseen))


def _reference(seen: Sequence[Seen], markers: Mapping[int, Marker]) -> str:
    """The wall with the most markers in the pictures."""
    counts = Counter(_wall_of(number, markers) for one in seen for number in one.numbers.tolist())
    counts.pop("", None)
    return counts.most_common(1)[0][0] if counts else next(iter(markers.values())).wall


def _wall_of(number: int, markers: Mapping[int, Marker]) -> str:
    return markers[number].wall if number in markers else ""


def _observations(
    seen: Sequence[Seen], markers: Mapping[int, Marker], worlds: Mapping[str, WallWorld], strayed: set[str]
) -> list[Observation]:
    found = []
    for picture, one in enumerate(seen):
        for name, world in worlds.items():
            chosen = [
                index
                for index, number in enumerate(one.numbers.tolist())
                if _wall_of(number, markers) == name and markers[number].tile not in strayed
            ]
            if chosen:
                corners = np.concatenate([markers[int(one.numbers[index])].corners_px() for index in chosen])
                at_px = np.concatenate([one.corners_px[index] for index in chosen])
                found.append(Observation(picture, name, world.place(corners), at_px))
    return found


def _tiles(strayed: Sequence[Strayed]) -> list[Disagreement]:
    found = []
    for one in strayed:
        if one.at is None:
            remedy = "Look at this output: it shows something else, or its size or place in the output is wrong"
            found.append(Disagreement(one.tile, "is nowhere that fits", math.nan, "", 0.0, remedy))
            continue
        turned = f", turned {one.turned_deg} degrees clockwise" if one.turned_deg else ""
        where = "at its own place" if one.at == one.tile else f"at the place of {one.at}"
        remedy = "Correct tile and rotation_deg in the outputs of the stage file, or the cabling of the processor"
        found.append(Disagreement(one.tile, f"is shown {where}{turned}", float(one.turned_deg), "degrees", 0.0, remedy))
    return found


def _walls(worlds: Mapping[str, WallWorld], solution: Solution, reference: str) -> list[Disagreement]:
    found = []
    for name, correction in solution.corrections.items():
        deviation, wall = solution.deviations[name], worlds[name].wall
        if name != reference:
            moved_mm, turned_deg = correction[MOVED] * 1000.0, np.degrees(correction[TURNED])
            right, forward, up = moved_mm.tolist()
            place = ", ".join(f"{value:.3f}" for value in np.asarray(wall.position_m) + correction[MOVED])
            text = f"stands {right:+.1f} mm right, {forward:+.1f} mm forward, {up:+.1f} mm up"
            size = float(np.linalg.norm(moved_mm))
            found += _if_sure(
                Disagreement(name, text, size, "mm", _along(deviation[MOVED] * 1000.0, moved_mm),
                             f"position_m = [{place}], measured against wall {reference!r}"), LEAST_MM,
            )  # fmt: skip
            about = ", ".join(
                f"{value:+.2f} about {axis}" for value, axis in zip(turned_deg, "xyz", strict=True) if abs(value) > 0.02
            )
            angle = float(np.linalg.norm(turned_deg))
            found += _if_sure(
                Disagreement(name, f"is turned ({about} of the stage)", angle, "degrees",
                             _along(np.degrees(deviation[TURNED]), turned_deg),
                             f"Correct pan_deg, tilt_deg, roll_deg, measured against wall {reference!r}"), LEAST_DEG,
            )  # fmt: skip
        for item, axis in zip(range(PITCH.start, PITCH.stop), ("across", "down"), strict=True):
            share, doubt = 100.0 * float(correction[item]), 100.0 * float(deviation[item])
            remedy = f"Multiply pitch_mm {axis} by {1.0 + share / 100.0:.5f}"
            found += _if_sure(Disagreement(name, f"pitch {axis} differs", share, "%", doubt, remedy), LEAST_SHARE)
        share, doubt = 100.0 * float(correction[RADIUS]), 100.0 * float(deviation[RADIUS])
        remedy = f"Multiply radius_m by {1.0 + share / 100.0:.5f}"
        found += _if_sure(Disagreement(name, "radius differs", share, "%", doubt, remedy), LEAST_SHARE)
    return found


def _if_sure(one: Disagreement, least: float) -> list[Disagreement]:
    """The disagreement, if it is larger than what is built, and than what is known."""
    sure = math.isfinite(one.deviation) and abs(one.amount) > max(least, SURE * one.deviation)
    return [one] if sure else []


def _along(deviation: NDArray[np.float64], way: NDArray[np.float64]) -> float:
    """The standard deviation along a vector, of three independent ones."""
    length = float(np.linalg.norm(way))
    return float(np.linalg.norm(deviation * way / length)) if length > 0.0 else float(np.linalg.norm(deviation))
