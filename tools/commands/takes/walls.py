"""`openstage take play` and `live`: a take on the walls of the running stage."""

from __future__ import annotations

from typing import Annotated

import typer

from tools.commands.look import give
from tools.commands.takes.app import AsJson, RunDir, TakeName, take_app


@take_app.command()
def play(
    context: typer.Context,
    take: TakeName,
    speed: Annotated[float, typer.Option(help="0 stands, 0.25 is slow, -1 backward.", min=-4, max=4)] = 1.0,
    loop: Annotated[bool, typer.Option(help="Again and again.")] = False,
    first: Annotated[int | None, typer.Option(help="First frame by number; unset: the roll.")] = None,
    last: Annotated[int | None, typer.Option(help="Last frame by number; unset: the take's end.")] = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Show a take on the walls of the running stage: the same light again. `openstage take live` ends it.

    Example: openstage take play 12A_t003 --loop
    """
    part = {key: value for key, value in (("first", first), ("last", last)) if value is not None}
    give(context, run_dir, "take.play", {"take": take, "speed": speed, "loop": loop, **part}, as_json)


@take_app.command()
def seek(
    context: typer.Context,
    seconds: Annotated[float, typer.Argument(help="Seconds after the roll.", min=-60, max=86_400)],
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Go to a place of the take on the walls.

    Example: openstage take seek 12.5
    """
    give(context, run_dir, "take.seek", {"seconds": seconds}, as_json)


@take_app.command()
def step(
    context: typer.Context,
    frames: Annotated[int, typer.Argument(help="Frames on; backward below 0 (after `--`).")] = 1,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Stand, so many frames from here.

    Example: openstage take step 1
    """
    give(context, run_dir, "take.step", {"frames": frames}, as_json)


@take_app.command()
def live(context: typer.Context, run_dir: RunDir = None, as_json: AsJson = False) -> None:
    """Leave the take: the walls are live again.

    Example: openstage take live
    """
    give(context, run_dir, "take.live", {}, as_json)
