"""The commands: each prints its figures, and exits with 1 where one is over its limit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.bench.table import print_table
from tools.commands.out_folder import out_folder

AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
StageName = Annotated[str, typer.Option(help="A stage file, or a bundled stage by name.")]
OUT = Path("out/soak")
Seed = Annotated[int, typer.Option(help="Of the moments and of what is done.")]


def kills(
    stage: StageName = "two-walls",
    count: Annotated[int, typer.Option("--kills", help="How many processes are killed or stopped.", min=1)] = 6,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Kill and stop processes of a running stage while orders are given: gaps of the wall, and what was lost.

    Any process may be next, the manager included. It takes some 20 s for each; with another seed it goes on elsewhere.

    Example: openstage bench kills --kills 200
    """
    from stage.files.loading import find_stage
    from tools.bench.survival.kills import kill_figures

    _told(kill_figures(find_stage(stage), count, seed), as_json)


def disk(
    stage: StageName = "two-walls",
    moments: Annotated[int, typer.Option(help="How often a disk fails.", min=1)] = 6,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Fill a running stage's disk, make it read-only, limit its files, and kill who keeps the show: what is lost, and
    after how long it is told. It has a small disk of its own for that (Linux, user namespaces).

    Example: openstage bench disk --moments 30
    """
    from stage.files.loading import find_stage
    from tools.bench.survival.disk import disk_figures

    _told(disk_figures(find_stage(stage), moments, seed), as_json)


def fuzz(
    stage: StageName = "two-walls",
    count: Annotated[int, typer.Option("--messages", help="Datagrams and requests.", min=100)] = 20_000,
    rate_hz: Annotated[int, typer.Option(help="Messages a second.", min=1, max=20_000)] = 500,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Send damaged and hostile datagrams and requests to every port of a running stage: does a process end, are the
    walls late? With another seed others.

    Example: openstage bench fuzz --messages 1000000 --rate-hz 1000
    """
    from stage.files.loading import find_stage
    from tools.bench.survival.fuzz import fuzz_figures

    _told(fuzz_figures(find_stage(stage), count, seed, rate_hz), as_json)


def connections(
    stage: StageName = "two-walls",
    count: Annotated[int, typer.Option("--connections", help="How many are tried.", min=100, max=60_000)] = 10_000,
    as_json: AsJson = False,
) -> None:
    """Open idle and slow connections to a running stage's console: do operators stay in?

    Example: openstage bench connections --connections 10000
    """
    from stage.files.loading import find_stage
    from tools.bench.survival.connections import connection_figures

    _told(connection_figures(find_stage(stage), count), as_json)


def soak(
    stage: StageName = "two-walls",
    minutes: Annotated[float, typer.Option(help="How long the day is.", min=1, max=2880)] = 10,
    out: Annotated[Path, typer.Option(help="Folder for the series and their picture.")] = OUT,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Work at a running stage for hours, with faults: does anything a process holds grow?

    Example: openstage bench soak --minutes 240
    """
    from stage.files.loading import find_stage
    from tools.bench.survival.soak import soak_figures

    _told(soak_figures(find_stage(stage), minutes, seed, out_folder(out)), as_json)


def _told(figures: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, indent=2))
    else:
        print_table(figures)
    if not figures["good"]:
        raise typer.Exit(EXIT_FAILED)
