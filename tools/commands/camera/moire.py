"""`openstage moire`: where cameras will see the walls' LEDs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from stage.walls.moire_figures import Pair


def moire(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    f_number: Annotated[float, typer.Option("--f-number", help="The stop: 2.8 for f/2.8.", min=0.5, max=64)] = 2.8,
    focus_m: Annotated[
        float | None,
        typer.Option("--focus-m", help="Also say whether it is seen with the focus here.", min=0.05, max=10_000),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say where cameras will see the walls' LEDs (moire, false colours, the grid) and from which focus distance on.

    From each camera's home, for both ends of its zoom; photosites are those of the recorded picture (`image_px`).

    Example: openstage moire volume --f-number 4
    """
    from stage.files.loading import find_stage, load_stage
    from stage.walls.moire_figures import pairs_of
    from stage.walls.surface import surface_of

    path = find_stage(stage)
    loaded = load_stage(path)
    surfaces = {wall.name: surface_of(wall, path.parent) for wall in loaded.walls}
    pairs = list(pairs_of(loaded, surfaces, f_number))
    if as_json:
        print(json.dumps({"f_number": f_number, "pairs": [_document(pair, focus_m) for pair in pairs]}, indent=2))
        return
    print(f"{'camera':<10} {'wall':<10} {'lens':>7} {'distance':>9} {'pitch':>9}  at f/{f_number:g}")
    for pair in pairs:
        print(_line(pair, focus_m))
    guessed = [camera.name for camera in loaded.cameras if "image_px" not in camera.model_fields_set]
    if guessed:
        print(f"image_px is not said for {', '.join(guessed)}: 1920 pixels a line are taken")
    if not pairs:
        print("no camera films a wall from its home")


def _line(pair: Pair, focus_m: float | None) -> str:
    seen = pair.moire
    told = f"{seen.seen}"
    if seen.from_m is not None and seen.to_m is not None:
        end = "infinity" if math.isinf(seen.to_m) else f"{seen.to_m:.2f} m"
        told += f" with the focus from {seen.from_m:.2f} m to {end} (contrast {seen.contrast:.0%})"
    if focus_m is not None:
        told += f"; focus at {focus_m:g} m: {'seen' if seen.seen_at(focus_m) else 'not seen'}"
    size = f"{seen.pitch_photosites:.2f} px"
    return f"{pair.camera:<10} {pair.wall:<10} {pair.focal_mm:>4g} mm {seen.distance_m:>7.2f} m {size:>9}  {told}"


def _document(pair: Pair, focus_m: float | None) -> dict[str, object]:
    document: dict[str, object] = {"camera": pair.camera, "wall": pair.wall, "focal_mm": pair.focal_mm}
    document |= {key: None if value == math.inf else value for key, value in asdict(pair.moire).items()}
    return document if focus_m is None else {**document, "seen_at_focus": pair.moire.seen_at(focus_m)}
