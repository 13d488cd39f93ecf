"""`openstage motion`: what a recorded motion holds, and the same in plain units."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.commands.motion_options import Format, FrameRate, TimeUnit, Unit, UsdCamera, said_of

if TYPE_CHECKING:
    from stage.motions.trajectory import Trajectory


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
    from stage.motions.reading import read_motion
    from stage.motions.writing import write_tum

    read = read_motion(file, said_of(format, unit, time_unit, frame_rate, usd_camera))
    if out is not None:
        write_tum(read, out)
    document = _document(read)
    if as_json:
        print(json.dumps(document, indent=2))
        return
    print(f"{file}: {document['words']}")
    print(f"  {document['poses']} poses in {read.duration_s:.3f} s, {document['rate_hz']:.4g} a second")
    low, high = document["lowest_m"], document["highest_m"]
    print(f"  {document['way_m']:.3f} m of way, fastest {document['fastest_m_s']:.3f} m/s")
    print("  " + ", ".join(f"{axis} {a:.3f} to {b:.3f} m" for axis, a, b in zip("xyz", low, high, strict=True)))
    for note in read.notes:
        print(f"  note: {note}")
    if out is not None:
        print(f"  written: {out}")


def _document(read: Trajectory) -> dict[str, object]:
    from itertools import pairwise
    from math import dist

    from stage.motions.kinds import KINDS

    places = [pose.position_m for pose in read.poses]
    speeds = [
        dist(a, b) / (later - earlier)
        for (a, b), (earlier, later) in zip(pairwise(places), pairwise(read.times_s), strict=True)
    ]
    return {
        "file": read.name,
        "kind": read.kind,
        "words": KINDS[read.kind].words,
        "poses": len(read.poses),
        "duration_s": read.duration_s,
        "rate_hz": (len(read.poses) - 1) / read.duration_s,
        "way_m": read.way_m(),
        "fastest_m_s": max(speeds),
        "lowest_m": [min(place[axis] for place in places) for axis in range(3)],
        "highest_m": [max(place[axis] for place in places) for axis in range(3)],
        "notes": list(read.notes),
    }
