"""The set `courtyard`: a palace court in late afternoon sun, with things at every depth from 4 m to the hills."""

from __future__ import annotations

from collections.abc import Sequence

from stage.model.layers import EquirectLayer, GltfLayer
from stage.model.scene import Ambient, Haze, Scene, Sun
from tools.sets.baking import Daylight, Surroundings, depth_map, facing, sphere_directions, surface_points
from tools.sets.courtyard_layout import (
    built_groups,
    court_floors,
    lamps,
    land,
    standing,
)
from tools.sets.courtyard_surfaces import MATERIALS, pictures
from tools.sets.glb import Thing, glb_bytes
from tools.sets.mesh import Mesh, Part, Placement, by_material
from tools.sets.pictures import radiance_hdr
from tools.sets.sky import Sky, sky_picture, sun_direction

SUN = Sun(pan_deg=122.0, elevation_deg=31.5, radiance=(1.60, 1.20, 0.77))
AMBIENT = Ambient(up=(0.37, 0.43, 0.54), down=(0.26, 0.20, 0.15))
HAZE = Haze(colour=(0.64, 0.64, 0.66), density_per_m=0.0010)
BOUNCE = (0.11, 0.085, 0.065)
SUN_TEXEL_M, SKY_TEXEL_M, SKY_DIRECTIONS = 0.06, 0.25, 48
SKY_SIZE_PX = (2048, 1024)
SKY_DITHER_SEED = 5


def courtyard() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    sky = Sky(SUN.pan_deg, SUN.elevation_deg, below=HAZE.colour)
    return {
        "scene.toml": scene(),
        "courtyard.glb": glb_bytes(things(), MATERIALS, pictures()),
        "sky.hdr": radiance_hdr(sky_picture(sky, *SKY_SIZE_PX), SKY_DITHER_SEED),
    }


def scene() -> Scene:
    """The scene file: what is drawn, and the light the vertex colours were baked for."""
    return Scene(
        schema="scene/1",
        name="courtyard",
        description="A palace courtyard in late afternoon: galleries, lanterns, a great hall, hills behind",
        layers=(
            GltfLayer(kind="gltf", file="courtyard.glb"),
            EquirectLayer(kind="equirect", file="sky.hdr"),
        ),
        sun=SUN,
        ambient=AMBIENT,
        haze=HAZE,
    )


def things() -> list[Thing]:
    """Everything that is drawn, with its light baked; the land outside the walls needs none."""
    groups, movable = built_groups(), standing()
    built = [part.mesh for parts in groups.values() for part in parts]
    moved = [place.place(part.mesh) for _, parts, places in movable for part in parts for place in places]
    surroundings = _surroundings(built, moved)
    for name, floors in court_floors(surroundings.sun_map).items():
        groups[name] = [*groups[name], *floors]
    everything = [*((name, parts, [Placement()]) for name, parts in groups.items()), *movable]
    return [
        *(Thing(name, _baked(parts, places, surroundings), places) for name, parts, places in everything),
        Thing("land", by_material(land())),
    ]


def _surroundings(built: Sequence[Mesh], moved: Sequence[Mesh]) -> Surroundings:
    """Buildings hide sun and sky; trees and lanterns only the sun, since light comes through them."""
    direction = sun_direction(SUN.pan_deg, SUN.elevation_deg)
    lit = [facing(mesh, direction) for mesh in (*built, *moved)]
    sky_points = surface_points(built, SKY_TEXEL_M * 0.75)
    return Surroundings(
        Daylight(direction, SUN.radiance, AMBIENT.up, AMBIENT.down, BOUNCE),
        depth_map(surface_points(lit, SUN_TEXEL_M * 0.75), direction, SUN_TEXEL_M, 2),
        [depth_map(sky_points, toward, SKY_TEXEL_M) for toward in sphere_directions(SKY_DIRECTIONS)],
        lamps(),
    )


def _baked(parts: Sequence[Part], places: Sequence[Placement], surroundings: Surroundings) -> dict[str, Mesh]:
    return {material: surroundings.bake(mesh, places) for material, mesh in by_material(parts).items()}
