"""`openstage check`: the proof of a stage, in numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.commands.out_folder import out_folder
from tools.commands.tracking.motion_options import print_recording_notes


def check(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    scene: Annotated[str | None, typer.Option(help="Measure with this set instead of the stage's own.")] = None,
    motion: Annotated[
        str, typer.Option(help="survey (all axes), still, dolly, crane, ... or a recorded motion's file.")
    ] = "survey",
    camera: Annotated[str | None, typer.Option(help="Which camera; unset: the first.")] = None,
    frames: Annotated[int, typer.Option(help="How many frames along the motion are measured.", min=1, max=500)] = 6,
    pupil_error_mm: Annotated[
        float, typer.Option(help="Draw for a pupil that is this far to the right.", min=-10_000, max=10_000)
    ] = 0.0,
    pan_error_deg: Annotated[
        float, typer.Option(help="Draw for a camera that is panned too far left by this much.", min=-180, max=180)
    ] = 0.0,
    late_frames: Annotated[int, typer.Option(help="Draw with the pose of this many frames ago.", min=0, max=100)] = 0,
    latency_seconds: Annotated[
        float,
        typer.Option(help="Also run the real processes for this long, to measure latency; 0 = do not.", min=0, max=600),
    ] = 3.0,
    seed: Annotated[int, typer.Option(help="Seed of the motion and of the tracker's noise.", min=0)] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for heat maps and the witness picture.")] = None,
    filmed: Annotated[
        Path | None,
        typer.Option(help="Compare photographs or a video of the markers chart with the stage file instead."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure the walls against geometry, the colour path, every tile, the tracking chain, and latency.

    Every figure has a limit; exit 1 if one is beyond it. With --filmed: where the real walls are not as the stage
    file says.

    Example: openstage check two-walls --motion crane --out check/
    """
    from stage.files.loading import find_stage
    from tools.live.progress import progress

    if filmed is not None:
        _check_filmed(find_stage(stage).resolve(), filmed, as_json)
        return
    from tools.proof.check import CheckOrder, Errors
    from tools.proof.whole_check import whole_check

    print_recording_notes(motion)
    folder = None if out is None else out_folder(out)
    errors = Errors(pupil_error_mm, pan_error_deg, late_frames)
    order = CheckOrder(motion, frames, errors, seed, folder)
    with progress("check", as_json) as tell:
        done = whole_check(find_stage(stage).resolve(), (scene, camera), order, latency_seconds, tell)
    if as_json:
        print(json.dumps(done.document(), indent=2))
    else:
        from tools.proof.table import print_check

        print_check(done, folder)
    if not done.good:
        raise typer.Exit(EXIT_FAILED)


def _check_filmed(path: Path, pictures: Path, as_json: bool) -> None:
    """What photographs of the walls say against the stage file; exit 1 where something is not as it says."""
    from stage.files.loading import load_stage
    from stage.walls.surface import surface_of
    from tools.live.progress import progress
    from tools.proof.filmed.report import filmed_report
    from tools.proof.table import print_filmed

    stage = load_stage(path)
    surfaces = {wall.name: surface_of(wall, path.parent) for wall in stage.walls}
    with progress("check", as_json) as tell:
        report = filmed_report(stage, surfaces, path.parent, pictures, tell)
    if as_json:
        print(json.dumps(report.document(), indent=2))
    else:
        print_filmed(report)
    if not report.good:
        raise typer.Exit(EXIT_FAILED)
