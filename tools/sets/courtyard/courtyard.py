"""The set `courtyard`: a palace court in late afternoon sun, with objects at every depth from 4 m to the hills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stage.model.layers import EquirectLayer, GltfLayer
from stage.model.scene import Ambient, Haze, Scene, Sun
from tools.sets.baking import Daylight, Surroundings, depth_map, facing, sphere_directions, surface_points
from tools.sets.courtyard.floors import floors
from tools.sets.courtyard.layout import Standing, built_groups, lamps, land, standing
from tools.sets.courtyard.surfaces import MATERIALS, pictures
from tools.sets.glb import Material, Thing, glb_bytes
from tools.sets.lit_pictures import lit_picture
from tools.sets.mesh import Mesh, Part, Placement, by_material
from tools.sets.pictures import jpeg, radiance_hdr
from tools.sets.seen import EyeZone, in_cells, in_sectors, only_seen
from tools.sets.sky import Sky, sky_picture, sun_direction

SUN = Sun(pan_deg=122.0, elevation_deg=31.5, radiance=(1.60, 1.20, 0.77))
AMBIENT = Ambient(up=(0.37, 0.43, 0.54), down=(0.26, 0.20, 0.15))
HAZE = Haze(colour=(0.64, 0.64, 0.66), density_per_m=0.0010)
BOUNCE = (0.11, 0.085, 0.065)
SUN_TEXEL_M, SKY_TEXEL_M, SKY_DIRECTIONS = 0.06, 0.25, 48
SKY_SIZE_PX = (2048, 1024)
SKY_DITHER_SEED = 5
FLOOR_QUALITY = 84
EYES = EyeZone((-10.0, -12.0, 0.1), (10.0, 5.0, 6.0))
"""The set is built to be seen from here, like film sets: faces that point away are left out."""
CELL_M, SECTORS = 16.0, 12
BOTH_SIDES = frozenset(material.name for material in MATERIALS if material.double_sided)


def courtyard() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    sky = Sky(SUN.pan_deg, SUN.elevation_deg, below=HAZE.colour)
    groups, movable = built_groups(), standing()
    surroundings = _surroundings(groups, movable)
    lit = {patch.name: jpeg(lit_picture(patch, paint(patch), surroundings), FLOOR_QUALITY) for patch, paint in floors()}
    materials = [*MATERIALS, *(Material(name, texture=name) for name in lit)]
    return {
        "scene.toml": scene(),
        "courtyard.glb": glb_bytes(_things(groups, movable, surroundings), materials, {**pictures(), **lit}),
        "sky.hdr": radiance_hdr(sky_picture(sky, *SKY_SIZE_PX), SKY_DITHER_SEED),
    }


def scene() -> Scene:
    """The scene file: what is drawn, and the baked light (so the meshes cast no second shadow)."""
    return Scene(
        schema="scene/1",
        name="courtyard",
        description="A palace courtyard in late afternoon: galleries, lanterns, a great hall, hills behind",
        layers=(
            GltfLayer(kind="gltf", file="courtyard.glb", casts_shadow=False),
            EquirectLayer(kind="equirect", file="sky.hdr"),
        ),
        sun=SUN,
        ambient=AMBIENT,
        haze=HAZE,
    )


def _things(groups: Mapping[str, list[Part]], movable: Sequence[Standing], surroundings: Surroundings) -> list[Thing]:
    """Everything drawn, with baked light (the land outside the walls needs none), in pieces that a view sees or misses
    as a whole, without faces that point away from the stage."""
    here = [Placement()]
    built = [
        Thing(f"{name}_{number}", {material: piece})
        for name, parts in groups.items()
        for material, mesh in _baked(parts, here, surroundings).items()
        for number, piece in enumerate(in_cells(mesh, CELL_M))
    ]
    moved = [Thing(name, _baked(parts, places, surroundings), places) for name, parts, places in movable]
    ground = [Thing(patch.name, {patch.name: patch.mesh()}) for patch, _ in floors()]
    far = [
        Thing(f"land_{number}", {part.material: piece})
        for part in land()
        for number, piece in enumerate(in_sectors(only_seen(part.mesh, here, EYES), SECTORS))
    ]
    return [*built, *moved, *ground, *far]


def _surroundings(groups: Mapping[str, list[Part]], movable: Sequence[Standing]) -> Surroundings:
    """Buildings hide sun and sky; trees and lanterns only the sun, because light passes through them."""
    built = [part.mesh for parts in groups.values() for part in parts]
    moved = [place.place(part.mesh) for _, parts, places in movable for part in parts for place in places]
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
    """One lit mesh for each material, of the faces visible from the stage."""
    meshes = {
        material: mesh if material in BOTH_SIDES else only_seen(mesh, places, EYES)
        for material, mesh in by_material(parts).items()
    }
    return {name: surroundings.bake(mesh, places) for name, mesh in meshes.items() if len(mesh.triangles)}
