"""`openstage align rig` and `pose`: where the sensor sits on the tracked body, from pictures of the walls' markers."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import InputError
from tools.commands.camera.align import (
    SECONDS_OF_A_POINT,
    AsJson,
    CameraArgument,
    SaveOption,
    StageArgument,
    camera_and_source,
    run_dir_of,
    saved,
)
from tools.commands.surroundings import Surroundings

if TYPE_CHECKING:
    from stage.maths.pose import Pose
    from stage.model.base import PoseModel
    from tools.align.hand_eye import HandEye

Raw = Annotated[
    int | None, typer.Option(help="The encoder's value in the pictures; unset: the table's first.", min=0, max=0xFFFFFF)
]


def rig(
    stage: StageArgument,
    camera: CameraArgument,
    pictures: Annotated[Path, typer.Argument(help="A folder of pictures by this camera, with poses.csv.")],
    zoom_raw: Raw = None,
    focus_raw: Raw = None,
    save: SaveOption = False,
    as_json: AsJson = False,
) -> None:
    """Find the camera's rig (sensor on the tracked body) and the tracker's alignment from pictures of the markers.

    Ten pictures, the markers (PATTERN, markers) sharp in them, each panned, tilted and rolled against the others, with
    the lens that the stage file has; poses.csv says where the tracker had the body (`openstage align pose`).

    Example: openstage align rig my-stage.toml a pictures/ --save
    """
    from stage.alignment.told import inline, pose_values
    from stage.files.loading import find_stage, load_stage
    from stage.maths.pose import Pose
    from tools.align.hand_eye import hand_eye
    from tools.align.views import views_of
    from tools.live.progress import progress

    path = find_stage(stage).resolve()
    model = load_stage(path)
    who, source = camera_and_source(model, camera)
    first = who.lens.points[0]
    lens = who.lens_table().reading(
        first.zoom_raw if zoom_raw is None else zoom_raw, first.focus_raw if focus_raw is None else focus_raw
    )
    with progress("align rig", as_json) as tell:
        views = views_of(pictures, model, path.parent, (lens.model, who.sensor_mm), tell)
    found = hand_eye(views, str(pictures))
    values = {
        "rig": pose_values(as_model(found.body_from_pupil @ Pose((0.0, -lens.entrance_pupil_m, 0.0)))),
        "align": pose_values(as_model(found.stage_from_space)),
    }
    if as_json:
        print(json.dumps(asdict(found) | values, indent=2))
    else:
        focal_px = lens.model.focal_length_mm / who.sensor_mm[0] * who.image_px[0]
        print(_text(found, focal_px))
        for key, each in values.items():
            print(f"  {key} = {{ {inline(each)} }}")
    if save:
        changes = {("cameras", who.name): {"rig": values["rig"]}, ("sources", source.name): {"align": values["align"]}}
        saved(path, changes, quiet=as_json)


def pose(
    context: typer.Context,
    stage: StageArgument,
    camera: CameraArgument,
    out: Annotated[Path, typer.Option(help="The poses.csv of the pictures' folder; rows are added to it.")],
    run_dir: Annotated[Path | None, typer.Option(help="The stage's run directory; unset: the one that runs.")] = None,
) -> None:
    """Write down where the tracker has the camera's body, for each picture that is taken: type the picture's name.

    Take the picture with the camera locked off, type its file name, press Enter; an empty line ends.

    Example: openstage align pose my-stage.toml a --out pictures/poses.csv
    """
    from stage.alignment.still import body_of, still_point
    from stage.files.loading import find_stage, load_stage
    from stage.maths.pose import pan_tilt_roll_from_quaternion
    from tools.align.listening import heard_samples
    from tools.align.views import HEADER, pose_row

    who, source = camera_and_source(load_stage(find_stage(stage)), camera)
    surroundings: Surroundings = context.obj
    folder = run_dir_of(run_dir, surroundings.run_base)
    if not out.exists():
        _append(out, ",".join(HEADER))
    while True:
        print("picture (empty: end): ", end="", file=sys.stderr, flush=True)
        name = sys.stdin.readline().strip()
        if not name:
            return
        try:
            samples = heard_samples(folder, who.name, SECONDS_OF_A_POINT)
            place_m, _ = still_point(samples, who, source)
        except InputError as error:
            print(f"  {error}", file=sys.stderr)
            continue
        body = body_of(samples[-1], who, source.align)
        angles = pan_tilt_roll_from_quaternion(body.orientation)
        _append(out, pose_row(name, place_m, angles))
        print(f"  {name}: {', '.join(f'{part:.3f}' for part in place_m)} m", file=sys.stderr)


def as_model(pose: Pose) -> PoseModel:
    """A pose as a stage file has it."""
    from stage.maths.pose import pan_tilt_roll_from_quaternion
    from stage.model.base import PoseModel

    pan, tilt, roll = pan_tilt_roll_from_quaternion(pose.orientation)
    return PoseModel(position_m=pose.position_m, pan_deg=pan, tilt_deg=tilt, roll_deg=roll)


def _text(found: HandEye, focal_px: float) -> str:
    px = focal_px / 1000.0
    width = max(len(view.name) for view in found.views)
    lines = [f"  {'picture':<{width}}  markers   error px"]
    worst = 3.0 * found.rms_per_mille
    for view in found.views:
        doubt = "   does not fit: is its pose the right one?" if view.rms_per_mille > worst else ""
        lines.append(f"  {view.name:<{width}}  {view.markers:7}   {view.rms_per_mille * px:8.2f}{doubt}")
    lines.append(f"  all of them fit to {found.rms_per_mille * px:.2f} px")
    lines.append(f"  rig known to {found.rig_mm:.2f} mm and {found.rig_deg:.3f} degrees (standard deviation)")
    lines.append(f"  alignment known to {found.align_mm:.2f} mm and {found.align_deg:.3f} degrees")
    return "\n".join(lines)


def _append(path: Path, line: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise InputError(str(path), "", f"cannot be written: {error.strerror}", "Check the folder") from error
