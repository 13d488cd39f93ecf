"""Lint rule about walls that are meant to meet: gaps, overlaps, and walls that cut through each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from stage.files.finding import Finding
from stage.lint.subject import LintedStage
from stage.maths.arrays import Floats
from stage.walls.surface import Surface
from stage.walls.surface_figures import median_pitch_m, triangle_normals

NEARLY_MEET_M = 0.2
"""Two edges this close along the whole of the shorter one should meet: LED cabinets are 0.5 m, doors are wider."""
EDGE_SAMPLES = 33
MOST_CROSSINGS_TRIED = 20_000_000
"""Edges times triangles; scans of walls exceed this and are not tested for cutting."""
EDGE_TOLERANCE_PX = 0.5
PARALLEL = 1e-12
WELD_DIGITS = 6
"""Vertices within a micrometre are one."""


def neighbours_fit(linted: LintedStage) -> Iterator[Finding]:
    """Walls that meet do so within one pixel pitch."""
    for (i, first, a), (k, second, b) in combinations(linted.shapes(), 2):
        pitch_m = max(median_pitch_m(a), median_pitch_m(b))
        distance_m, word = max(_misfits(a, b), default=(0.0, ""))
        if distance_m <= pitch_m:
            distance_m, word = cut_depth_m(a, b), "cut through each other"
        if distance_m > pitch_m:
            problem = (
                f"walls {first.name!r} and {second.name!r} {word} by {distance_m * 1000:.1f} mm "
                f"({distance_m / pitch_m:.1f} pixels)"
            )
            yield linted.warning(f"walls[{k}].position_m", problem, f"Measure its pose relative to walls[{i}]")


def _misfits(a: Surface, b: Surface) -> Iterator[tuple[float, str]]:
    """(largest distance, its kind) of every two edges that nearly meet; an edge meets only the nearest one."""
    sides, others = sides_m(a), sides_m(b)
    near = [
        (distance_m, i, k)
        for i, side in enumerate(sides)
        for k, other in enumerate(others)
        if (distance_m := _apart_m(side, other)) <= NEARLY_MEET_M
    ]
    met: set[tuple[str, int]] = set()
    for distance_m, i, k in sorted(near):
        if not met & {("a", i), ("b", k)}:
            met |= {("a", i), ("b", k)}
            outward = sides[i].mean(axis=0) - a.vertices_m.mean(axis=0)
            apart = float((others[k].mean(axis=0) - sides[i].mean(axis=0)) @ outward) >= 0.0
            yield distance_m, "leave a gap" if apart else "overlap"


def _apart_m(side: Floats, other: Floats) -> float:
    """How far the shorter line is from the longer one, at its worst place."""
    short, long = (side, other) if _length_m(side) <= _length_m(other) else (other, side)
    return float(_distances_m(short, long[:-1], long[1:]).max())


def sides_m(surface: Surface) -> list[Floats]:
    """(EDGE_SAMPLES, 3) points, evenly spaced, along each side of the canvas that the wall reaches.

    Sides that are themselves hardly longer than the distance in question are left out.
    """
    (x, y), (width, height) = surface.canvas_px.T, surface.size_px
    sides = []
    for beyond_px, along in ((x, y), (width - x, y), (y, x), (height - y, x)):
        on_side = beyond_px <= EDGE_TOLERANCE_PX
        points = surface.vertices_m[on_side][np.argsort(along[on_side], kind="stable")]
        if len(points) >= 2 and _length_m(points) > 2.0 * NEARLY_MEET_M:
            sides.append(_evenly(points))
    return sides


def cut_depth_m(a: Surface, b: Surface) -> float:
    """How far one wall reaches through the other, the lesser of both ways; 0 where none does."""
    return min(filter(None, (_piercing_m(a, b), _piercing_m(b, a))), default=0.0)


def _piercing_m(edges_of: Surface, faces_of: Surface) -> float:
    """How deep edges reach through faces (Moller and Trumbore 1997): the lesser of how far the edge's nearer end
    lies beyond the face, and how far inside the outline it goes through."""
    starts, ends = _edges(edges_of, outline=False)
    outline = _edges(faces_of, outline=True)
    a, b, c = (faces_of.vertices_m[faces_of.triangles[:, corner]] for corner in range(3))
    normals = triangle_normals(faces_of)
    if len(starts) * len(a) > MOST_CROSSINGS_TRIED:
        return 0.0
    deepest = 0.0
    for start, end in zip(starts, ends, strict=True):
        direction = end - start
        p, q = np.cross(direction, c - a), np.cross(start - a, b - a)
        determinant = ((b - a) * p).sum(axis=1)
        parallel = np.abs(determinant) <= PARALLEL
        scale = np.where(parallel, 1.0, determinant)
        u, v = ((start - a) * p).sum(axis=1) / scale, q @ direction / scale
        t = ((c - a) * q).sum(axis=1) / scale
        hit = ~parallel & (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0) & (t < 1)
        if hit.any():
            beyond = np.abs([((end_m - a[hit]) * normals[hit]).sum(axis=1) for end_m in (start, end)]).min(axis=0)
            inside = _distances_m(start + t[hit, None] * direction, *outline)
            deepest = max(deepest, float(np.minimum(beyond, inside).max()))
    return deepest


def _edges(surface: Surface, outline: bool) -> tuple[Floats, Floats]:
    """Both ends of every edge of the triangles, each edge once; of the outline only those of one triangle."""
    places, welded = np.unique(surface.vertices_m.round(WELD_DIGITS), axis=0, return_inverse=True)
    triangles = welded.reshape(-1)[surface.triangles]
    pairs = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    edges, uses = np.unique(pairs, axis=0, return_counts=True)
    first, second = edges[uses == 1].T if outline else edges.T
    return places[first], places[second]


def _length_m(line: Floats) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def _evenly(line: Floats) -> Floats:
    """Points at even distances along a line of points."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, lengths[-1], EDGE_SAMPLES)
    return np.stack([np.interp(at, lengths, coordinate) for coordinate in line.T], axis=1)


def _distances_m(points: Floats, starts: Floats, ends: Floats) -> Floats:
    """(n,): from each point to the nearest place on any of the segments."""
    along = ends - starts
    from_start = points[:, None, :] - starts[None, :, :]
    squared = (along * along).sum(axis=1)
    share = np.clip((from_start * along).sum(axis=2) / np.where(squared > 0, squared, 1.0), 0.0, 1.0)
    nearest: Floats = np.linalg.norm(from_start - share[..., None] * along, axis=2).min(axis=1, initial=np.inf)
    return nearest
