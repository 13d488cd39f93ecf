"""`openstage take`: the takes of a stage, after the shoot and between takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.out_folder import out_folder
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from stage.takes.library import Listed, TakeLibrary
    from stage.takes.take_info import TakeInfo

take_app = typer.Typer(
    help="Takes: find and note them, draw them again, hand them to post.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

TakeName = Annotated[str, typer.Argument(help="A take: 2026-11-30/12A_t003, or 12A_t003, or its folder.")]
Takes = Annotated[Path | None, typer.Option("--takes", help="The folder of takes; unset: that of the stage.")]
StageName = Annotated[
    str | None, typer.Option("--stage", help="The stage whose takes are meant; unset: the one that runs.")
]
RunDir = Annotated[Path | None, typer.Option(help="The running stage's run directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def library_of(context: typer.Context, takes: Path | None, stage: str | None, run_dir: Path | None) -> TakeLibrary:
    """The library meant. Raises InputError where none is said and no stage runs."""
    from stage.files.loading import find_stage, load_stage
    from stage.takes.library import TakeLibrary
    from stage.takes.places import takes_folder
    from tools.live.running import running_stage_of

    if takes is not None:
        return TakeLibrary(takes.resolve())
    if stage is None:
        surroundings: Surroundings = context.obj
        running = running_stage_of(run_dir, surroundings.run_base)
        if running is None:
            remedy = "Say which stage with --stage, or which folder with --takes"
            raise InputError("take", "", "no stage is running here", remedy)
        stage = running.stage
    path = find_stage(stage).resolve()
    return TakeLibrary(takes_folder(path, load_stage(path)))


@take_app.command("list")
def list_takes(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="Only takes with all of these words.")] = None,
    removed: Annotated[bool, typer.Option(help="Those that were removed.")] = False,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """List takes, newest first: by day, slate, note, set, or what they are marked as.

    Example: openstage take list 12A circled
    """
    library = library_of(context, takes, stage, run_dir)
    found = library.removed() if removed else library.listed(" ".join(words or []))
    if as_json:
        print(json.dumps([document_of(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        print(_line(each))
    if not found:
        print(f"no takes in {library.root}")


@take_app.command()
def show(
    context: typer.Context,
    take: TakeName,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what a take holds: frames, sources, looks and sets, changes with who made them, alerts.

    Example: openstage take show 12A_t003
    """
    from stage.takes.take import Take
    from tools.takes.summary import lines_of, summary_of

    library = library_of(context, takes, stage, run_dir)
    with Take(library.find(take)) as opened:
        summary = summary_of(opened)
    if as_json:
        print(json.dumps(summary, indent=2, ensure_ascii=False))
        return
    print("\n".join(lines_of(summary)))


@take_app.command()
def note(
    context: typer.Context,
    take: TakeName,
    text: Annotated[str, typer.Argument(help="The note; it replaces the one before.")],
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Write a note on a take.

    Example: openstage take note 12A_t003 "boom in shot, otherwise the best"
    """
    _change(context, take, takes, stage, run_dir, note=text)


@take_app.command()
def circle(
    context: typer.Context,
    take: TakeName,
    off: Annotated[bool, typer.Option("--off", help="Take the circle away.")] = False,
    prints: Annotated[bool, typer.Option("--print", help="Mark it to be printed instead.")] = False,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Circle a take: it is a good one. With --print it is marked to be printed.

    Example: openstage take circle 12A_t003
    """
    _change(context, take, takes, stage, run_dir, **{"printed" if prints else "circled": not off})


@take_app.command()
def rate(
    context: typer.Context,
    take: TakeName,
    stars: Annotated[int, typer.Argument(help="0 to 5.", min=0, max=5)],
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Rate a take.

    Example: openstage take rate 12A_t003 4
    """
    _change(context, take, takes, stage, run_dir, rating=stars)


@take_app.command()
def rename(
    context: typer.Context,
    take: TakeName,
    slate: Annotated[str | None, typer.Option(help="The right slate.")] = None,
    number: Annotated[int | None, typer.Option(help="The right take number.", min=0, max=9999)] = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Correct a take's slate or number; its folder follows.

    Example: openstage take rename 12A_t003 --slate 12B --number 1
    """
    given = {"slate": slate, "take": number}
    _change(context, take, takes, stage, run_dir, **{key: value for key, value in given.items() if value is not None})


@take_app.command()
def remove(
    context: typer.Context,
    take: TakeName,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Set a take aside. `openstage take restore` brings it back, until the folder `takes/removed` is emptied by hand.

    Example: openstage take remove 12A_t003
    """
    name = library_of(context, takes, stage, run_dir).remove(take)
    print(f"removed; `openstage take restore {name}` brings it back")


@take_app.command()
def restore(
    context: typer.Context,
    take: Annotated[str, typer.Argument(help="A removed take: 2026-11-30/12A_t003.")],
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Bring a removed take back.

    Example: openstage take restore 2026-11-30/12A_t003
    """
    print(f"back in {library_of(context, takes, stage, run_dir).bring_back(take)}")


@take_app.command()
def recover(
    context: typer.Context,
    take: Annotated[
        str | None, typer.Argument(help="One take; unset: all whose recording ended without a cut.")
    ] = None,
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Complete takes whose recording ended without a cut: a process was killed, the power failed, the disk was full.

    Example: openstage take recover
    """
    from stage.takes.places import name_of
    from stage.takes.recovery import recover as recovered
    from stage.takes.recovery import recover_all

    library = library_of(context, takes, stage, run_dir)
    folders = [library.find(take)] if take is not None else recover_all(library.root)
    if take is not None:
        recovered(folders[0])
    for folder in folders:
        print(f"recovered {name_of(folder)}")
    if not folders:
        print("every take is whole")


@take_app.command()
def copy(
    context: typer.Context,
    take: Annotated[list[str], typer.Argument(help="Takes, by name.")],
    to: Annotated[list[Path], typer.Option(help="A folder on another disk; give two for two copies.")],
    takes: Takes = None,
    stage: StageName = None,
    run_dir: RunDir = None,
) -> None:
    """Copy takes, with all that their frames name, and compare every file with its original.

    Example: openstage take copy 12A_t003 --to /media/a/takes --to /media/b/takes
    """
    library = library_of(context, takes, stage, run_dir)
    for target in to:
        folder = out_folder(target, "--to")
        for name in take:
            files, size = library.copy(name, folder)
            print(f"{name}: {files} files, {size / 1e6:.1f} MB, all equal, in {folder}")


def _change(
    context: typer.Context, take: str, takes: Path | None, stage: str | None, run_dir: Path | None, **values: Any
) -> None:
    try:
        info = library_of(context, takes, stage, run_dir).change(take, values)
    except OSError as error:
        print(f"error: {error}")
        raise typer.Exit(EXIT_FAILED) from error
    print(_said(info))


def document_of(each: Listed) -> dict[str, Any]:
    """A take of a list, as JSON has it."""
    info = None if each.info is None else each.info.model_dump(by_alias=True, exclude={"content"})
    return {"name": each.name, "bytes": each.bytes, "problem": each.problem, "info": info}


def _line(each: Listed) -> str:
    if each.info is None:
        return f"{each.name:<28} DAMAGED: {each.problem}"
    return f"{each.name:<28} {_said(each.info)}"


def _said(info: TakeInfo) -> str:
    marks = [word for word, on in (("circled", info.circled), ("print", info.printed)) if on]
    stars = "" if info.rating is None else "*" * info.rating or "0 stars"
    frames = f"{info.frames:>6} frames" if info.status != "rolling" else "rolling"
    lost = f", {info.lost} lost" if info.lost else ""
    state = " (recovered)" if info.status == "recovered" else ""
    rest = "  ".join(word for word in (stars, *marks, info.note) if word)
    return f"{info.start_timecode}  {frames}{lost}{state}  {info.title}  {rest}".rstrip()
