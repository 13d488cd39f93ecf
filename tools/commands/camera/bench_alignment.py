"""`openstage bench alignment`: how well points align a tracker."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED


def alignment(
    seeds: Annotated[int, typer.Option(help="How many random stages for each row.", min=20, max=100_000)] = 400,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Align trackers with noisy points and mistakes of 200 mm: error on the stage, next to the best that is possible.

    Exit 1 if six points of 1 mm with one mistake are off by more than 1 mm or 0.05 degrees (median).

    Example: openstage bench alignment --seeds 1000
    """
    from tools.bench.alignment import COLUMNS, alignment_figures

    figures = alignment_figures(seeds)
    if as_json:
        print(json.dumps(asdict(figures), indent=2))
    else:
        width = max(map(len, figures.rows))
        print(f"{'':<{width}}  {'  '.join(name.rjust(8) for name in COLUMNS)}")
        for name, row in figures.rows.items():
            print(f"{name:<{width}}  {'  '.join(f'{row[key]:8.3f}' for key in COLUMNS)}")
        print(f"{seeds} stages a row; mistakes of 200 mm; limits of the first row: 1 mm, 0.05 deg (median)")
    if not figures.good:
        raise typer.Exit(EXIT_FAILED)
