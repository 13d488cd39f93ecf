"""Small glTF files that ask for one thing each that is not drawn as they ask."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np

Json = dict[str, Any]
CORNERS = np.array([[-1, 0, 0], [1, 0, 0], [0, 2, 0]], np.float32).tobytes()
JOINTS = np.zeros((3, 4), np.uint8).tobytes()
WEIGHTS = np.full((3, 4), 0.25, np.float32).tobytes()
UVS = np.zeros((3, 2), np.float32).tobytes()
MATERIALS: dict[str, Json] = {
    "KHR_materials_transmission": {"transmissionFactor": 1.0},
    "KHR_materials_diffuse_transmission": {"diffuseTransmissionFactor": 0.5},
    "KHR_materials_anisotropy": {"anisotropyStrength": 0.8},
    "KHR_materials_pbrSpecularGlossiness": {"diffuseFactor": [0.5, 0.5, 0.5, 1.0], "glossinessFactor": 0.4},
}
"""Extensions of a material that are drawn otherwise than they mean."""
LOST = (
    "EXT_lights_ies", "EXT_lights_image_based", "EXT_texture_procedurals", "KHR_audio_emitter", "KHR_interactivity",
    "KHR_gaussian_splatting", "KHR_materials_subsurface", "KHR_materials_volume_scatter", "KHR_techniques_webgl",
    "MSFT_audio_emitter", "MSFT_texture_dds", "VRM", "VRMC_materials_mtoon", "VRMC_springBone", "VRMC_vrm",
    "ACME_made_up", "ADOBE_materials_clearcoat_specular",
    "ADOBE_materials_thin_transparency", "CESIUM_RTC", "EXT_materials_bump", "KHR_blend", "NV_materials_mdl",
    "EXT_something_of_next_year",
)  # fmt: skip
"""Extensions of which nothing is drawn, known and unknown ones."""


def plain() -> Json:
    """A triangle of which everything is drawn."""
    runs = [CORNERS, JOINTS + bytes(4), WEIGHTS, UVS]
    offsets = np.cumsum([0, *map(len, runs)]).tolist()
    content = base64.b64encode(b"".join(runs)).decode()
    kinds = [(5126, "VEC3"), (5121, "VEC4"), (5126, "VEC4"), (5126, "VEC2")]
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        "materials": [{}],
        "accessors": [
            {"bufferView": number, "componentType": part, "count": 3, "type": kind}
            | ({"min": [-1, 0, 0], "max": [1, 2, 0]} if number == 0 else {})
            for number, (part, kind) in enumerate(kinds)
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": offset, "byteLength": len(run)}
            for offset, run in zip(offsets, runs, strict=False)
        ],
        "buffers": [{"byteLength": offsets[-1], "uri": f"data:application/octet-stream;base64,{content}"}],
    }


def with_material(name: str) -> Json:
    """Its material has an extension."""
    return plain() | {"materials": [{"extensions": {name: MATERIALS[name]}}], "extensionsUsed": [name]}


def with_extension(name: str) -> Json:
    """An extension is used somewhere."""
    return plain() | {"extensionsUsed": [name]}


def with_mode(mode: int) -> Json:
    """Beside the triangle, points (0), lines (1), a loop (2) or a strip of lines (3)."""
    made = plain()
    made["meshes"][0]["primitives"].append({"attributes": {"POSITION": 0}, "mode": mode})
    return made


def unchosen_animation() -> Json:
    """An animation that the layer does not choose."""
    return plain() | {"animations": [{"name": "swing", "channels": [], "samplers": []}]}


def flat_node() -> Json:
    """Beside the triangle, one that its node scales to nothing."""
    made = plain()
    made["nodes"].append({"mesh": 0, "scale": [1, 0, 0]})
    made["scenes"][0]["nodes"].append(1)
    return made


def scaled(factor: float) -> Json:
    """Of a size that no set has."""
    made = plain()
    made["nodes"][0]["scale"] = [factor] * 3
    return made


def with_lamp(kind: str, level: float, beside: float = 0.0) -> Json:
    """A lamp of that intensity, and another beside it if given."""
    levels = [level, beside] if beside else [level]
    made = plain() | {"extensionsUsed": ["KHR_lights_punctual"]}
    made["extensions"] = {
        "KHR_lights_punctual": {"lights": [{"type": kind, "intensity": each} | _spot(kind) for each in levels]}
    }
    for number in range(len(levels)):
        made["nodes"].append({"extensions": {"KHR_lights_punctual": {"light": number}}})
        made["scenes"][0]["nodes"].append(number + 1)
    return made


def _spot(kind: str) -> Json:
    return {"spot": {}} if kind == "spot" else {}


def textureless() -> Json:
    """A texture without an image."""
    made = plain() | {"textures": [{}]}
    made["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
    made["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"] = 3
    return made


def out_of_range() -> Json:
    """A metallic factor beyond 1."""
    return plain() | {"materials": [{"pbrMetallicRoughness": {"metallicFactor": 1.2}}]}


GLTF: dict[str, tuple[Json, str]] = {
    **{name: (with_material(name), name) for name in MATERIALS},
    **{name: (with_extension(name), name) for name in LOST},
    **{f"primitives of mode {mode}": (with_mode(mode), "points and lines") for mode in range(4)},
    "an animation that is not chosen": (unchosen_animation(), "animations"),
    "a node without volume": (flat_node(), "scales flat"),
    "a size in micrometres": (scaled(1e-4), "a size of"),
    "a size of planets": (scaled(1e5), "a size of"),
    **{f"a faint {kind}": (with_lamp(kind, 1.0), "1 lamp") for kind in ("point", "spot", "directional")},
    "one faint lamp of two": (with_lamp("point", 1.0, 900.0), "1 of 2 lamps"),
    "a texture without an image": (textureless(), "textures without an image"),
    "a factor out of range": (out_of_range(), "metallicFactor"),
}
"""From what is lost to the file and a word of the line that names it."""


def write(document: Json, folder: Path) -> None:
    """As `a.gltf`."""
    (folder / "a.gltf").write_text(json.dumps(document))
