"""Moire by camera and wall of a stage: from its home, or from where a camera is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stage.maths.pose import Pose
from stage.model.camera import Camera
from stage.model.stagefile import Stage
from stage.walls.filmed_pitch import filmed_pitch
from stage.walls.moire import Moire, Taking, moire_of
from stage.walls.surface import Surface

F_NUMBER = 2.8
"""Where nobody says the stop."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a camera sees of a wall's LEDs at a focal length."""

    camera: str
    wall: str
    focal_mm: float
    moire: Moire


def pairs_of(stage: Stage, surfaces: Mapping[str, Surface], f_number: float = F_NUMBER) -> Iterator[Pair]:
    """Every camera, at home, on every wall that it films; at both ends of a zoom."""
    for camera in stage.cameras:
        for focal_mm in focal_lengths(camera):
            yield from of_camera(camera, camera.home.pose(), focal_mm, surfaces, f_number)


def of_camera(
    camera: Camera, pose: Pose, focal_mm: float, surfaces: Mapping[str, Surface], f_number: float = F_NUMBER
) -> Iterator[Pair]:
    """A camera in a place on every wall that it films."""
    width, height = camera.sensor_mm
    taking = Taking(focal_mm, f_number, width / camera.image_px[0])
    for name, surface in surfaces.items():
        filmed = filmed_pitch(surface, pose, (0.5 * width / focal_mm, 0.5 * height / focal_mm))
        if filmed is not None and filmed.distance_m * 1000.0 > focal_mm:
            yield Pair(camera.name, name, focal_mm, moire_of(taking, filmed.distance_m, filmed.pitch_mm))


def focal_lengths(camera: Camera) -> list[float]:
    """The shortest and the longest of its lens, in mm."""
    found = sorted({point.focal_length_mm for point in camera.lens.points})
    return [found[0], found[-1]] if len(found) > 1 else found
