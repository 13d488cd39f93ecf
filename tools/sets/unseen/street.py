"""A street between coloured houses with an arcade and a bridge: mostly bounced light."""

from __future__ import annotations

from stage.model.scene import Scene
from tools.sets.glb import Thing
from tools.sets.materials import Material
from tools.sets.mesh import merged
from tools.sets.solids import box
from tools.sets.unseen.house_of import files, lamps

HOUSES = (
    ("red", (-9.0, 2.0), (-4.0, 9.0), 11.0), ("ochre", (-9.5, 9.0), (-4.2, 18.0), 8.5),
    ("white", (-9.0, 18.0), (-4.0, 40.0), 14.0), ("blue", (4.0, 0.0), (9.0, 7.0), 9.0),
    ("white", (4.3, 7.0), (9.0, 15.0), 12.5), ("green", (4.0, 15.0), (9.5, 40.0), 10.0),
    ("ochre", (-9.0, -16.0), (-4.0, 2.0), 9.0), ("red", (4.0, -16.0), (9.0, 0.0), 10.5),
)  # fmt: skip
"""Colour, corners on the ground, height."""
COLOURS = {
    "red": (0.55, 0.13, 0.09),
    "ochre": (0.6, 0.42, 0.16),
    "white": (0.78, 0.76, 0.72),
    "blue": (0.12, 0.24, 0.5),
    "green": (0.2, 0.4, 0.17),
    "paving": (0.32, 0.3, 0.28),
}


def canyon() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    parts = {
        colour: merged(
            box((*low, 0.0), (*high, height_m), without="u") for name, low, high, height_m in HOUSES if name == colour
        )
        for colour in COLOURS
        if colour != "paving"
    }
    arcade = merged(box((-3.6, 2.5 + 2.5 * n, 0.0), (-3.3, 2.8 + 2.5 * n, 2.6), without="ut") for n in range(6))
    roof = box((-4.2, 2.0, 2.6), (-3.2, 16.0, 2.85))
    bridge = box((-4.0, 17.0, 5.0), (4.0, 19.0, 5.5))
    parts["white"] = merged([parts["white"], arcade, roof, bridge])
    parts["paving"] = box((-40.0, -20.0, -0.5), (40.0, 60.0, 0.0), without="u")
    things = [Thing(colour, {colour: mesh}) for colour, mesh in parts.items()]
    things.append(lamps([(-3.7, 4.0, 2.2), (-3.7, 9.0, 2.2), (3.6, 6.0, 3.0), (3.6, 14.0, 3.0), (0.0, 18.0, 4.6)]))
    materials = [Material(name, colour) for name, colour in COLOURS.items()]
    return files("canyon", "A street between coloured houses, an arcade and a bridge, five lamps", things, materials)
