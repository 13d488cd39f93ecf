"""The materials of the courtyard and the pictures on them."""

from __future__ import annotations

from tools.sets import textures
from tools.sets.glb import Material
from tools.sets.pictures import jpeg, png

MATERIALS = (
    Material("paving", texture="paving"),
    Material("marble", texture="marble"),
    Material("plaster", texture="plaster"),
    Material("brick", texture="brick"),
    Material("tiles", texture="roof_tiles"),
    Material("beams", texture="painted_beam"),
    Material("brackets", texture="bracket_frieze"),
    Material("doors", texture="lattice_door"),
    Material("window", texture="lattice_window", emissive=(0.20, 0.085, 0.022)),
    Material("rafters", texture="rafters"),
    Material("needles", texture="needles"),
    Material("red", (0.42, 0.045, 0.028)),
    Material("green", (0.05, 0.22, 0.15)),
    Material("gold", (0.66, 0.43, 0.12)),
    Material("stone", (0.50, 0.48, 0.44)),
    Material("bronze", (0.20, 0.125, 0.05)),
    Material("eave", (0.33, 0.17, 0.045)),
    Material("ridge", (0.52, 0.28, 0.055)),
    Material("bark", (0.075, 0.052, 0.04)),
    Material("blossom", emissive=(0.13, 0.05, 0.06), double_sided=True),
    Material("rope", (0.06, 0.045, 0.03)),
    Material("tassel", (0.55, 0.05, 0.03)),
    Material("silk_middle", (0.50, 0.06, 0.03), emissive=(1.25, 0.40, 0.085)),
    Material("silk_inner", (0.50, 0.055, 0.03), emissive=(0.95, 0.23, 0.045)),
    Material("silk_outer", (0.50, 0.05, 0.025), emissive=(0.62, 0.10, 0.02)),
    Material("silk_edge", (0.50, 0.05, 0.025), emissive=(0.36, 0.045, 0.012)),
    Material("flame", (0.3, 0.2, 0.1), emissive=(1.15, 0.55, 0.15)),
    Material("coals", (0.1, 0.03, 0.01), emissive=(1.8, 0.50, 0.08)),
    Material("hill", (0.13, 0.15, 0.085)),
    Material("plain", (0.17, 0.18, 0.10)),
)


def pictures() -> dict[str, bytes]:
    """The textures as files, by the name that the materials use."""
    return {
        "paving": jpeg(textures.paving(), 84),
        "marble": jpeg(textures.marble(), 84),
        "plaster": jpeg(textures.plaster()),
        "brick": jpeg(textures.brick()),
        "roof_tiles": jpeg(textures.roof_tiles()),
        "painted_beam": png(textures.painted_beam()),
        "bracket_frieze": png(textures.bracket_frieze()),
        "lattice_door": png(textures.lattice_door()),
        "lattice_window": png(textures.lattice_window()),
        "rafters": png(textures.rafters()),
        "needles": jpeg(textures.needles()),
    }
