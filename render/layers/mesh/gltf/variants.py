"""The looks that a glTF has (KHR_materials_variants), of which a layer shows one."""

from __future__ import annotations

from render.layers.mesh.gltf.document.document import Primitive
from render.layers.mesh.gltf.file import GltfFile

NAME = "KHR_materials_variants"
_MOST_CHARACTERS = 200


def variant_number(file: GltfFile, name: str | None) -> int | None:
    """The number of the variant of that name; None = the materials of the meshes themselves. Raises InputError: there
    is none of that name."""
    names = [one.name for one in file.document.extensions.variants.variants]
    listed = ", ".join(names)[:_MOST_CHARACTERS] or "none"
    if name is None:
        if names:
            file.drawn(NAME, f"its own materials; it also has {listed}", 'Name another with variant = "..."')
        return None
    if name not in names:
        raise file.error(f"extensions.{NAME}", f"has no {name!r}", f"Its variants: {listed}")
    file.drawn(NAME, f"as {name!r} of {listed}")
    return names.index(name)


def material_of(primitive: Primitive, variant: int | None) -> int | None:
    """The number of the material that a primitive shows in a variant."""
    for mapping in primitive.extensions.variants.mappings:
        if variant in mapping.variants:
            return mapping.material
    return primitive.material
