"""`openstage meter`: the light meter's reading at the actor's mark."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tools.proof.meter_reading import Reading


def meter(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    look: Annotated[str | None, typer.Option(help="A look by name or file; unset: the stage's own.")] = None,
    scene: Annotated[str | None, typer.Option(help="The set; unset: the stage's own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure nits of the walls and lux at the actor's mark: what the walls give, and what the virtual set has.

    Example: openstage meter two-walls --scene open_sky --look golden-hour
    """
    from stage.files.loading import find_look, find_stage, load_preset
    from tools.proof.meter_reading import read_meter
    from tools.proof.rig import Rig

    rig = Rig(find_stage(stage).resolve(), scene)
    chosen = load_preset(find_look(look, rig.path.parent)).look if look else rig.look
    reading = read_meter(rig, chosen)
    rig.close()
    if as_json:
        print(json.dumps(reading.document(), indent=2))
    else:
        _print(reading)


def _print(reading: Reading) -> None:
    place = ", ".join(f"{part:.2f}" for part in reading.place_m)
    print(f"At ({place}) m")
    for wall in reading.walls:
        print(f"  wall {wall.name}: mean {wall.mean_nits:.1f} nits, brightest {wall.peak_nits:.0f} nits")
    for name, lux in reading.lux.items():
        ev = reading.ev[name]
        shown = f"EV {ev:.1f}" if math.isfinite(ev) else "dark"
        print(f"  walls, facing {name}: {lux:.1f} lx ({shown} at ISO 100)")
    red, green, blue = reading.colour
    print(f"  colour of that light: {red:.2f} {green:.2f} {blue:.2f} (linear Rec.709, luminance 1)")
    print(
        f"  virtual set, as exposed: sun {reading.set_sun_lux:.1f} lx, sky {reading.set_sky_lux:.1f} lx, "
        f"18 % grey {reading.set_grey_nits:.1f} nits"
    )
