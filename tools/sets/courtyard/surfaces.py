"""The materials of the courtyard and the pictures on them."""

from __future__ import annotations

from tools.sets import foliage, relief_maps, textures
from tools.sets.materials import Material
from tools.sets.pictures import jpeg, normal_jpeg, png

LANTERN = (2.6, 0.62, 0.11)
"""Radiance of a lantern's silk at its brightest, in 100 nits, when it burns."""

MATERIALS = (
    Material("paving", texture="paving", roughness=0.8, normal="paving_normal"),
    Material("marble", texture="marble", roughness=0.55, normal="marble_normal"),
    Material("carved", texture="marble_plain"),
    Material("plaster", texture="plaster"),
    Material("brick", texture="brick"),
    Material("tiles", texture="roof_tiles"),
    Material("rolls", texture="roof_tiles"),
    Material("beams", texture="painted_beam"),
    Material("brackets", texture="bracket_frieze"),
    Material("doors", texture="lattice_door"),
    Material("window", texture="lattice_window", emissive=(0.9, 0.42, 0.13), glow="lattice_window"),
    Material("rafters", texture="rafters"),
    Material("red", texture="lacquer"),
    Material("green", (0.05, 0.20, 0.14)),
    Material("gold", (0.60, 0.37, 0.10), roughness=0.45, metallic=0.6),
    Material("stone", texture="stone"),
    Material("bronze", texture="bronze", roughness=0.42, metallic=0.75),
    Material("water", (0.02, 0.022, 0.02), roughness=0.12),
    Material("eave", (0.33, 0.17, 0.045)),
    Material("ridge", (0.33, 0.18, 0.045)),
    Material("bark", texture="bark"),
    Material("blossom", texture="blossom", double_sided=True, cutoff=0.4),
    Material("pine", texture="pine", double_sided=True, cutoff=0.4),
    Material("rope", (0.06, 0.045, 0.03)),
    Material("tassel", (0.45, 0.03, 0.02)),
    Material("silk", texture="silk", emissive=LANTERN, glow="silk_glow", roughness=0.7),
    Material("flame", (0.62, 0.52, 0.36), emissive=(2.4, 1.05, 0.26)),
    Material("coals", (0.1, 0.03, 0.01), emissive=(3.2, 0.80, 0.10)),
    Material("hill", texture="forest"),
    Material("plain", (0.13, 0.14, 0.07)),
)
PRACTICALS = ("silk", "flame", "window", "coals", "lantern*", "lamp*", "fire*")
"""The lamps and fires of the set: by day they are out."""


def pictures() -> dict[str, bytes]:
    """The textures as files, by the name that the materials use."""
    paving, marble, stone = relief_maps.paving(), relief_maps.marble(), relief_maps.carved_stone()
    return {
        "paving": jpeg(paving.paint, 82),
        "paving_normal": normal_jpeg(paving.normal_map(), 84),
        "marble": jpeg(marble.paint, 82),
        "marble_normal": normal_jpeg(marble.normal_map(), 86),
        "marble_plain": jpeg(relief_maps.pale_stone().paint, 84),
        "stone": jpeg(stone.paint, 84),
        "plaster": jpeg(textures.plaster(), 84),
        "brick": jpeg(textures.brick(), 84),
        "roof_tiles": jpeg(textures.roof_tiles(), 86),
        "painted_beam": png(textures.painted_beam()),
        "bracket_frieze": png(textures.bracket_frieze()),
        "lattice_door": png(textures.lattice_door()),
        "lattice_window": png(textures.lattice_window()),
        "rafters": jpeg(textures.rafters(), 86),
        "lacquer": jpeg(textures.lacquer(), 84),
        "silk": jpeg(textures.silk(), 88),
        "silk_glow": jpeg(textures.silk_glow(), 88),
        "bronze": jpeg(textures.bronze(), 84),
        "bark": jpeg(textures.bark(), 84),
        "forest": jpeg(textures.forest(), 84),
        "blossom": foliage.strip(foliage.blossom, 3),
        "pine": foliage.strip(foliage.pine, 3),
    }
