"""`openstage align`: where a tracker's space lies on the stage, from points; saved with an undo."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import InputError
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stage.alignment.pair import Pair
    from stage.library.stage_edit import Values
    from stage.maths.pose import Vector
    from stage.model.camera import Camera
    from stage.model.source import Source
    from stage.model.stagefile import Stage

align_app = typer.Typer(no_args_is_help=True, help="Where a tracker's space lies on the stage, measured with points.")
StageArgument = Annotated[str, typer.Argument(help="The stage file.")]
CameraArgument = Annotated[str, typer.Argument(help="The camera whose tracker is aligned.")]
SaveOption = Annotated[bool, typer.Option("--save", help="Write it into the stage file; comments stay.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
SECONDS_OF_A_POINT = 1.0


@align_app.command()
def points(
    context: typer.Context,
    stage: StageArgument,
    camera: CameraArgument,
    pairs: Annotated[
        Path | None,
        typer.Option(
            help="CSV: name, tracker_x_m, ..., stage_x_m, ... (or marker). Unset: measure on the running stage."
        ),
    ] = None,
    scale: Annotated[bool, typer.Option(help="Find the tracker's scale, too.")] = False,
    tip: Annotated[
        str, typer.Option(help="X,Y,Z in metres: what touches the marks, in the tracked body's axes.")
    ] = "0,0,0",
    run_dir: Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")] = None,
    save: SaveOption = False,
    as_json: AsJson = False,
) -> None:
    """Align a tracker with the stage by points: every point's error, which one is mistaken, and what would change.

    Without --pairs: put the tracked point on a mark, type the marker's number (chart `markers`) or `x y z` in metres,
    and press Enter; an empty line ends. Six points far apart, not in one plane, also show a mistake.

    Example: openstage align points my-stage.toml a --pairs points.csv --save
    """
    from stage.alignment.answer import answer_of
    from stage.alignment.marks import stage_markers
    from stage.alignment.told import align_values, as_document, as_text
    from stage.files.loading import find_stage, load_stage
    from tools.align.pairs import read_pairs

    path = find_stage(stage).resolve()
    model = load_stage(path)
    who, source = camera_and_source(model, camera)
    markers = stage_markers(model, path.parent)
    if pairs is not None:
        found, where = read_pairs(pairs, markers), str(pairs)
    else:
        surroundings: Surroundings = context.obj
        found = list(_measured(who, source, markers, _vector(tip), run_dir_of(run_dir, surroundings.run_base)))
        where = f"camera {camera}"
    at_m = who.home.position_m
    answer = answer_of(found, where, at_m, with_scale=scale)
    print(
        json.dumps(as_document(answer, source.align, at_m), indent=2)
        if as_json
        else as_text(answer, source.align, at_m)
    )
    if save:
        saved(path, {("sources", source.name): {"align": align_values(answer.align)}}, quiet=as_json)


@align_app.command()
def markers(stage: StageArgument, as_json: AsJson = False) -> None:
    """Print where the markers of the chart `markers` are on the stage: their numbers stand below them on the wall.

    Example: openstage align markers my-stage.toml
    """
    from stage.alignment.marks import stage_markers
    from stage.files.loading import find_stage, load_stage

    path = find_stage(stage)
    places = stage_markers(load_stage(path), path.parent)
    if as_json:
        print(json.dumps({str(number): place for number, place in places.items()}, indent=2))
        return
    for number, (x, y, z) in places.items():
        print(f"{number:>4}  {x:8.3f} {y:8.3f} {z:8.3f} m")


@align_app.command()
def undo(stage: StageArgument) -> None:
    """Put the stage file from before the last `--save` back; once more: the changed one again.

    Example: openstage align undo my-stage.toml
    """
    from stage.files.loading import find_stage
    from stage.library.stage_edit import undo_change

    path = find_stage(stage).resolve()
    undo_change(path)
    print(f"{path}: as before. Start the stage again")


def saved(path: Path, changes: Mapping[tuple[str, str], Mapping[str, Values | None]], *, quiet: bool) -> None:
    """Write changes into the stage file, and say so."""
    from stage.library.stage_edit import change_stage

    kept = change_stage(path, changes)
    if not quiet:
        print(f"saved into {path}; as it was: {kept.name} (`openstage align undo`). Start the stage again")


def camera_and_source(stage: Stage, name: str) -> tuple[Camera, Source]:
    """A camera of a stage, and what tracks it. Raises InputError."""
    camera = next((each for each in stage.cameras if each.name == name), None)
    if camera is None:
        known = ", ".join(each.name for each in stage.cameras) or "none"
        raise InputError(stage.name, "cameras", f"there is no camera {name!r}", f"Cameras here: {known}")
    source = next((each for each in stage.sources if each.name == camera.source), None)
    if source is None:
        raise InputError(stage.name, "sources", f"there is no source {camera.source!r}", "Correct the camera's source")
    return camera, source


def _vector(text: str) -> Vector:
    try:
        x, y, z = (float(part) for part in text.replace(",", " ").split())
    except ValueError:
        raise InputError("--tip", text, "is not X,Y,Z", "Write metres, such as 0,0.12,-0.05") from None
    return (x, y, z)


def run_dir_of(given: Path | None, base: Path) -> Path:
    """The run directory of the running stage. Raises ProcessError where none runs."""
    from stage.errors import ProcessError
    from tools.live.running import running_stage_of

    running = running_stage_of(given, base)
    if running is None:
        raise ProcessError("no stage is running: start one with `openstage run`, or give --pairs FILE")
    return Path(running.run_dir)


def _measured(
    camera: Camera, source: Source, markers: Mapping[int, Vector], tip_m: Vector, run_dir: Path
) -> Iterator[Pair]:
    """Points as they are measured: a line for each from the keyboard."""
    from stage.alignment.pair import Pair, named_place
    from stage.alignment.still import still_point
    from tools.align.listening import heard_samples

    while True:
        print("mark (number, or x y z; empty: end): ", end="", file=sys.stderr, flush=True)
        words = sys.stdin.readline().split()
        if not words:
            return
        try:
            name, stage_m = named_place(words, markers)
            samples = heard_samples(run_dir, camera.name, SECONDS_OF_A_POINT)
            tracker_m, went_m = still_point(samples, camera, source, tip_m)
        except InputError as error:
            print(f"  {error}", file=sys.stderr)
            continue
        print(f"  {name}: {len(samples)} samples, still to {went_m * 1000:.1f} mm", file=sys.stderr)
        yield Pair(name, tracker_m, stage_m)
