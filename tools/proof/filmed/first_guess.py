"""A first guess of the camera from photographs of one wall, and which tiles are not where the stage file says.

Tiles are told from each other before anything is measured: a tile whose markers do not fit its wall as the others do is
left out of the fit, and looked for elsewhere afterwards (tools/proof/filmed/tiles.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError
from stage.walls.markers import Marker
from tools.proof.filmed.pictures import Seen
from tools.proof.filmed.solve import LENS, POSE
from tools.proof.filmed.world import WallWorld

FOCAL_GUESSES = (0.7, 1.0, 1.5, 2.2)
"""Focal lengths to try, in widths of the picture."""
ASTRAY = 0.35
"""A marker does not fit if it is off by more than this share of its side."""
TRIES = 300

Array = NDArray[np.float64]
Placed = Mapping[int, tuple[str, Array]]
"""By marker: its wall, and its corners (4, 3) by the stage file."""


def placed_markers(markers: Sequence[Marker], worlds: Mapping[str, WallWorld]) -> dict[int, tuple[str, Array]]:
    """Where the stage file puts every marker."""
    return {each.number: (each.wall, worlds[each.wall].place(each.corners_px())[0]) for each in markers}


def guessed(seen: Sequence[Seen], placed: Placed, reference: str, tell: str) -> tuple[Array, Array]:
    """The lens (5,) and the poses (n, 6) that fit the reference wall best, focal length by trial.

    Raises InputError where the wall is not seen well enough in a picture: `tell` names the file.
    """
    best: tuple[float, Array, Array] | None = None
    for share in FOCAL_GUESSES:
        poses, errors = [], []
        for one in seen:
            found = _pose_of(one, placed, reference, share)
            if found is None:
                break
            poses.append(found[0])
            errors.append(found[1])
        if len(poses) == len(seen) and (best is None or float(np.median(errors)) < best[0]):
            width = seen[0].size_px[0]
            lens = np.array([np.log(share * width), 0.0, 0.0, 0.0, 0.0])
            best = (float(np.median(errors)), lens, np.array(poses))
    if best is None:
        raise InputError(
            tell, "", f"the pictures do not agree with wall {reference!r} as the stage file has it",
            "Are they of this stage, sharp, with the chart of markers on all walls? Each must show some of that wall",
        )  # fmt: skip
    assert best[1].shape == (LENS,)
    assert best[2].shape == (len(seen), POSE)
    return best[1], best[2]


def astray(
    seen: Sequence[Seen], markers: Mapping[int, Marker], placed: Placed, poses: Array, focal_px: float
) -> set[str]:
    """Tiles (WALL/TILE) whose markers mostly do not fit: `poses` and focal length as guessed."""
    fits: dict[str, list[bool]] = defaultdict(list)
    for one, pose in zip(seen, poses, strict=True):
        for number, corners in zip(one.numbers.tolist(), one.corners_px, strict=True):
            if number in placed:
                at = _pinhole(placed[number][1], pose, focal_px, one.size_px)
                side = float(np.linalg.norm(corners[0] - corners[2])) / np.sqrt(2.0)
                off = float(np.linalg.norm(at - corners, axis=1).mean())
                fits[markers[number].tile].append(off <= ASTRAY * side)
    return {tile for tile, fitting in fits.items() if np.mean(fitting) < 0.5}


def _pose_of(one: Seen, placed: Placed, reference: str, share: float) -> tuple[Array, float] | None:
    """(pose, median error px) of one picture by the markers of one wall, robustly; None where it shows too few."""
    chosen = [index for index, number in enumerate(one.numbers.tolist()) if placed.get(number, ("",))[0] == reference]
    if not chosen:
        return None
    world = np.concatenate([placed[int(one.numbers[index])][1] for index in chosen])
    film = np.concatenate([one.corners_px[index] for index in chosen])
    focal_px = share * one.size_px[0]
    matrix = np.array([[focal_px, 0, one.size_px[0] / 2], [0, focal_px, one.size_px[1] / 2], [0, 0, 1.0]])
    side = np.median([np.linalg.norm(one.corners_px[index][0] - one.corners_px[index][2]) for index in chosen])
    cv2.setRNGSeed(1)
    done, turn, shift, inside = cv2.solvePnPRansac(
        world,
        film,
        matrix,
        None,
        iterationsCount=TRIES,
        reprojectionError=float(ASTRAY * side),
        flags=cv2.SOLVEPNP_SQPNP,
    )
    if not done or inside is None or len(inside) < 8:
        return None
    keep = np.asarray(inside).ravel()
    turn, shift = cv2.solvePnPRefineLM(world[keep], film[keep], matrix, None, turn, shift)
    pose = np.concatenate([np.asarray(turn).ravel(), np.asarray(shift).ravel()])
    off = np.linalg.norm(_pinhole(world, pose, focal_px, one.size_px) - film, axis=1)
    return pose, float(np.median(off))


def _pinhole(points_m: Array, pose: Array, focal_px: float, size_px: tuple[int, int]) -> Array:
    turn, _ = cv2.Rodrigues(pose[:3])
    local = points_m @ np.asarray(turn).T + pose[3:]
    return np.asarray(local[:, :2] / local[:, 2:] * focal_px + np.array(size_px) / 2.0)
