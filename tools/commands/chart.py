"""`openstage chart`: test patterns as the outputs carry them, as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stage.errors import InputError
from tools.commands.out_folder import out_folder


def chart(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    pattern: Annotated[str, typer.Option(help="ramps, pluge, flags, bars, zones, focus, ids, ... or `all`.")] = "ramps",
    after: Annotated[bool, typer.Option("--after", help="Past the walls' calibration: exact code values.")] = False,
    black: Annotated[bool, typer.Option("--black", help="No light instead of a pattern.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("charts"),
) -> None:
    """Write what every output carries of a test pattern: OUTPUT-PATTERN.png, in 16 bit for outputs of 10 bit.

    Example: openstage chart two-walls --pattern ramps --after --out charts/
    """
    from stage.files.loading import find_stage
    from stage.model.wall_steps import PATTERNS
    from tools.proof.charts import ChartPictures

    if pattern != "all" and pattern not in PATTERNS:
        raise InputError("--pattern", pattern, "is not a test pattern", f"Give one of: all, {', '.join(PATTERNS)}")
    names = ("black",) if black else (PATTERNS if pattern == "all" else (pattern,))
    folder = out_folder(out)
    pictures = ChartPictures(find_stage(stage).resolve())
    for name in names:
        for path in pictures.write(name, after, folder):
            print(path)
    pictures.close()
