"""`openstage motion`: what a recorded motion holds, and the same in plain units."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tools.commands.tracking.motion_options import Format, FrameRate, TimeUnit, Unit, UsdCamera, said_of


def motion(
    file: Annotated[Path, typer.Argument(help="TUM, EuRoC CSV, a table with named columns, Nuke .chan, USD, COLMAP.")],
    format: Format = None,
    unit: Unit = None,
    time_unit: TimeUnit = None,
    frame_rate: FrameRate = None,
    usd_camera: UsdCamera = None,
    out: Annotated[Path | None, typer.Option(help="Write it as TUM: seconds, metres, z up, OpenCV camera.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say what a recorded camera motion holds: kind, length, rate, way, and what was recognised or left out.

    Example: openstage motion crane.chan --frame-rate 25 --out crane.tum
    """
    from stage.motions.figures import figures_of
    from stage.motions.reading import read_motion
    from stage.motions.writing import write_tum

    read = read_motion(file, said_of(format, unit, time_unit, frame_rate, usd_camera))
    if out is not None:
        write_tum(read, out)
    figures = figures_of(read)
    if as_json:
        print(json.dumps(asdict(figures), indent=2))
        return
    print(f"{file}: {figures.words}")
    print(f"  {figures.poses} poses in {figures.duration_s:.3f} s, {figures.rate_hz:.4g} a second")
    print(f"  {figures.way_m:.3f} m of way, fastest {figures.fastest_m_s:.3f} m/s")
    ends = zip("xyz", figures.lowest_m, figures.highest_m, strict=True)
    print("  " + ", ".join(f"{axis} {low:.3f} to {high:.3f} m" for axis, low, high in ends))
    for note in figures.notes:
        print(f"  note: {note}")
    if out is not None:
        print(f"  written: {out}")
