"""`openstage take render`: frames of a take drawn again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.out_folder import out_folder
from tools.commands.takes.app import AsJson, RunDir, StageName, TakeName, Takes, library_of, take_app

if TYPE_CHECKING:
    from tools.takes.job import Done, Job


@take_app.command()
def render(
    context: typer.Context,
    take: TakeName,
    out: Annotated[Path | None, typer.Option(help="A folder for the pictures; it is made.")] = None,
    verify: Annotated[bool, typer.Option(help="Compare with what the outputs carried (run with --digests).")] = False,
    camera: Annotated[str | None, typer.Option(help="The set as this camera sees it, as EXR, not the outputs.")] = None,
    size: Annotated[str, typer.Option(help="Size of the camera's picture.", metavar="WxH")] = "1920x1080",
    margin: Annotated[float, typer.Option(help="Degrees seen beyond the sensor, on every side.", min=0, max=30)] = 0.0,
    passes: Annotated[str, typer.Option(help="With --camera: depth,position,normal,motion, or none of them.")] = "",
    look: Annotated[str | None, typer.Option(help="Another look, by name.")] = None,
    scene: Annotated[str | None, typer.Option(help="Another set, by name.")] = None,
    samples: Annotated[int | None, typer.Option(help="Samples a pixel: 0, 2, 4 or 8.")] = None,
    on: Annotated[str | None, typer.Option(help="Another stage file: its walls, its outputs.")] = None,
    frames: Annotated[str, typer.Option(help="Frames by number: 31364-31508, or one.")] = "",
    step: Annotated[int, typer.Option(help="Every how many frames.", min=1)] = 1,
    pre_roll: Annotated[bool, typer.Option(help="The seconds before the roll, too.")] = False,
    movie: Annotated[str | None, typer.Option(help="Movies instead: prores, prores4444, dnxhr or h264.")] = None,
    farm: Annotated[str | None, typer.Option(help="Draw on a dask scheduler, tcp://HOST:8786; local:3: here.")] = None,
    chunk: Annotated[int, typer.Option(help="With --farm: frames that a worker draws at once.", min=1)] = 24,
    openjd: Annotated[Path | None, typer.Option(help="Write an Open Job Description for a farm instead.")] = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Draw a take again: every output as PNG, or the set as a camera sees it, as EXR with passes; or movies of them.

    What was drawn already is left: a run that was stopped goes on. Exit 1 where --verify finds a difference.

    Example: openstage take render 12A_t003 --out frames
    """
    from tools.takes.job import Job
    from tools.takes.redraw import Span, Wish

    if out is None and not verify:
        raise InputError("take render", "", "nothing to do", "Give --out FOLDER, or --verify")
    target = None if out is None else out_folder(out)
    first, last = span_of(frames)
    folder = library_of(context, takes, stage, run_dir).find(take)
    job = Job(
        take=folder,
        out=target,
        verify=verify,
        camera=camera,
        size_px=size_of(size),
        margin_deg=margin,
        passes=passes_named(passes),
        wish=Wish(look, scene, samples_of(samples)),
        stage=on,
        span=Span(first, last, step),
        pre_roll=pre_roll,
        movie=movie_named(movie),
    )
    done = done_by(job, farm, chunk, openjd)
    if done is not None:
        say(done, as_json)


def say(done: Done, as_json: bool) -> None:
    """What came of it; exit 1 where something differs."""
    print(json.dumps(done.document(), indent=2) if as_json else done.said)
    if done.different:
        raise typer.Exit(EXIT_FAILED)


def done_by(job: Job, farm: str | None, chunk: int, openjd: Path | None) -> Done | None:
    """Do a job here, or on a farm; None where it was only described. Raises InputError."""
    from stage.takes.take import Take
    from tools.takes.farm.farm import farmed, spans_of
    from tools.takes.farm.job_description import write_description
    from tools.takes.job import run_job

    with Take(job.take) as opened:
        if openjd is not None:
            spans = spans_of(opened, job, chunk)
            write_description(openjd, job, spans)
            print(f"{openjd}: {len(spans)} tasks of up to {chunk} frames")
            return None
        tell = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
        return run_job(opened, job, tell) if farm is None else farmed(opened, job, farm, chunk, tell)


def movie_named(text: str | None) -> str | None:
    """A kind of movie. Raises InputError."""
    from tools.takes.movie import CODECS

    if text is not None and text not in CODECS:
        raise InputError("--movie", "", f"there is no {text!r}", f"There are: {', '.join(CODECS)}")
    return text


def samples_of(count: int | None) -> Literal[0, 2, 4, 8] | None:
    """Samples a pixel. Raises InputError for a number that graphics cards do not have."""
    if count is None:
        return None
    known: tuple[Literal[0, 2, 4, 8], ...] = (0, 2, 4, 8)
    for each in known:
        if count == each:
            return each
    raise InputError("--samples", "", f"{count} is not possible", "Choose 0, 2, 4 or 8")


def span_of(text: str) -> tuple[int | None, int | None]:
    """`A-B` or `A`. Raises InputError."""
    if not text:
        return None, None
    first, dash, last = text.partition("-")
    try:
        return int(first), int(last) if dash else int(first)
    except ValueError as error:
        raise InputError("--frames", "", f"{text!r} are no frames", "Write 31364-31508") from error


def size_of(text: str) -> tuple[int, int]:
    """`1920x1080`. Raises InputError."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 16 <= int(width) <= 16_384 and 16 <= int(height) <= 16_384):
        raise InputError("--size", "", f"{text!r} is no size", "Write WIDTHxHEIGHT in pixels, such as 1920x1080")
    return int(width), int(height)


def passes_named(text: str) -> tuple[str, ...]:
    """Names with commas between. Raises InputError."""
    known = ("depth", "position", "normal", "motion")
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise InputError("--passes", "", f"there is no pass {name!r}", f"There are: {', '.join(known)}")
    return names
