"""`openstage bench takes`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.commands.bench import AsJson, StageName, bench_app, show_figures


@bench_app.command()
def takes(
    stage: StageName = "two-walls",
    seconds: Annotated[float, typer.Option(help="Of each of the four parts of the cost.", min=1, max=3600)] = 10.0,
    cuts: Annotated[int, typer.Option(help="Takes that are played after their cut.", min=1, max=1000)] = 20,
    kills: Annotated[int, typer.Option(help="Kills of the recorder while a take rolls.", min=0, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Measure what recording costs, how soon a take plays after the cut, and what a killed recorder loses.

    Exit 1 if a killed recorder lost anything that was on the bus 0.2 s before, or a take plays later than after 1 s.

    Example: openstage bench takes --kills 50
    """
    from stage.files.loading import find_stage
    from tools.bench.takes import take_figures

    figures = take_figures(find_stage(stage), seconds, cuts, kills)
    show_figures(figures, as_json)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)


@bench_app.command("take-library")
def take_library(
    takes: Annotated[int, typer.Option(help="Takes in the library.", min=1, max=100_000)] = 10_000,
    minutes: Annotated[float, typer.Option(help="Length of the long take.", min=0.1, max=600)] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Measure how soon thousands of takes are listed, and how soon a frame of a long take is read.

    Exit 1 if the index opens later than after 0.2 s, a frame is read later than after 0.1 s, or memory grows.

    Example: openstage bench take-library --takes 10000 --minutes 60
    """
    from tools.bench.take_library import library_figures

    figures = library_figures(takes, minutes)
    show_figures(figures, as_json)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)


@bench_app.command("farm")
def farm(
    take: Annotated[Path, typer.Argument(help="A take's folder.")],
    workers: Annotated[str, typer.Option(help="Counts of workers.")] = "1,2,3",
    frames: Annotated[int, typer.Option(help="Frames that are drawn each time.", min=3, max=10_000)] = 48,
    chunk: Annotated[int, typer.Option(help="Frames that a worker draws at once.", min=1)] = 8,
    as_json: AsJson = False,
) -> None:
    """Draw a take with local workers of dask.distributed, next to a plain process pool, and with a worker killed.

    Exit 1 if a picture is missing, or differs from the one drawn here.

    Example: openstage bench farm takes/2026-11-30/12A_t003 --workers 1,2,3
    """
    from stage.errors import InputError
    from tools.bench.farm import farm_figures

    counts = [each.strip() for each in workers.split(",")]
    if not all(each.isdigit() and 1 <= int(each) <= 64 for each in counts):
        raise InputError("--workers", "", f"{workers!r} are no counts", "Write 1,2,3")
    tell = partial(print, flush=True, file=sys.stderr)
    figures = farm_figures(take, [int(each) for each in counts], frames, chunk, tell)
    show_figures(figures, as_json)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)


@bench_app.command("take-faults")
def take_faults(
    stage: StageName = "two-walls",
    kills: Annotated[int, typer.Option(help="Of each of six processes, while a take rolls.", min=1, max=1000)] = 9,
    seed: Annotated[int, typer.Option(help="Of the moments.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Kill each process of a running stage while a take rolls, and fill the takes' disk: what is lost of the take, and
    what the walls show of it, next to the same kills while nothing is recorded.

    Exit 1 if anything was lost that was on the bus 0.2 s before, a take cannot be read, or the disk was not told of.

    Example: openstage bench take-faults --kills 9
    """
    from stage.files.loading import find_stage
    from tools.bench.survival.take_faults import take_fault_figures

    figures = take_fault_figures(find_stage(stage), kills, seed)
    show_figures(figures, as_json)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)
