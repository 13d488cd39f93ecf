"""`openstage bench light`: is the light of the pictures right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED
from tools.commands.bench import AsJson
from tools.commands.out_folder import out_folder


def light(
    sets: Annotated[
        list[str] | None,
        typer.Option(
            help="A set by name, a scene file or its folder, or a glTF file, may be repeated; unset: bundled."
        ),
    ] = None,
    looks: Annotated[
        list[str] | None,
        typer.Option(help="noon, golden-hour, overcast, dusk, night, or a look, may be repeated; unset: what fits."),
    ] = None,
    own_sets: Annotated[bool, typer.Option("--own-sets", help="Also five sets that nothing was tuned on.")] = False,
    pose: Annotated[
        list[str] | None,
        typer.Option(help="x,y,z,pan,tilt in metres and degrees, may be repeated; unset: one toward the front."),
    ] = None,
    fov: Annotated[float, typer.Option(help="Horizontal angle of view, degrees.", min=1.0, max=150.0)] = 60.0,
    size: Annotated[str, typer.Option(help="Pixels, WIDTHxHEIGHT.")] = "640x360",
    spp: Annotated[int, typer.Option(help="Samples a pixel for each kind of light.", min=2, max=100_000)] = 64,
    out: Annotated[Path, typer.Option(help="Folder for the pictures, figures and references.")] = Path("light"),
    as_json: AsJson = False,
) -> None:
    """Compare the light of sets with path-traced pictures: FLIP, luminance, both pictures side by side. Exit 1 if not
    all is within limits.

    FLIP is given over the whole picture, without foliage (bare), of foliage and of surfaces without the sky alone;
    floor is that of the reference's own noise. Crowds, cards and reliefs are left out on both sides. References are
    kept in OUT/references, so that an interrupted or second run traces only what is new.

    Example: openstage bench light --sets open_sky --looks noon --size 480x270 --spp 32
    """
    from tools.bench.light.comparing import BUNDLED, Shot, compared
    from tools.bench.light.unseen import unseen_sets
    from tools.commands.scene import pose_of, size_of
    from tools.live.progress import progress
    from tools.scene.drawing import POSES
    from tools.tracing.variant import tracer

    poses = [pose_of(number, text) for number, text in enumerate(pose)] if pose else [POSES[0]]
    size_px, folder = size_of(size), out_folder(out)
    mitsuba = tracer()
    with progress("bench light", as_json) as tell:
        tell(mitsuba.line)
        chosen = list(sets or ([] if own_sets else BUNDLED)) + (unseen_sets(folder / "sets") if own_sets else [])
        shot = Shot(size_px, fov, spp, poses, folder, folder / "references")
        account = compared(mitsuba.mi, chosen, looks or [], shot, tell)
    document = {"tracer": mitsuba.line, "size_px": size_px, "samples": spp, **account.document()}
    (folder / "light.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=2) if as_json else account.text())
    if not account.good:
        raise typer.Exit(EXIT_FAILED)
