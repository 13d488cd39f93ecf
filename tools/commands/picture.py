"""`openstage picture`: how good the picture on the walls is, in numbers."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED

SAMPLES = (0, 2, 4, 8)


def picture(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    scene: Annotated[str | None, typer.Option(help="Shimmer of this set instead of the stage's own.")] = None,
    camera: Annotated[str | None, typer.Option(help="Which camera; unset: the first.")] = None,
    samples: Annotated[int | None, typer.Option(help="MSAA: 0, 2, 4 or 8; unset: the stage's own quality.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure sharpness (MTF50 of a slanted edge) and shimmer (a dolly of 1 mm a frame) of every wall that is seen.

    Both against the same wall 16 times supersampled. Exit 1 if a wall is over a limit.

    Example: openstage picture volume --samples 4
    """
    from stage.errors import InputError
    from stage.files.loading import find_stage
    from tools.proof.picture import picture_figures
    from tools.proof.rig import Rig

    if samples is not None and samples not in SAMPLES:
        raise InputError("--samples", "", f"must be one of {SAMPLES}, not {samples}", "Take one of them")
    rig = Rig(find_stage(stage).resolve(), scene)
    walls = picture_figures(rig, rig.camera(camera), rig.stage.quality.msaa if samples is None else samples)
    renderer = rig.context.info["GL_RENDERER"]
    rig.close()
    good = bool(walls) and all(wall.good for wall in walls.values())
    if as_json:
        document = {name: wall.document() for name, wall in walls.items()}
        print(json.dumps({"stage": rig.stage.name, "renderer": renderer, "walls": document, "good": good}, indent=2))
    else:
        from tools.proof.table import print_picture

        print_picture(rig.stage.name, rig.scene_name, renderer, walls, good)
    if not good:
        raise typer.Exit(EXIT_FAILED)
