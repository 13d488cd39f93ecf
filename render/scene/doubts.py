"""What in placed meshes is probably not as it was meant: sizes of another unit, lamps too weak to see. Pure."""

from __future__ import annotations

import math

import numpy as np

from render.layers.mesh.mesh_data import MeshData, PunctualLight
from stage.files.passport import Passport, PassportEntry, approximated, lost
from stage.model.layers import GltfLayer
from stage.units import NITS_PER_UNIT

LARGEST_M, SMALLEST_M = 20_000.0, 0.05
"""A ground to the horizon of a hill is smaller, a prop larger."""
FAR_M = 2.0
"""Where light of a lamp is looked at: the usual distance to what it lights."""
FAINT = 0.01
"""The share of white below which light is not seen beside the rest."""
UNITS = {0.01: "centimetres", 0.001: "millimetres", 0.0254: "inches"}
PLAUSIBLE_M = (1.0, 500.0)


def doubts(layer: GltfLayer, data: MeshData) -> Passport:
    """The entries of a layer as it stands on the stage."""
    name = layer.file.rpartition("/")[2]
    return tuple(entry for entry in (_size(name, layer, data), _lamps(name, data.lights)) if entry is not None)


def _size(name: str, layer: GltfLayer, data: MeshData) -> PassportEntry | None:
    if not len(data.instance_part):
        return None
    size_m = float((data.instance_high_m.max(axis=0) - data.instance_low_m.min(axis=0)).max())
    if SMALLEST_M <= size_m <= LARGEST_M:
        return None
    asks = f"a size of {size_m:.3g} m"
    why = f"it is drawn so, with unit_m = {layer.unit_m:g}; {'no' if size_m > LARGEST_M else 'few'} sets are like that"
    return approximated(name, asks, why, _unit_meant(size_m / layer.unit_m))


def _unit_meant(size: float) -> str:
    """`size` in the file's own unit."""
    for unit_m, called in UNITS.items():
        if PLAUSIBLE_M[0] <= size * unit_m <= PLAUSIBLE_M[1]:
            return f"If the file is in {called}, set unit_m = {unit_m:g}"
    return "Check unit_m and the scale of its nodes"


def _lamps(name: str, lights: tuple[PunctualLight, ...]) -> PassportEntry | None:
    weak = [light for light in lights if _white_share(light) < FAINT]
    if len(weak) in (0, len(lights)):  # where all are, the reader of the file has said so
        return None
    most = max(_white_share(light) for light in weak)
    called = ", ".join(light.name or light.kind for light in weak[:3]) + (" ..." if len(weak) > 3 else "")
    why = f"a white wall {FAR_M:g} m away gets {most:.2%} of white from the brightest: it is not seen"
    remedy = "Export lamps in candela and lux, or make them brighter (watts are about 55 cd each)"
    return lost(name, f"light of {len(weak)} of {len(lights)} lamps ({called})", why, remedy)


def _white_share(light: PunctualLight) -> float:
    """Of white (1.0 = 100 nits) that a matt white surface shows in its light: E / pi."""
    brightest = float(np.max(light.intensity))
    lux = brightest if light.kind == "directional" else brightest / FAR_M**2
    return lux / math.pi / NITS_PER_UNIT
