"""What becomes of each extension of glTF: drawn, drawn otherwise, or lost. Pure.

An extension that is in no table here is lost, and the passport names it; a file that *requires* one that is unknown,
or without which nothing would be right, is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from stage.files.passport import PassportEntry, drawn, lost

MOST_NAMED = 20

DRAWN = frozenset(
    {
        "EXT_mesh_gpu_instancing", "EXT_meshopt_compression", "EXT_texture_avif",
        "EXT_texture_webp", "KHR_draco_mesh_compression", "KHR_lights_punctual", "KHR_materials_clearcoat",
        "KHR_materials_emissive_strength", "KHR_materials_ior", "KHR_materials_specular", "KHR_materials_unlit",
        "KHR_mesh_quantization", "KHR_meshopt_compression", "KHR_node_visibility", "KHR_texture_basisu",
        "KHR_texture_transform",
    }
)  # fmt: skip
"""As they mean it."""

SAID_WHERE_USED = frozenset(
    {
        "KHR_animation_pointer", "KHR_materials_anisotropy", "KHR_materials_diffuse_transmission",
        "KHR_materials_dispersion", "KHR_materials_iridescence", "KHR_materials_pbrSpecularGlossiness",
        "KHR_materials_sheen", "KHR_materials_transmission", "KHR_materials_variants", "KHR_materials_volume",
    }
)  # fmt: skip
"""What of them is drawn otherwise or lost is said by whoever reads the material, the mesh or the animation."""

UNSEEN = frozenset(
    {
        "AGI_articulations", "CESIUM_primitive_outline", "EXT_instance_features", "EXT_mesh_features",
        "EXT_structural_metadata", "KHR_implicit_shapes", "KHR_node_hoverability", "KHR_node_selectability",
        "KHR_physics_rigid_bodies", "KHR_xmp", "KHR_xmp_json_ld", "MSFT_lod", "MSFT_packing_normalRoughnessMetallic",
        "MSFT_packing_occlusionRoughnessMetallic", "FB_geometry_metadata", "OMI_collider", "OMI_physics_body",
        "OMI_physics_shape", "VRMC_node_constraint",
    }
)  # fmt: skip
"""They change nothing that is seen on a stage: notes for other programs, physics, coarser stand-ins."""

LOST = {
    "EXT_lights_ies": "lamps shine as plain spots and points",
    "EXT_lights_image_based": "the set's own background lights it",
    "EXT_texture_procedurals": "surfaces have their plain colours",
    "KHR_audio_emitter": "no sound is played",
    "KHR_gaussian_splatting": "save splats as .ply, for a layer of kind splats",
    "KHR_interactivity": "nothing in it is run",
    "KHR_materials_subsurface": "light does not go under the skin",
    "KHR_materials_volume_scatter": "light does not scatter inside",
    "KHR_techniques_webgl": "its own shaders are not run",
    "MSFT_audio_emitter": "no sound is played",
    "MSFT_texture_dds": "the PNG or JPEG beside it is drawn",
    "VRM": "drawn as a plain glTF: no toon shading, no springs",
    "VRMC_materials_mtoon": "no toon shading: materials look as their other values say",
    "VRMC_springBone": "hair and clothes do not swing",
    "VRMC_vrm": "drawn as a plain glTF: no expressions",
}

_FALLBACK = (DRAWN | SAID_WHERE_USED | UNSEEN | frozenset(LOST)) - {"KHR_gaussian_splatting", "KHR_techniques_webgl"}
"""Required, these still leave something right to draw."""


def refused(required: Iterable[str]) -> list[str]:
    """Those without which the file cannot be drawn."""
    return sorted(set(required) - _FALLBACK)


def entries(file: str, used: Collection[str]) -> list[PassportEntry]:
    """What is said of the extensions that a file uses, but for those of SAID_WHERE_USED and UNSEEN."""
    found = [drawn(file, name) for name in sorted(set(used) & DRAWN)]
    found += [lost(file, name, LOST[name]) for name in sorted(set(used) & set(LOST))]
    unknown = sorted(set(used) - _FALLBACK - set(LOST))[:MOST_NAMED]
    why, remedy = "it is not known here: what it adds is missing", "Export without it, or look at the preview"
    return found + [lost(file, name[:80], why, remedy) for name in unknown]
