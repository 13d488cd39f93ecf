"""The plan of a frame: for each camera and wall the box it covers and the view to draw. It depends on the Frame alone.

Flat walls take the inner view straight onto their pixels, inside the box, and so do arcs where that is asked for, a
column of cabinets at a time. Curved walls share one rectilinear inner view for each camera, as fine as the wall's
pixels appear to the camera, but no finer than the camera resolves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from render.plan.boxes import Box, overlap
from render.plan.cover import PLANES, CameraCover, cover_of, stage_rows
from render.plan.curved_wall import CurvedWall, Landing
from render.plan.faceted_wall import FacetedWall
from render.plan.panels import Atlas, Picture, panels_for, sized_picture
from render.view.view import View
from stage.messages.frames import CameraState, Frame
from stage.model.camera import MOST_CAMERAS, Camera
from stage.model.stagefile import Stage
from stage.walls.surface import Surface

FINEST = 1.5
"""The most texels of an inner view across one pixel of the camera's picture: more make no visible difference."""
STEP_PX = 16
"""Sides of an inner view are multiples of this: this way its size rarely changes while a camera moves."""


@dataclass(slots=True)
class FlatInner:
    """The inner view of one camera on a flat wall or a facet, drawn into the box of the wall's pixels."""

    wall: str
    camera: int
    box: Box
    view: View


@dataclass(slots=True)
class CurvedInner:
    """The inner view of one camera for all curved walls."""

    camera: int
    picture: Picture
    view: View


@dataclass(slots=True)
class FramePlan:
    """`covers`: every camera's coverage, in order of priority. `boxes`: for each wall the box each camera covers,
    None where it covers nothing. `cores`: for each wall the boxes where nothing but one camera's inner view shows, None
    where that is not told apart. `names` of the cameras. A camera's number is its index in `covers`."""

    covers: tuple[CameraCover, ...]
    boxes: dict[str, tuple[Box | None, ...]]
    cores: dict[str, tuple[Box | None, ...]]
    flat: tuple[FlatInner, ...]
    curved: tuple[CurvedInner, ...]
    names: tuple[str, ...] = ()


class Planner:
    """Measures the walls once, then plans frames. `facets`: arcs are drawn onto each column of their cabinets, which
    costs pixels less and calls more."""

    def __init__(self, stage: Stage, surfaces: Mapping[str, Surface], facets: bool = False) -> None:
        straight = {name for name, own in surfaces.items() if own.planar or (facets and own.faceted)}
        self.flat = {name: FacetedWall(surface) for name, surface in surfaces.items() if name in straight}
        self.curved = {name: CurvedWall(surface) for name, surface in surfaces.items() if name not in straight}
        middles = np.array([[*wall.middle_m, 1.0] for wall in self.flat.values()]).reshape(-1, 4)
        self._middles = np.ascontiguousarray(middles.T)
        self._reaches = np.array([wall.reach_m for wall in self.flat.values()])
        self._empty: dict[str, tuple[Box | None, ...]] = {name: () for name in surfaces}
        self._stage_eye_m = stage.stage_eye_m
        self._most_px = stage.quality.inner_max_px
        self._texels_per_pixel = stage.quality.inner_density
        self._cameras: dict[str, Camera] = {camera.name: camera for camera in stage.cameras}
        self.most_views = min(len(stage.cameras), MOST_CAMERAS)
        """The most cameras with inner views in one frame."""

    def plan(self, frame: Frame) -> FramePlan:
        """What to draw for a frame. Surplus cameras are not drawn, nor those whose state is not finite: the wall shows
        what it can. A look without inner views shows the outer view everywhere."""
        seen = frame.shown_cameras if frame.look.inner.visible else ()
        cameras = [camera for camera in seen if is_sound(camera)][: self.most_views]
        covers = tuple([cover_of(camera, frame.look) for camera in cameras])
        boxes: dict[str, tuple[Box | None, ...]] = {}
        cores: dict[str, tuple[Box | None, ...]] = {}
        flat: list[FlatInner] = []
        for (name, wall), near in zip(self.flat.items(), self._near(covers), strict=True):
            found = [wall.covered(cover) if here else None for cover, here in zip(covers, near, strict=True)]
            boxes[name] = tuple([one.box if one else None for one in found])
            cores[name] = alone([one.core if one else None for one in found], boxes[name])
            for number, one in enumerate(found):
                flat += [FlatInner(name, number, box, view) for box, view in (one.views if one else ())]
        landings = [surface.landings(covers) for surface in self.curved.values()] if covers else []
        for name, landed in zip(self.curved, landings, strict=bool(covers)):
            boxes[name] = tuple([landing.box if landing else None for landing in landed])
        curved = tuple(self._curved(cameras, covers, landings))
        names = tuple([camera.name for camera in cameras])
        return FramePlan(covers, self._empty | boxes, self._empty | cores, tuple(flat), curved, names)

    def _near(self, covers: Sequence[CameraCover]) -> list[list[bool]]:
        """For each flat wall which cameras' cover its sphere reaches into: all walls at once."""
        if not covers or not self.flat:
            return [[] for _ in self.flat]
        inside = (stage_rows(covers)[:, :PLANES] @ self._middles).min(axis=1) > -self._reaches
        near: list[list[bool]] = inside.T.tolist()
        return near

    def _curved(
        self, cameras: Sequence[CameraState], covers: Sequence[CameraCover], landings: list[list[Landing | None]]
    ) -> Iterator[CurvedInner]:
        """One inner view for each camera that covers something of a curved wall."""
        for number, (camera, cover) in enumerate(zip(cameras, covers, strict=True)):
            if here := [landing for of_wall in landings if (landing := of_wall[number]) is not None]:
                picture = self._inner_picture(camera, cover, here)
                yield CurvedInner(number, picture, picture.view(cover.eye_m))

    def largest_inner_px(self) -> int:
        """The longest side an inner view for curved walls ever has: as many pixels as all their diagonals require."""
        diagonals = [math.ceil(math.hypot(*wall.size_px) * self._texels_per_pixel) for wall in self.curved.values()]
        return min(max(sum(diagonals), STEP_PX), self._most_px)

    def atlas(self, wall: str, outer_density: float) -> Atlas:
        """The panels of a curved wall's outer view, from the stage eye."""
        return panels_for(self.curved[wall], self._stage_eye_m, self._most_px, outer_density)

    def outer_views(self, wall: str) -> list[tuple[Box, View]]:
        """The outer views of a flat wall's facets, from the stage eye, each with the box of the wall's pixels it fills;
        none of those that have their back to it."""
        return self.flat[wall].whole_views(self._stage_eye_m)

    def _inner_picture(self, state: CameraState, cover: CameraCover, landings: list[Landing]) -> Picture:
        slopes = landings[0].slopes
        for landing in landings[1:]:
            slopes = _hull(slopes, landing.slopes)
        most_x, most_y = self._resolved(state, cover)
        density = (
            min(max([landing.density[0] for landing in landings]) * self._texels_per_pixel, most_x),
            min(max([landing.density[1] for landing in landings]) * self._texels_per_pixel, most_y),
        )
        return sized_picture(cover.axes, slopes, density, self.largest_inner_px(), STEP_PX)

    def _resolved(self, state: CameraState, cover: CameraCover) -> tuple[float, float]:
        """Texels per slope beyond which the camera's own picture has no pixels to show them."""
        camera = self._cameras.get(state.name)
        if camera is None:
            return (math.inf, math.inf)
        left, right, lower, upper = cover.filmed
        return (FINEST * camera.image_px[0] / (right - left), FINEST * camera.image_px[1] / (upper - lower))


def alone(cores: Sequence[Box | None], boxes: Sequence[Box | None]) -> tuple[Box | None, ...]:
    """Those of the cores that no earlier camera's box touches: there the camera's inner view shows alone."""
    kept: list[Box | None] = []
    for number, core in enumerate(cores):
        touched = core is None or any(box is not None and overlap(core, box) for box in boxes[:number])
        kept.append(None if touched else core)
    return tuple(kept)


def is_sound(camera: CameraState) -> bool:
    """Whether a camera's state can be drawn from: finite, with a lens."""
    lens = camera.lens
    numbers = (*camera.position_m, *camera.orientation, *lens.projection_offset_mm, *camera.sensor_mm, lens.overscan)
    return all(map(math.isfinite, numbers)) and 0.0 < lens.focal_length_mm < math.inf


def _hull(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """The rectangle of slopes round both."""
    return (min(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), max(a[3], b[3]))
