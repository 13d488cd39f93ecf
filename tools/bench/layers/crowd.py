"""The bench row of crowds, against the same figures and their shade drawn by a minimal program, standing still."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.crowd.costumes import COSTUMES
from render.layers.crowd.crowd import CrowdData, read_crowd
from render.layers.crowd.figures import DETAILS, figure_mesh
from render.layers.crowd.view import Shown, shown_figures
from render.view.moment import Moment
from render.view.view import View
from stage.model.layers import CrowdLayer
from tools.bench.layers.bare_scene import BareDraw

FIGURES = 10_000
AREA_M = ((-60.0, 2.0), (60.0, 2.0), (60.0, 130.0), (-60.0, 130.0))
UNDER_M = 0.55
ALONG_M = np.array([0.34, 1.1])
"""Half sizes of a figure's shade under its feet, and away from a sun at 45 degrees (shaders/crowd/shade.vert)."""


@dataclass(frozen=True, slots=True)
class CrowdRow:
    """A crowd, the bare program's draws, and the figures the view shows."""

    crowd: CrowdData
    bare: tuple[BareDraw, ...]
    counts: dict[str, int]


def full_courtyard(view: View, count: int = FIGURES) -> CrowdRow:
    """Figures on a large court in front of the view, a third of them walking."""
    layer = CrowdLayer(kind="crowd", area_m=AREA_M, count=count, spacing_m=0.7, looks_at_m=(0.0, -5.0, 0.0))
    crowd = read_crowd(layer, Path())
    standing = crowd.at(Moment())
    shown = shown_figures(standing, crowd.variant[standing.numbers], len(COSTUMES), view)
    bare = [*_figures(shown, view), _shade(shown, view)]
    triangles = sum(len(draw.triangles) * len(draw.places) for draw in bare if draw.places is not None)
    return CrowdRow(crowd, tuple(bare), {"figures": crowd.count, "in view": len(shown.figures), "triangles": triangles})


def _figures(shown: Shown, view: View) -> list[BareDraw]:
    """One draw for each level and costume in view."""
    draws = []
    ends = np.cumsum(shown.counts)
    for kind, (end, count) in enumerate(zip(ends, shown.counts, strict=True)):
        if count:
            mesh = figure_mesh(COSTUMES[kind % len(COSTUMES)], kind // len(COSTUMES))
            vertices = np.zeros((len(mesh.vertices), 8), dtype=np.float32)
            vertices[:, :6] = mesh.vertices[:, :6]
            draws.append(BareDraw(vertices, mesh.triangles, places=_places(shown.figures[end - count : end], view)))
    return draws


def _shade(shown: Shown, view: View) -> BareDraw:
    """Two rectangles on the ground for each figure that is not flat."""
    count = int(shown.counts[: (DETAILS - 1) * len(COSTUMES)].sum())
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    vertices = np.zeros((8, 8), dtype=np.float32)
    vertices[:4, :2] = UNDER_M * square
    vertices[4:, :2] = ALONG_M * square + np.array([0.0, ALONG_M[1] - 0.25])
    vertices[:, 2], vertices[:, 5] = 0.012, 1.0
    triangles = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]], dtype=np.uint32)
    return BareDraw(vertices, triangles, places=_places(shown.figures[:count], view), blend=True)


def _places(figures: NDArray[np.float32], view: View) -> NDArray[np.float64]:
    """(N, 4, 4) places of figures (N, 8)."""
    places = np.tile(np.eye(4), (len(figures), 1, 1))
    cosine, sine = figures[:, 4], figures[:, 5]
    places[:, 0, 0], places[:, 0, 1] = cosine, -sine
    places[:, 1, 0], places[:, 1, 1] = sine, cosine
    places[:, :3, 3] = figures[:, :3] + np.array(view.eye_m)
    return places
