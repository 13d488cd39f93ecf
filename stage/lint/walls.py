"""Lint rules about the shape of walls: size, pitch, radius, direction, mesh coordinates. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from stage.files.finding import Finding
from stage.lint.subject import LintedStage
from stage.model.wall import AnyWall, ArcWall, MeshWall, canvas_px
from stage.walls.surface import Surface, arc_step_rad
from stage.walls.surface_figures import (
    canvas_areas_px,
    canvas_cover,
    pixel_pitch_m,
    triangle_areas_m2,
    triangle_normals,
)

MOST_PX = 16_384
"""The largest texture of graphics cards (GL_MAX_TEXTURE_SIZE of all in the last ten years)."""
SQUARE = 0.01
"""geometry.md section 1: pitches across and down agree within 1 %."""
MOST_ARC_DEG = 350.0
NOTICED_SHARE = 0.001
"""A smaller fraction of a wall is rounding in the mesh."""
UV_TOLERANCE_PX = 0.01


def raster_too_large(linted: LintedStage) -> Iterator[Finding]:
    """Canvases and outputs too large for any graphics card."""
    rasters = [
        *((f"walls[{i}].{_pixels_key(wall)}", canvas_px(wall)) for i, wall in enumerate(linted.stage.walls)),
        *((f"outputs[{i}].size_px", output.size_px) for i, output in enumerate(linted.stage.outputs)),
    ]
    for field, (width, height) in rasters:
        if max(width, height) > MOST_PX:
            problem = f"{width} x {height} pixels; graphics cards take at most {MOST_PX} x {MOST_PX}"
            yield linted.error(field, problem, "Split it into several walls or outputs")


def arc_fit(linted: LintedStage) -> Iterator[Finding]:
    """The cabinets of an arc fit on its circle."""
    for index, wall in enumerate(linted.stage.walls):
        if not isinstance(wall, ArcWall):
            continue
        field, width_m = f"walls[{index}].radius_m", wall.cabinets.cabinet_m[0]
        if width_m > 2.0 * wall.radius_m:
            problem = f"a cabinet of {width_m:.3f} m is wider than the circle of {2.0 * wall.radius_m:.3f} m"
            yield linted.error(field, problem, "Use a larger radius or narrower cabinets")
        elif (angle_deg := math.degrees(arc_step_rad(wall)) * wall.cabinets.columns) > MOST_ARC_DEG:
            problem = f"{wall.cabinets.columns} columns of cabinets go round {angle_deg:.0f} degrees"
            yield linted.error(field, problem, f"Use a larger radius or fewer columns; the limit is {MOST_ARC_DEG:.0f}")


def pitch_not_square(linted: LintedStage) -> Iterator[Finding]:
    """A pixel is as wide as it is high."""
    for index, wall, surface in linted.shapes():
        areas, (across, down) = np.abs(canvas_areas_px(surface)), pixel_pitch_m(surface).T * 1000.0
        stretch = np.where(np.minimum(across, down) > 0, np.abs(across - down) / np.maximum(down, 1e-9), 0.0)
        skewed = stretch > SQUARE
        if areas[skewed].sum() > NOTICED_SHARE * areas.sum():
            worst = int(np.argmax(stretch))
            problem = f"pixels of wall {wall.name!r} are {across[worst]:.3f} mm wide and {down[worst]:.3f} mm high"
            remedy = "Check its size in pixels and in metres" + _mesh_hint(wall)
            yield linted.warning(f"walls[{index}].{_pixels_key(wall)}", problem, remedy)


def faces_away(linted: LintedStage) -> Iterator[Finding]:
    """A wall's LEDs face the stage eye or a camera's home."""
    cameras = [camera.home.position_m for camera in linted.stage.cameras]
    viewpoints = np.array([linted.stage.stage_eye_m, *cameras])
    for index, wall, surface in linted.shapes():
        if shown_share(surface, viewpoints) < 0.5:
            problem = f"wall {wall.name!r} faces away from the stage eye and from every camera"
            remedy = "Turn it round (pan_deg + 180), or move stage_eye_m"
            if isinstance(wall, MeshWall):
                remedy = "Reverse the mesh's faces (their front is counter-clockwise), or turn the wall round"
            yield linted.error(f"walls[{index}].pan_deg", problem, remedy)


def mirrored_uv(linted: LintedStage) -> Iterator[Finding]:
    """A mesh's picture reads the right way round from its front."""
    for index, wall, surface in _meshes(linted):
        areas = canvas_areas_px(surface)
        if -areas[areas < 0].sum() > NOTICED_SHARE * np.abs(areas).sum():
            problem = f"the picture coordinates of wall {wall.name!r} are mirrored, seen from its front"
            yield linted.error(f"walls[{index}].file", problem, "Mirror the UV in the mesh, or set `flip_v`")


def uv_outside(linted: LintedStage) -> Iterator[Finding]:
    """A mesh's picture coordinates are within 0 to 1."""
    for index, wall, surface in _meshes(linted):
        uv = surface.canvas_px / wall.size_px
        if (np.abs(uv - 0.5) * wall.size_px > np.array(wall.size_px) / 2 + UV_TOLERANCE_PX).any():
            problem = (
                f"picture coordinates of wall {wall.name!r} reach from {uv.min():.3f} to {uv.max():.3f}, "
                "outside 0 to 1: those faces show nothing"
            )
            yield linted.error(f"walls[{index}].file", problem, "Fit the UV into the unit square")


def uv_overlaps(linted: LintedStage) -> Iterator[Finding]:
    """A mesh maps no pixel twice."""
    for index, wall, surface in _meshes(linted):
        share = float((canvas_cover(surface) > 1).mean())
        if share > NOTICED_SHARE:
            problem = f"{100 * share:.1f} % of the pixels of wall {wall.name!r} are mapped twice"
            yield linted.error(f"walls[{index}].file", problem, "Unwrap the mesh without overlapping faces")


def uv_gaps(linted: LintedStage) -> Iterator[Finding]:
    """A mesh maps every pixel."""
    for index, wall, surface in _meshes(linted):
        share = float((canvas_cover(surface) == 0).mean())
        if share > NOTICED_SHARE:
            problem = f"{100 * share:.1f} % of the pixels of wall {wall.name!r} are on no face of the mesh"
            yield linted.warning(f"walls[{index}].file", problem, "Let the UV fill the unit square")


def shown_share(surface: Surface, viewpoints: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """The fraction of the wall's area whose front is seen from at least one viewpoint."""
    centres = surface.vertices_m[surface.triangles].mean(axis=1)
    toward = viewpoints[:, None, :] - centres[None, :, :]
    seen = ((toward * triangle_normals(surface)).sum(axis=2) > 0).any(axis=0)
    areas = triangle_areas_m2(surface)
    return float(areas[seen].sum() / areas.sum()) if areas.sum() > 0 else 0.0


def _meshes(linted: LintedStage) -> Iterator[tuple[int, MeshWall, Surface]]:
    for index, wall, surface in linted.shapes():
        if isinstance(wall, MeshWall):
            yield index, wall, surface


def _pixels_key(wall: AnyWall) -> str:
    """The keys that give the wall's pixels."""
    return "size_px" if isinstance(wall, MeshWall) else "cabinets"


def _mesh_hint(wall: AnyWall) -> str:
    return ": the UV and size_px" if isinstance(wall, MeshWall) else ": pitch_mm"
