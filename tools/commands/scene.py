"""`openstage scene`: is a set whole, what does it cost, and what does it look like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.out_folder import out_folder

if TYPE_CHECKING:
    from tools.scene.drawing import StillPose

scene_app = typer.Typer(
    help="Check a virtual set, and draw stills of it, without a stage.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SceneName = Annotated[str, typer.Argument(help="A scene file, or a bundled scene by name (courtyard).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
LARGEST_PX = 8192


@scene_app.command()
def check(
    scene: SceneName,
    stage: Annotated[
        str | None,
        typer.Option(help="A stage to hold it against: frame rates, peak light, and the walls' calibrations."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say of every file what it asks for and whether that is drawn, approximated or lost; and what the set is made of.

    The last line is the verdict: ready, look at this (something is approximated or lost), or not this (it cannot be
    shown). Below the table: triangles, pictures, memory, the cost of a frame here.

    Exit 0: it can be shown. 1: keys or values do not fit, files are missing or cannot be read. 2: the scene file itself
    cannot be read.

    Example: openstage scene check courtyard --stage two-walls
    """
    from stage.files.loading import find_scene, find_stage, load_scene
    from stage.lint.files import scene_findings
    from tools.scene.report import broken, checked_report

    path, held_against = find_scene(scene), None if stage is None else find_stage(stage)
    findings = scene_findings(path)
    report = broken(path, scene, findings) if findings else checked_report(load_scene(path), path, held_against)
    print(json.dumps(report.document(), indent=2) if as_json else report.text())
    if not report.good:
        raise typer.Exit(EXIT_FAILED)


@scene_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help=".fbx, .obj, .abc, .blend, .usd, .usda, .usdc, .usdz or .glb.")],
    out: Annotated[Path, typer.Option(help="The set's new folder.")],
    blender: Annotated[
        str | None, typer.Option(help="Blender's program, or a Python that has bpy; unset: the one on this machine.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a set of another program in: as a GLB with a scene file, checked, and with what of it is lost.

    FBX, OBJ, Alembic and .blend are opened by the user's own Blender, USD by OpenUSD, each in a process of its own with
    limits of memory and time; scripts in .blend files do not run. Nothing is written where it cannot be shown.

    Example: openstage scene import temple.fbx --out temple/
    """
    from tools.commands.out_folder import out_folder
    from tools.scene.imports.converting import import_set

    made = import_set(file, out_folder(out), blender)
    print(json.dumps(made.document(), indent=2) if as_json else made.text())


@scene_app.command()
def preview(
    scene: SceneName,
    out: Annotated[Path, typer.Option(help="Folder for the stills.")] = Path("stills"),
    pose: Annotated[
        list[str] | None,
        typer.Option(help="x,y,z,pan,tilt in metres and degrees, may be repeated; unset: five typical ones."),
    ] = None,
    fov: Annotated[float, typer.Option(help="Horizontal angle of view, degrees.", min=1.0, max=170.0)] = 60.0,
    size: Annotated[str, typer.Option(help="Pixels, WIDTHxHEIGHT.")] = "1280x720",
    look: Annotated[str, typer.Option(help="A look file, or a bundled look by name.")] = "neutral",
    time_s: Annotated[float, typer.Option("--time-s", help="Scene time, seconds.", min=-1e6, max=1e6)] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Draw PNG stills of a set from any pose, as a camera on the stage would see it through the wall.

    They lie in `stills/` unless --out names another folder.

    Example: openstage scene preview courtyard --pose 0.4,-2.6,1.35,-10,0 --look golden-hour
    """
    from render.stills.drawing import SetDrawing
    from stage.files.loading import find_look, find_scene, load_preset, load_scene
    from tools.proof.picture_file import write_picture
    from tools.scene.drawing import POSES, view_of

    poses = [pose_of(number, text) for number, text in enumerate(pose)] if pose else list(POSES)
    size_px, folder = size_of(size), out_folder(out)
    chosen = load_preset(find_look(look)).look
    path = find_scene(scene)
    drawing = SetDrawing(load_scene(path), path.parent)
    moment = drawing.moment(chosen, time_s)
    stills = []
    for one in poses:
        target = folder / f"{one.name}.png"
        write_picture(target, drawing.still(view_of(one, fov, size_px), size_px, moment))
        stills.append({"file": str(target), "position_m": one.position_m, "pan_deg": one.pan_deg,
                       "tilt_deg": one.tilt_deg})  # fmt: skip
    drawing.close()
    if as_json:
        print(json.dumps({"scene": str(path), "look": look, "time_s": time_s, "stills": stills}, indent=2))
    else:
        print("\n".join(str(still["file"]) for still in stills))


@scene_app.command()
def bake(
    scene: SceneName,
    rays: Annotated[int, typer.Option(help="Rays a point, in steps of 8: more are smoother.", min=8, max=2048)] = 256,
    cell_m: Annotated[float, typer.Option(help="Size of the patches near the stage, m.", min=0.1, max=100.0)] = 1.0,
    cores: Annotated[int, typer.Option(help="Processes at work; 0: one a core.", min=0, max=256)] = 0,
    as_json: AsJson = False,
) -> None:
    """Work out how light goes from surface to surface and from the sky, once: any hour is then lit right, live.

    Writes NAME.light.npz beside the scene file. Sun, sky, lamps' levels and materials' colours may change afterwards.
    Ended early, it goes on where it was when it is started again. The light lies on vertices: few rays give smudges,
    and close to surfaces that glow it may be some percent too low. After lamps were added or removed, bake again.

    Example: openstage scene bake courtyard --rays 128
    """
    from stage.files.loading import find_scene, load_scene
    from tools.bake.command import bake_scene
    from tools.live.progress import progress

    path = find_scene(scene)
    with progress("bake", as_json) as tell:
        report = bake_scene(load_scene(path), path, (rays // 8 * 8, cell_m, cores), tell)
    print(json.dumps(report.document(), indent=2) if as_json else report.text())


@scene_app.command()
def reference(
    scene: SceneName,
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("reference"),
    pose: Annotated[
        list[str] | None,
        typer.Option(help="x,y,z,pan,tilt in metres and degrees, may be repeated; unset: one toward the front."),
    ] = None,
    fov: Annotated[float, typer.Option(help="Horizontal angle of view, degrees.", min=1.0, max=150.0)] = 60.0,
    size: Annotated[str, typer.Option(help="Pixels, WIDTHxHEIGHT.")] = "640x360",
    look: Annotated[str, typer.Option(help="A look file, or a bundled look by name.")] = "neutral",
    time_s: Annotated[float, typer.Option("--time-s", help="Scene time, seconds.", min=-1e6, max=1e6)] = 0.0,
    spp: Annotated[int, typer.Option(help="Samples a pixel for each kind of light.", min=2, max=100_000)] = 64,
    as_json: AsJson = False,
) -> None:
    """Draw a set by path tracing under the very light that a look gives it: what the walls are measured against.

    For each pose a PNG as `scene preview` makes it, and an OpenEXR of the scene-linear light, in `reference/` unless
    --out names another folder. The noise printed beside each is FLIP between two halves of its samples. Needs
    `make reference`.

    Example: openstage scene reference open_sky --look noon --size 480x270 --spp 32
    """
    from tools.scene.reference import drawn_reference

    poses = [pose_of(number, text) for number, text in enumerate(pose)] if pose else None
    document = drawn_reference((scene, look, time_s), poses, (fov, size_of(size), spp), out_folder(out), as_json)
    if as_json:
        print(json.dumps(document, indent=2))


def pose_of(number: int, text: str) -> StillPose:
    """`x,y,z,pan,tilt`. Raises InputError."""
    from math import isfinite

    from tools.scene.drawing import StillPose

    try:
        x, y, z, pan_deg, tilt_deg = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            "--pose", "", f"{text!r} is not x,y,z,pan,tilt", "Give five numbers, as 0,-3,1.5,0,0"
        ) from error
    if not all(isfinite(value) for value in (x, y, z, pan_deg, tilt_deg)):
        raise InputError("--pose", "", f"{text!r} is not finite", "Give five numbers, as 0,-3,1.5,0,0")
    return StillPose(f"pose-{number}", (x, y, z), pan_deg, tilt_deg)


def size_of(text: str) -> tuple[int, int]:
    """`WIDTHxHEIGHT`. Raises InputError."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()) or not all(
        16 <= side <= LARGEST_PX for side in (int(width), int(height))
    ):
        raise InputError("--size", "", f"{text!r} is not a size", f"Give WIDTHxHEIGHT, each 16 to {LARGEST_PX}")
    return (int(width), int(height))
