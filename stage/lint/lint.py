"""The lint of a stage file: one table of rules, each a small function from a stage to its findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stage.errors import InputError
from stage.files.finding import Finding, Severity
from stage.files.loading import checked_stage, located, read_document
from stage.lint.cameras import (
    camera_aspect,
    delays_differ,
    draw_lead,
    too_many_cameras,
)
from stage.lint.colour import COLOUR_RULES
from stage.lint.files import (
    look_file,
    look_findings,
    scene_file,
    scene_findings,
    show_findings,
    unknown_in_looks,
)
from stage.lint.fixtures import FIXTURE_RULES
from stage.lint.lenses import lens_findings, lens_out_of_reach, lens_sensor, lenses
from stage.lint.moire import MOIRE_RULES
from stage.lint.names import duplicate_names, idle_sources, no_camera, unknown_sources, unknown_tiles
from stage.lint.neighbours import neighbours_fit
from stage.lint.network import NETWORK_RULES
from stage.lint.plates import PLATE_RULES
from stage.lint.sends import SEND_RULES
from stage.lint.sources import SOURCE_RULES
from stage.lint.subject import LintedStage, Rule
from stage.lint.tiles import (
    placement_outside,
    placements_overlap,
    tile_carried_twice,
    tile_gap,
    tile_not_carried,
    tile_outside_canvas,
    tiles_overlap,
)
from stage.lint.units import UNIT_RULES
from stage.lint.viewpoints import VIEWPOINT_RULES
from stage.lint.walls import (
    arc_fit,
    faces_away,
    mirrored_uv,
    pitch_not_square,
    raster_too_large,
    uv_gaps,
    uv_outside,
    uv_overlaps,
)
from stage.model.stagefile import Stage
from stage.model.wall import ArcWall
from stage.walls.surface import Surface, surface_of

RULES: tuple[Rule, ...] = (
    duplicate_names,
    unknown_tiles,
    unknown_sources,
    idle_sources,
    no_camera,
    too_many_cameras,
    *SOURCE_RULES,
    *SEND_RULES,
    lens_out_of_reach,
    camera_aspect,
    lenses,
    lens_sensor,
    delays_differ,
    draw_lead,
    scene_file,
    look_file,
    tile_outside_canvas,
    tiles_overlap,
    tile_gap,
    tile_not_carried,
    tile_carried_twice,
    placement_outside,
    placements_overlap,
    raster_too_large,
    arc_fit,
    pitch_not_square,
    faces_away,
    mirrored_uv,
    uv_outside,
    uv_overlaps,
    uv_gaps,
    neighbours_fit,
    *UNIT_RULES,
    *VIEWPOINT_RULES,
    *COLOUR_RULES,
    *FIXTURE_RULES,
    *NETWORK_RULES,
    *MOIRE_RULES,
    *PLATE_RULES,
    unknown_in_looks,
)

OTHER_FILES: dict[str, Callable[[Path], list[Finding]]] = {
    "lens": lens_findings,
    "look": look_findings,
    "scene": scene_findings,
    "show": show_findings,
}
"""The rules for files other than stages, by the start of their `schema`."""


def lint_file(path: Path) -> list[Finding]:
    """Every problem in a stage, look, scene or show file; its `schema` gives the kind.

    Invalid keys and values are reported alone, because the rules need a stage. Raises InputError where the file cannot
    be read or is not valid TOML.
    """
    document = read_document(path)
    kind = str(document.get("schema", "")).partition("/")[0]
    if (other := OTHER_FILES.get(kind)) is not None:
        return other(path)
    stage, findings = checked_stage(path, document)
    return located(findings if stage is None else lint_stage(stage, path))


def lint_stage(stage: Stage, path: Path) -> list[Finding]:
    """Every problem in a stage whose fields are valid: errors first, otherwise in the order of the rules.

    `path` is its file: meshes, scenes and looks are looked up beside it.
    """
    surfaces, findings = _surfaces(stage, path)
    linted = LintedStage(stage, path, surfaces)
    findings += [finding for rule in RULES for finding in rule(linted)]
    return sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)


def _surfaces(stage: Stage, path: Path) -> tuple[tuple[Surface | None, ...], list[Finding]]:
    """The walls' surfaces, and the problems of their meshes. `arc_fit` reports an arc without a surface."""
    surfaces: list[Surface | None] = []
    findings: list[Finding] = []
    for index, wall in enumerate(stage.walls):
        try:
            surfaces.append(surface_of(wall, path.parent))
        except InputError as error:
            surfaces.append(None)
            if not isinstance(wall, ArcWall):
                place = ": ".join(filter(None, (error.where, error.field)))
                problem = f"{place}: {error.problem}"
                findings.append(Finding(Severity.ERROR, str(path), f"walls[{index}].file", problem, error.remedy))
    return tuple(surfaces), findings
