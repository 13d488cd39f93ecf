"""`openstage bench timing`: how exact the camera is with senders of every habit."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.bench import AsJson

FIRST_SEED = 1000
"""Nothing was tuned on these seeds."""


def timing(
    live: Annotated[bool, typer.Option("--live", help="Over UDP, with the real processes, all at once.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Rows with this in their name, may be repeated.")] = None,
    seeds: Annotated[int, typer.Option(help="How many seeds; live runs take the first.", min=1, max=1000)] = 4,
    seconds: Annotated[float, typer.Option(help="How long a live run lasts.", min=5, max=86_400)] = 20.0,
    as_json: AsJson = False,
) -> None:
    """Error of a tracked camera whose packets come in bursts, pairs, late, twice, or with old poses; mm, frames at 24.

    `arrivals` is the error where packets are taken to be captured when they arrive. Exit 1 if one exceeds its limit.

    Example: openstage bench timing --live --seconds 20
    """
    from tools.bench.timing.live import live_timing_figures
    from tools.bench.timing.offline import timing_figures
    from tools.bench.timing.rows import ROWS

    rows = [row for row in ROWS if not only or any(word in row.name for word in only)]
    if not rows:
        names = ", ".join(row.name for row in ROWS)
        raise InputError("--only", ", ".join(only or ()), "is in no row's name", f"Rows: {names}")
    if live:
        figures = live_timing_figures(rows, FIRST_SEED, seconds)
    else:
        figures = timing_figures(rows, range(FIRST_SEED, FIRST_SEED + seeds))
    if as_json:
        print(json.dumps({name: asdict(one) | {"good": one.good} for name, one in figures.items()}, indent=2))
    else:
        print(f"{'mm':<30}{'rms':>8}{'worst':>8}{'arrivals':>10}{'limit':>8}")
        for name, one in figures.items():
            told = ", ".join(
                word for word in (one.clock.state, f"{one.clock.rate_hz:.1f} poses/s", one.clock.habit) if word
            )
            mark = "" if one.good else "  TOO FAR"
            numbers = f"{one.rms_mm:>8.2f}{one.worst_mm:>8.2f}{one.arrivals_mm:>10.2f}{one.limit_mm:>8.2f}"
            print(f"{name:<30}{numbers}   {told}{mark}")
            if one.because:
                print(f"{'':<4}worst frame: {one.because}")
    if not all(one.good for one in figures.values()):
        raise typer.Exit(EXIT_FAILED)
