"""`openstage lens ends`: the ends of a lens' encoders, learnt while somebody turns the rings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.commands.camera.align import AsJson, CameraArgument, SaveOption, StageArgument, camera_and_source, saved
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stage.lenses.ends import LearntEnds
    from stage.library.stage_edit import Values
    from stage.manager.run_dir import RunningStage
    from stage.model.camera import Camera
    from stage.model.source import Source


def ends(
    context: typer.Context,
    stage: StageArgument,
    camera: CameraArgument,
    seconds: Annotated[float, typer.Option(help="How long the rings are turned.", min=1, max=3600)] = 20.0,
    run_dir: Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")] = None,
    save: SaveOption = False,
    as_json: AsJson = False,
) -> None:
    """Learn the ends of a camera's zoom and focus encoders: minimum, maximum, and whether they count backwards.

    Begin at the widest zoom and at infinity; then turn both rings to the other end and back until it is over. Where no
    stage runs, it listens on the source's own port.

    Example: openstage lens ends my-stage.toml a --save
    """
    from stage.files.loading import find_stage, load_stage
    from stage.lenses.ends import LensEnds
    from tools.live.running import running_stage_of

    path = find_stage(stage).resolve()
    who, source = camera_and_source(load_stage(path), camera)
    surroundings: Surroundings = context.obj
    learning = LensEnds()
    if not as_json:
        print(f"turn zoom and focus of camera {camera} from end to end, {seconds:g} s ...", file=sys.stderr, flush=True)
    running = running_stage_of(run_dir, surroundings.run_base)
    for zoom_raw, focus_raw in _values(who, source, running, seconds, str(path)):
        learning.observe(zoom_raw, focus_raw)
    learnt = learning.learnt()
    changes = {axis: _range(found) for axis, found in learnt.items() if found.range_ is not None}
    print(json.dumps(as_document(learnt), indent=2) if as_json else as_text(learnt))
    if save and changes:
        saved(path, {("sources", source.name): dict(changes)}, quiet=as_json)


def as_document(learnt: dict[str, LearntEnds]) -> dict[str, object]:
    """By axis, as JSON can carry it."""
    return {
        axis: {"range": _range(found), "values": found.values, "remark": found.remark} for axis, found in learnt.items()
    }


def as_text(learnt: dict[str, LearntEnds]) -> str:
    """By axis, as the stage file would have it."""
    lines = []
    for axis, found in learnt.items():
        if (known := _range(found)) is not None:
            inner = ", ".join(f"{key} = {str(value).lower()}" for key, value in known.items())
            lines.append(f"  {axis} = {{ {inner} }}")
        if found.remark:
            lines.append(f"  note: {found.remark}")
    return "\n".join(lines)


def _range(found: LearntEnds) -> Values | None:
    ends_ = found.range_
    return None if ends_ is None else {"minimum": ends_.minimum, "maximum": ends_.maximum, "invert": ends_.invert}


def _values(
    camera: Camera, source: Source, running: RunningStage | None, seconds: float, stage_file: str
) -> Iterator[tuple[int | None, int | None]]:
    """(zoom, focus) of the device, from the running stage, or else from the source's own port."""
    from tools.align.listening import heard_samples, sent_lenses

    if running is None:
        for lens in sent_lenses(source, stage_file, seconds):
            yield lens.zoom_raw, lens.focus_raw
        return
    for sample in heard_samples(Path(running.run_dir), camera.name, seconds):
        yield sample.lens.zoom_raw, sample.lens.focus_raw
