"""Options by which a user says what a motion file's numbers mean; shared by every command that reads one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from stage.motions.kinds import Said

Format = Annotated[
    str | None,
    typer.Option("--format", help="Kind of motion file: tum, table, euroc, chan, colmap, usd; unset: recognised."),
]
Unit = Annotated[
    Literal["m", "cm", "mm"] | None, typer.Option("--unit", help="Unit of its lengths; unset: as it says, recognised.")
]
TimeUnit = Annotated[
    Literal["s", "ms", "us", "ns", "frames"] | None,
    typer.Option("--time-unit", help="Unit of its times; unset: as it says, recognised."),
]
FrameRate = Annotated[
    float | None, typer.Option("--frame-rate", help="Frames per second of a file that counts frames.", min=1, max=1000)
]
UsdCamera = Annotated[str | None, typer.Option("--usd-camera", help="Name or path of the camera in a USD file.")]


def said_of(
    format: str | None, unit: str | None, time_unit: str | None, frame_rate: float | None, camera: str | None
) -> Said:
    """What the options say."""
    from stage.motions.kinds import Said

    return Said(format, unit, time_unit, frame_rate, camera)  # type: ignore[arg-type]


def print_recording_notes(motion: str) -> None:
    """On stderr, what was recognised or left out where the motion is a recording. Raises InputError."""
    from tools.sim.motion import recording_notes

    for note in recording_notes(motion):
        print(f"{motion}: {note}", file=sys.stderr)
