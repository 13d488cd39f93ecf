"""`openstage day`: what a shooting day leaves for post."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.commands.out_folder import out_folder
from tools.commands.takes.app import AsJson, RunDir, StageName, Takes, library_of
from tools.commands.takes.export import say_what_is_left_out

day_app = typer.Typer(
    help="A day's takes: handed to post, matched to the camera's clips.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Day = Annotated[str | None, typer.Option("--day", help="A day, 2026-11-30; unset: the newest with takes.")]


@day_app.command("export")
def export_day(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="A folder; the day gets one of its own in it, and in that each take.")],
    day: Day = None,
    card: Annotated[Path | None, typer.Option(help="The camera's card or its copy: lists name its clips.")] = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Write every take of a day for post, and lists of them all: OTIO, EDL, ALE, FCPXML, CDL, a report, an ASC MHL.

    Exit 1 if a take could not be read; the others are written.

    Example: openstage day export --out post --card /media/A001
    """
    from tools.takes.post.card import clips_on
    from tools.takes.post.day import day_named, takes_of, write_day
    from tools.takes.post.match import matched

    folder = out_folder(out)
    library = library_of(context, takes, stage, run_dir)
    name = day_named(library, day)
    clips: dict[str, str] = {}
    if card is not None:
        best = matched(takes_of(library, name), clips_on(card)).best()
        clips = {take: str(match.clip.path) for take, match in best.items()}
    done = write_day(library, name, folder, clips, lambda text: print(text, file=sys.stderr, flush=True))
    print(f"{done.takes} takes in {done.folder}")
    say_what_is_left_out()
    for line in done.left_out:
        print(f"left out: {line}")
    if done.left_out:
        raise typer.Exit(EXIT_FAILED)


@day_app.command()
def match(
    context: typer.Context,
    card: Annotated[Path, typer.Argument(help="The camera's card or its copy.")],
    day: Day = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Say which clip of a camera's card shows which take, by time code: names, reels, offsets, what has none.

    Exit 1 if a take has no clip.

    Example: openstage day match /media/A001
    """
    from tools.takes.post.card import clips_on
    from tools.takes.post.day import day_named, takes_of
    from tools.takes.post.match import matched

    library = library_of(context, takes, stage, run_dir)
    found = matched(takes_of(library, day_named(library, day)), clips_on(card))
    if as_json:
        print(json.dumps(found.document(), indent=2, ensure_ascii=False))
    else:
        for each in found.matches:
            frames = round(each.offset_s * each.clip.counting.whole)
            part = "whole" if each.whole else f"{float(each.overlap_s):.2f} of {float(each.take_s):.2f} s"
            print(f"{each.take:<28} {each.clip.path.name}  reel {each.clip.reel}  roll at frame {frames}  {part}")
        for take in found.takes_without:
            print(f"{take:<28} NO CLIP")
        for clip in found.clips_without:
            print(f"{clip.path.name}: {clip.problem or 'shows none of these takes'}")
    if found.takes_without:
        raise typer.Exit(EXIT_FAILED)


@day_app.command()
def schedule(
    context: typer.Context,
    show: Annotated[str, typer.Argument(help="A show file, or a bundled show by name.")],
    day: Day = None,
    out: Annotated[Path | None, typer.Option(help="Write it as a page, too: a file that ends in .html.")] = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Say which cues of a show are shot, which are left, and when the last will be at the present pace.

    A cue is shot once a take with its slate (its id, unless the cue says another) was rolled on that day.

    Example: openstage day schedule demo-day --out schedule.html
    """
    from stage.errors import InputError
    from stage.library.show_store import ShowStore
    from stage.names import normal
    from tools.commands.cue import store_of
    from tools.takes.post.day import day_named, takes_of
    from tools.takes.post.report import html
    from tools.takes.post.schedule import schedule_of

    store, title = (store_of(show), normal(Path(show).stem)) if show.endswith(".toml") else (ShowStore(Path()), show)
    library = library_of(context, takes, stage, run_dir)
    name = day_named(library, day)
    found = schedule_of(store.good(title), name, takes_of(library, name))
    if out is not None:
        try:
            out.write_text(html(found.report()), encoding="utf-8")
        except OSError as error:
            raise InputError(str(out), "", f"cannot be written: {error.strerror}", "Give another file") from error
    print(found.document() if as_json else found.said)
