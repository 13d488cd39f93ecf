"""The set `courtyard`: a palace court under the open sky at any hour, with objects at every depth from 4 m to the
hills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stage.model.layers import GltfLayer, SkyLayer
from stage.model.place import Place
from stage.model.scene import Haze, Scene, Sun
from tools.sets.courtyard.floors import floors
from tools.sets.courtyard.layout import Standing, built_groups, lamps, land, standing
from tools.sets.courtyard.surfaces import MATERIALS, PRACTICALS, pictures
from tools.sets.glb import Thing, glb_bytes
from tools.sets.mesh import Part, Placement, by_material
from tools.sets.seen import EyeZone, in_cells, in_sectors, only_seen

SUN = Sun(pan_deg=122.0, elevation_deg=31.5, low_pan_deg=157.0)
EYES = EyeZone((-10.0, -12.0, 0.1), (10.0, 5.0, 6.0))
"""The far land is built to be seen from here: its slopes that point away are left out. Buildings are whole, for they
throw shadows."""
CELL_M, SECTORS = 16.0, 12


def courtyard() -> dict[str, bytes | Scene]:
    """The files of the set by name."""
    things = _things(built_groups(), standing())
    return {"scene.toml": scene(), "courtyard.glb": glb_bytes(things, MATERIALS, pictures(), lamps())}


def scene() -> Scene:
    """The scene file: what is drawn, and where its sun stands."""
    return Scene(
        schema="scene/1",
        name="courtyard",
        description="A palace courtyard: galleries, lanterns, a great hall, wooded hills behind",
        layers=(
            GltfLayer(kind="gltf", file="courtyard.glb", practicals=PRACTICALS),
            SkyLayer(kind="sky", ground_albedo=(0.12, 0.12, 0.08), altitude_m=50.0, exposure_ev=-6.8),
        ),
        place=Place(latitude_deg=39.9, longitude_deg=116.4, elevation_m=50.0),
        sun=SUN,
        haze=Haze(density_per_m=0.0003),
    )


def _things(groups: Mapping[str, list[Part]], movable: Sequence[Standing]) -> list[Thing]:
    """Everything drawn, in pieces that a view sees or misses as a whole."""
    here = [Placement()]
    built = [
        Thing(f"{name}_{number}", {material: piece})
        for name, parts in {**groups, **floors()}.items()
        for material, mesh in by_material(parts).items()
        for number, piece in enumerate(in_cells(mesh, CELL_M))
    ]
    moved = [Thing(name, by_material(parts), places) for name, parts, places in movable]
    far = [
        Thing(f"land_{number}", {part.material: piece})
        for part in land()
        for number, piece in enumerate(in_sectors(only_seen(part.mesh, here, EYES), SECTORS))
    ]
    return [*built, *moved, *far]
