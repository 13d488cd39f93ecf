"""`openstage bench prediction-table`: prediction against simple methods that knew the motion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.bench.table import print_table
from tools.commands.bench import AsJson


def prediction_table(
    seed: Annotated[int, typer.Option(help="Draws the moves; 101 and 102 were tuned on.", min=0)] = 7,
    kind: Annotated[
        list[str] | None, typer.Option(help="Of a made move, may be repeated; unset: all, and all other figures.")
    ] = None,
    recording: Annotated[
        list[Path] | None, typer.Option(help="A recorded motion beside the made ones, may be repeated.")
    ] = None,
    rate_hz: Annotated[
        list[float] | None, typer.Option(help="May be repeated; unset: 30, 60, 120.", min=5, max=1000)
    ] = None,
    horizon_ms: Annotated[
        list[float] | None, typer.Option(help="May be repeated; unset: 20, 50, 100, 150.", min=2, max=200)
    ] = None,
    seconds: Annotated[float, typer.Option(help="Of each motion.", min=2, max=60)] = 20.0,
    as_json: AsJson = False,
) -> None:
    """Compare prediction with hold, line, quadratic, Kalman filter and alpha-beta, each with the setting that suits the
    very motion best. Exit 1 if it misses its limits.

    Made moves (dolly, crane, whip pan, hands, ...) with a tracker's noise of 0.1 mm and 0.1 mrad; position and
    rotation.

    Example: openstage bench prediction-table --seed 7 --recording shot.tum
    """
    from tools.bench.foresight.bench import table_figures
    from tools.bench.foresight.table import HORIZONS_MS, RATES_HZ, Extent

    extent = Extent(tuple(rate_hz or RATES_HZ), tuple(horizon_ms or HORIZONS_MS), seconds)
    figures = table_figures(kind, seed, recording or [], extent)
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        print_table(figures)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)
