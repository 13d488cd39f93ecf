"""A light meter reading: a stage drawn headless, its walls as light sources, and its virtual set's light."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.scene.view_block import ViewBlock
from render.view.material import Material
from render.view.moment import outer_moment
from stage.maths.light_meter import exposure_value, grey_card_nits, luminance
from stage.maths.pose import Vector
from stage.messages.frames import Frame
from stage.model.look import Look
from stage.show.home import home_state
from stage.units import NITS_PER_UNIT
from stage.walls.light_reading import FACINGS, WallReading, given_by, meter_place_m, wall_reading
from stage.walls.patches import picture_at, wall_patches
from stage.walls.surface import Surface
from tools.proof.rig import Rig
from tools.sim.witness import WallLight, to_light


@dataclass(frozen=True, slots=True)
class Reading:
    """`lux`: from the walls on receptors that face the main wall (+Y), back to the camera (-Y) and up, with `ev`
    (ISO 100) and `colour` (linear Rec.709 over its luminance, of the sum). `set_sun_lux` faces the virtual sun or
    moon, `set_sky_lux` is on a horizontal receptor, both at the exposure of the walls; `set_grey_nits` is an 18 % grey
    card in them."""

    place_m: Vector
    walls: tuple[WallReading, ...]
    lux: dict[str, float]
    ev: dict[str, float]
    colour: tuple[float, float, float]
    set_sun_lux: float
    set_sky_lux: float
    set_grey_nits: float

    def document(self) -> dict[str, Any]:
        """For machines; darkness has no EV (null)."""
        found = asdict(self)
        found["ev"] = {name: value if math.isfinite(value) else None for name, value in self.ev.items()}
        return found


def read_meter(rig: Rig, look: Look) -> Reading:
    """Draw the stage with its cameras at home and measure at the actor's mark (the stage eye if there is none)."""
    frame = rig.frame(0, tuple(home_state(camera) for camera in rig.stage.cameras), look)
    scene = rig.scene_data()
    renderer = rig.renderer(Material.LIT, scene)
    renderer.draw(frame)
    place_m = meter_place_m(rig.stage)
    total = {name: np.zeros(3) for name in FACINGS}
    walls = []
    for wall in rig.stage.walls:
        nits = to_light(renderer.readback.wall(wall.name)[..., :3].astype(np.uint8), WallLight.of(wall)) * NITS_PER_UNIT
        walls.append(wall_reading(wall.name, nits))
        for name, light in _given(rig.surfaces[wall.name], nits, place_m).items():
            total[name] += light
    renderer.release()
    lux = {name: luminance(light) for name, light in total.items()}
    summed = sum(total.values(), np.zeros(3))
    red, green, blue = (summed / max(luminance(summed), 1e-12)).tolist()
    ev = {name: exposure_value(value) for name, value in lux.items()}
    return Reading(place_m, tuple(walls), lux, ev, (red, green, blue), *_virtual(ViewBlock(scene), frame))


def _given(surface: Surface, nits: NDArray[np.float32], place_m: Vector) -> dict[str, NDArray[np.float64]]:
    """A wall's light on each receptor: (3,) lux by colour."""
    patches = wall_patches(surface)
    return given_by(patches, picture_at(nits.astype(np.float64), surface.size_px, patches.canvas_px), place_m)


def _virtual(block: ViewBlock, frame: Frame) -> tuple[float, float, float]:
    """Sun and sky of the virtual set, and a grey card in both, as exposed for the walls."""
    moment = outer_moment(frame)
    light = block.light(moment)
    gain = moment.look.exposure.gain * NITS_PER_UNIT
    sun_lux = luminance(np.array(light.direct)) * gain * math.pi
    sky_lux = luminance(np.array(light.above)) * gain * moment.look.sky.ambient_gain * math.pi
    return sun_lux, sky_lux, grey_card_nits(sun_lux * max(light.toward[2], 0.0) + sky_lux)
