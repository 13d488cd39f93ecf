"""The kinds of light of a set, each a scene of Mitsuba of its own, at unit strength: a picture is their weighted sum.

Light adds up, so a look's gains are factors of finished pictures, and only what moves (the sun, the sky) is traced
again for another look.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from render.layers.mesh.mesh_data import PunctualLight
from render.layers.sky.atmosphere import SUN_RADIUS_RAD
from stage.maths.pose import Vector
from tools.tracing.materials import Plugin
from tools.tracing.meshes import world_meshes
from tools.tracing.world import Singles, World

NITS_PER_UNIT = 100.0
DISC_CORNERS = 64
DISC_DISTANCE = 2000.0
"""How many times farther than the set's farthest vertex the sun's disc stands: its direction is the same everywhere
within 0.03 degrees, a ninth of its radius."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of light: its name, the meshes and lights of its scene, and whether what gives it off is visible."""

    name: str
    scene: dict[str, Any]
    visible: bool


def sky_source(mi: Any, world: World, surroundings: Singles) -> Source:
    """Light from an equirect as BareSet.surroundings gives it: Mitsuba's own runs from -Z over +X, with Y up."""
    up = mi.ScalarTransform4f([[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    bitmap = mi.Bitmap(np.ascontiguousarray(surroundings, np.float32))
    return Source(
        "sky", {**world_meshes(mi, world), "sky": {"type": "envmap", "bitmap": bitmap, "to_world": up}}, False
    )


def sun_source(mi: Any, world: World, toward: Vector) -> Source:
    """A white sun of its true angle: a white surface that faces it, and sees all of it, has radiance 1."""
    return Source("sun", {**world_meshes(mi, world), "sun": _disc(mi, toward, world.reach_m() * DISC_DISTANCE)}, False)


def lamp_source(mi: Any, world: World, practical: bool) -> Source | None:
    """The surfaces that glow: the set's practicals, or all others; None if there are none."""
    if not any(one.material.practical == practical and _glows(one.material) for one in world.surfaces):
        return None
    return Source("practicals" if practical else "glow", world_meshes(mi, world, practical), True)


def light_source(mi: Any, world: World, practical: bool) -> Source | None:
    """The set's punctual lights, practicals or all others, None if there are none. They shine through what glows: a
    bulb through the paper of its lantern."""
    lights = {
        f"light_{number}": _lamp(mi, light) for number, light in enumerate(world.lights) if light.practical == practical
    }
    if not lights:
        return None
    clear = replace(world, surfaces=tuple(one for one in world.surfaces if not _glows(one.material)))
    return Source("practical lights" if practical else "lights", {**world_meshes(mi, clear), **lights}, False)


def lamps_left_out(world: World) -> list[str]:
    """What of the lamps is not as glTF says, a sentence each."""
    ranged = sum(light.range_m > 0.0 for light in world.lights)
    spots = sum(light.kind == "spot" for light in world.lights)
    notes = []
    if ranged:
        notes.append(f"{ranged} lamps have a range; light ends nowhere")
    if spots:
        notes.append(f"{spots} spots fall off toward their edge by the angle, not by glTF's square of the cosine")
    return notes


def _glows(material: Any) -> bool:
    return bool(material.unlit or any(material.emissive))


def _lamp(mi: Any, light: PunctualLight) -> Plugin:
    """KHR_lights_punctual: candela are lumens a steradian; over 100 they are in the picture's units."""
    strength: Plugin = {"type": "rgb", "value": [value / NITS_PER_UNIT for value in light.intensity]}
    if light.kind == "directional":
        return {"type": "directional", "direction": list(light.direction), "irradiance": strength}
    if light.kind == "point":
        return {"type": "point", "position": list(light.position_m), "intensity": strength}
    origin = np.array(light.position_m)
    along = np.array(light.direction)
    up = [1.0, 0.0, 0.0] if abs(along[2]) > 0.9 else [0.0, 0.0, 1.0]
    place = mi.ScalarTransform4f().look_at(origin.tolist(), (origin + along).tolist(), up)
    outer = math.degrees(light.outer_rad)
    inner = min(math.degrees(light.inner_rad), outer * 0.999)
    return {"type": "spot", "to_world": place, "intensity": strength, "cutoff_angle": outer, "beam_width": inner}


def _disc(mi: Any, toward: Vector, distance_m: float) -> Any:
    """A regular polygon of the disc's area, facing the origin."""
    ahead = np.array(toward)
    side = np.cross(ahead, [1.0, 0.0, 0.0] if abs(ahead[0]) < 0.9 else [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    up = np.cross(ahead, side)
    turn = np.arange(DISC_CORNERS) * (2.0 * np.pi / DISC_CORNERS)
    wider = math.sqrt(2.0 * np.pi / (DISC_CORNERS * math.sin(2.0 * np.pi / DISC_CORNERS)))
    radius_m = distance_m * math.tan(SUN_RADIUS_RAD) * wider
    rim = radius_m * (np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * up)
    corners = ahead * distance_m + np.concatenate([np.zeros((1, 3)), rim])
    here = np.arange(DISC_CORNERS) + 1
    faces = np.stack([np.zeros_like(here), here % DISC_CORNERS + 1, here], axis=1)
    props = mi.Properties()
    props["bsdf"] = mi.load_dict({"type": "diffuse", "reflectance": {"type": "rgb", "value": [0.0] * 3}})
    radiance = 1.0 / math.sin(SUN_RADIUS_RAD) ** 2
    white: Plugin = {"type": "rgb", "value": [radiance] * 3}
    props["emitter"] = mi.load_dict({"type": "area", "radiance": white})
    mesh = mi.Mesh("sun", len(corners), len(faces), props=props)
    values = mi.traverse(mesh)
    values["vertex_positions"] = corners.astype(np.float32).ravel()
    values["faces"] = faces.astype(np.uint32).ravel()
    values.update()
    return mesh
