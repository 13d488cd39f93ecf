"""What the five sets have in common: a scene under a physical sky, lamps that are bodies of light."""

from __future__ import annotations

from collections.abc import Sequence

from stage.maths.pose import Vector
from stage.model.layers import GltfLayer, SkyLayer
from stage.model.scene import Scene, Sun
from tools.sets.glb import Thing, glb_bytes
from tools.sets.materials import Material
from tools.sets.mesh import Placement
from tools.sets.solids import ellipsoid

LAMP = "lamp"
SKY_EV = -6.5
LAMP_RADIUS_M = 0.12
LAMP_NITS = (6000.0, 4100.0, 2300.0)
"""A frosted globe of 40 W."""


def files(
    name: str, description: str, things: Sequence[Thing], materials: Sequence[Material]
) -> dict[str, bytes | Scene]:
    """The files of a set; its lamps are practicals, on at night."""
    scene = Scene(
        schema="scene/1",
        name=name,
        description=description,
        layers=(
            GltfLayer(kind="gltf", file=f"{name}.glb", practicals=(LAMP,)),
            SkyLayer(kind="sky", exposure_ev=SKY_EV),
        ),
        sun=Sun(pan_deg=120.0, elevation_deg=40.0),
    )
    lamp = Material(LAMP, (0.0, 0.0, 0.0), emissive=tuple(value / 100.0 for value in LAMP_NITS))  # type: ignore[arg-type]
    return {"scene.toml": scene, f"{name}.glb": glb_bytes(things, [*materials, lamp], {})}


def lamps(places: Sequence[Vector]) -> Thing:
    """Globes of light."""
    globe = ellipsoid((0.0, 0.0, 0.0), (LAMP_RADIUS_M,) * 3, 12, 8)
    return Thing("lamps", {LAMP: globe}, [Placement(place) for place in places])
