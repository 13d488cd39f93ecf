"""The surfaces of a set as glTF materials (glTF 2.0, 3.9; KHR_materials_emissive_strength)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stage.maths.pose import ORIGIN, Vector
from tools.sets.lamps import Lamp

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Material:
    """A surface. Its pictures are named: `texture` multiplies the scene-linear base colour, `normal` bends the surface,
    `glow` multiplies the radiance it emits. With a `cutoff`, the texture's alpha below it is a hole.

    Pictures hold the colour of the surface alone, never light or shade: the renderer and the path tracer add those.
    """

    name: str
    base_colour: Vector = (1.0, 1.0, 1.0)
    texture: str = ""
    emissive: Vector = ORIGIN
    double_sided: bool = False
    roughness: float = 1.0
    metallic: float = 0.0
    normal: str = ""
    glow: str = ""
    cutoff: float = 0.0

    @property
    def pictured(self) -> bool:
        """Whether it needs texture coordinates."""
        return bool(self.texture or self.normal or self.glow)


def material_entry(material: Material, textures: Mapping[str, int]) -> Json:
    """The material as glTF has it. Raises KeyError for a picture that is not given."""
    surface: Json = {
        "baseColorFactor": [*material.base_colour, 1.0],
        "metallicFactor": material.metallic,
        "roughnessFactor": material.roughness,
    }
    if material.texture:
        surface["baseColorTexture"] = {"index": textures[material.texture]}
    entry: Json = {"name": material.name, "pbrMetallicRoughness": surface}
    if material.normal:
        entry["normalTexture"] = {"index": textures[material.normal]}
    if material.glow:
        entry["emissiveTexture"] = {"index": textures[material.glow]}
    if material.cutoff:
        entry["alphaMode"], entry["alphaCutoff"] = "MASK", material.cutoff
    if material.double_sided:
        entry["doubleSided"] = True
    strength = max(1.0, *material.emissive)
    if any(material.emissive):
        entry["emissiveFactor"] = [value / strength for value in material.emissive]
    if strength > 1.0:
        entry["extensions"] = {"KHR_materials_emissive_strength": {"emissiveStrength": strength}}
    return entry


def used_extensions(materials: Sequence[Material], lamps: Sequence[Lamp]) -> list[str]:
    """The names of the extensions that a file with these needs."""
    used = ["KHR_lights_punctual"] if lamps else []
    if any(max(material.emissive) > 1.0 for material in materials):
        used.append("KHR_materials_emissive_strength")
    return used
