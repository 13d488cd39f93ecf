"""Where a camera's coverage lands on a wall of flat facets, and the views that draw it straight onto them. Pure.

A flat wall is one facet; an arc is a column of cabinets each. Each is seen off-axis like a flat wall of its own, so the
picture on it is exact and needs no other picture that it would be taken from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from render.plan.boxes import Box, area, union
from render.plan.cover import PLANES, CameraCover, stage_rows
from render.plan.flat_wall import FlatWall
from render.view.view import View
from stage.maths.pose import Vector
from stage.walls.surface import Surface

WORTH_SHARE = 0.25
"""A core smaller than this share of what a camera covers is not worth its own passes."""


@dataclass(slots=True)
class Covered:
    """What a camera covers of one wall, in canvas pixels: `box` of all, `core` where only the inner view shows (None =
    not worth telling apart), and the views onto boxes that together hold everything covered."""

    box: Box
    core: Box | None
    views: list[tuple[Box, View]]


class FacetedWall:
    """The facets of one wall."""

    def __init__(self, surface: Surface) -> None:
        self.size_px = surface.size_px
        facets = surface.facets()
        self._facets = [FlatWall(facet) for facet in facets]
        self._places = surface.facet_places_px()
        corners = np.array([facet.vertices_m for facet in facets])
        centre = corners.mean(axis=1)
        self._centres = np.concatenate([centre, np.ones((len(facets), 1))], axis=1).T
        self._radius = np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1)
        self.middle_m = corners.reshape(-1, 3).mean(axis=0)
        self.reach_m = float(np.linalg.norm(corners.reshape(-1, 3) - self.middle_m, axis=1).max())

    def covered(self, cover: CameraCover) -> Covered | None:
        """What a camera covers; None for nothing."""
        views: list[tuple[Box, View]] = []
        cores: list[Box] = []
        for number in self._near(cover):
            facet, place = self._facets[number], self._places[number]
            if (box := facet.box(cover)) is None:
                continue
            views.append((_moved(box, place), facet.view(cover.eye_m, box)))
            if (core := facet.core(cover)) is not None:
                cores.append(_moved(core, place))
        if not views:
            return None
        whole = views[0][0]
        for box, _ in views[1:]:
            whole = union(whole, box)
        core = joined(cores)
        return Covered(whole, core if core is not None and area(core) >= WORTH_SHARE * area(whole) else None, views)

    def whole_views(self, eye_m: Vector) -> list[tuple[Box, View]]:
        """The views that fill the facets which face an eye."""
        found = []
        for facet, place in zip(self._facets, self._places, strict=True):
            if (view := facet.whole_view(eye_m)) is not None:
                found.append((_moved((0, 0, *facet.size_px), place), view))
        return found

    def _near(self, cover: CameraCover) -> Iterator[int]:
        """The facets whose sphere reaches into what the camera covers."""
        if len(self._facets) == 1:
            return iter((0,))
        inside = (stage_rows([cover])[0, :PLANES] @ self._centres).min(axis=0) > -self._radius
        return iter(np.flatnonzero(inside).tolist())


def joined(cores: list[Box]) -> Box | None:
    """The largest box that neighbouring cores, from left to right, fill together."""
    best: Box | None = None
    for first, core in enumerate(cores):
        x0, y0, x1, y1 = core
        for following in cores[first:]:
            if following is not core and following[0] != x1:
                break
            y0, y1, x1 = max(y0, following[1]), min(y1, following[3]), following[2]
            if y0 < y1 and (best is None or area((x0, y0, x1, y1)) > area(best)):
                best = (x0, y0, x1, y1)
    return best


def _moved(box: Box, place: tuple[int, int]) -> Box:
    return (box[0] + place[0], box[1] + place[1], box[2] + place[0], box[3] + place[1])
