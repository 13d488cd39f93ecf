"""`openstage take replay`: a take through today's code."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.takes.app import AsJson, RunDir, StageName, TakeName, Takes, library_of, take_app

STEPS = ("tracking", "conductor", "render")


@take_app.command()
def replay(
    context: typer.Context,
    take: TakeName,
    through: Annotated[str, typer.Option(help="tracking, conductor, render; several with commas.")] = "conductor",
    on: Annotated[str | None, typer.Option(help="Another stage file than the take's own.")] = None,
    step: Annotated[int, typer.Option(help="Through render: every how many frames.", min=1)] = 1,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Put a take through today's code and say what differs from then: datagrams through tracking, samples through the
    prediction, frames through render. Exit 1 if anything does.

    Example: openstage take replay 12A_t003 --through tracking,conductor
    """
    from pathlib import Path

    from stage.files.loading import find_stage, load_stage
    from stage.takes.take import Take
    from tools.takes.replay.conductor import replay_conductor
    from tools.takes.replay.differences import Differences
    from tools.takes.replay.render import replay_render
    from tools.takes.replay.tracking import replay_tracking
    from tools.takes.restored import RestoredStage

    steps = tuple(name.strip() for name in through.split(",") if name.strip())
    for name in steps:
        if name not in STEPS:
            raise InputError("--through", "", f"there is no {name!r}", f"There are: {', '.join(STEPS)}")
    found: list[Differences] = []
    with Take(library_of(context, takes, stage, run_dir).find(take)) as opened:
        if not len(opened.numbers):
            raise InputError(opened.name, "", "has no frames", "`openstage take show` says what it holds")
        if on is not None:
            ran = load_stage(Path(find_stage(on)).resolve())
        else:
            with RestoredStage(opened) as restored:
                ran = load_stage(restored.path)
        if "tracking" in steps:
            found.append(replay_tracking(opened, ran))
        if "conductor" in steps:
            found.append(replay_conductor(opened, ran))
        if "render" in steps:
            found.append(replay_render(opened, step, lambda text: print(text, file=sys.stderr, flush=True)))
    if as_json:
        print(json.dumps([each.document() for each in found], indent=2))
    else:
        print("\n".join(each.said for each in found))
    if any(each.different for each in found):
        raise typer.Exit(EXIT_FAILED)
