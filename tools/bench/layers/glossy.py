"""The bench rows of glossy materials: a grid of spheres with all their maps, against the obvious implementation.

The bare program has the same maps and the same plain formulas: GGX, Schlick, Smith and a mipmapped picture of the
surroundings; no multiple bounces, no stabilised highlights, no haze, no irradiance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.mesh.mesh_data import MeshData, MeshMaterial, MeshPart, PictureUse, instance_boxes
from render.pictures.picture import Picture
from render.scene.scene_data import SceneData
from stage.model.scene import Ambient
from tools.bench.layers.bare_scene import BareDraw

COLUMNS, ROWS = 8, 4
FRAGMENT = """#version 430
layout(binding = 0) uniform sampler2D colours; layout(binding = 1) uniform sampler2D metal_rough;
layout(binding = 2) uniform sampler2D normals; layout(binding = 3) uniform sampler2D occlusion;
layout(binding = 4) uniform sampler2D around; layout(binding = 5) uniform sampler2D table;
in vec3 normal; in vec2 uv; in vec3 place; out vec4 radiance;
const float PI = 3.14159265;
vec2 where(vec3 d) { return vec2(0.5 + atan(d.x, d.y) / (2.0 * PI), acos(d.z) / PI); }
void main() {
    vec3 base = texture(colours, uv).rgb;
    vec2 mr = texture(metal_rough, uv).bg;
    vec3 n = normalize(normal), v = normalize(eye - place), l = normalize(vec3(0.5, -0.5, 0.7)), h = normalize(v + l);
    vec3 dx = dFdx(place), dy = dFdy(place); vec2 ux = dFdx(uv), uy = dFdy(uv);
    vec3 t = normalize(dx * uy.y - dy * ux.y), b = cross(n, t), m = texture(normals, uv).xyz * 2.0 - 1.0;
    n = normalize(t * m.x + b * m.y + n * m.z);
    float nv = max(dot(n, v), 1e-3), nl = max(dot(n, l), 0.0), nh = dot(n, h), a = mr.y * mr.y, a2 = a * a;
    float d = nh * nh * (a2 - 1.0) + 1.0;
    float s = 0.5 / (nv * sqrt(nl * nl * (1.0 - a2) + a2) + nl * sqrt(nv * nv * (1.0 - a2) + a2) + 1e-5);
    vec3 f0 = mix(vec3(0.04), base, mr.x), f = f0 + (1.0 - f0) * pow(1.0 - dot(v, h), 5.0);
    vec2 ab = texture(table, vec2(nv, mr.y)).rg;
    vec3 r = reflect(-v, n), diffuse = base * (1.0 - mr.x);
    vec3 sky = textureLod(around, where(r), mr.y * 7.0).rgb, light = textureLod(around, where(n), 6.0).rgb;
    float open = texture(occlusion, uv).r;
    radiance = vec4(((1.0 - f) * diffuse / PI + a2 / (PI * d * d) * s * f) * nl * 4.0
        + (diffuse * light + (f0 * ab.x + ab.y) * sky) * open, 1.0);
}"""


def glossy_spheres() -> SceneData:
    """32 spheres of 4,608 triangles with four maps each, under a gradient."""
    material = MeshMaterial(
        metallic=1.0, picture=0, metal_rough=PictureUse(1), normal=PictureUse(2), occlusion=PictureUse(3)
    )
    places = np.tile(np.eye(4), (COLUMNS * ROWS, 1, 1)) * 0.42
    places[:, 3, 3] = 1.0
    for number, place in enumerate(places):
        column, row = number % COLUMNS, number // COLUMNS
        place[:3, 3] = (column - COLUMNS / 2 + 0.9, 1.8, row * 0.9)
    part = (sphere(),)
    instances = np.zeros(len(places), np.int32)
    low, high = instance_boxes(part, instances, places)
    return SceneData(
        name="spheres",
        meshes=MeshData(
            parts=part,
            materials=(material,),
            pictures=maps(),
            instance_part=instances,
            stage_from_instance=places,
            instance_low_m=low,
            instance_high_m=high,
        ),
        ambient=Ambient(source="background"),
    )


def sphere(rings: int = 48) -> MeshPart:
    """A unit sphere; its pictures repeat four times round it."""
    down, turn = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, rings + 1), indexing="ij")
    out = np.stack([np.sin(down) * np.cos(turn), np.sin(down) * np.sin(turn), np.cos(down)], axis=-1).reshape(-1, 3)
    uv = np.stack([turn / (2 * np.pi) * 4.0, down / np.pi * 2.0], axis=-1).reshape(-1, 2)
    vertices = np.concatenate([out, out, uv, np.ones((len(out), 4))], axis=1).astype(np.float32)
    corner = (np.arange(rings)[:, None] * (rings + 1) + np.arange(rings)).reshape(-1, 1)
    steps = ((0, rings + 1, 1), (1, rings + 1, rings + 2))
    return MeshPart(vertices, np.concatenate([corner + np.array(step) for step in steps]).astype(np.uint32), 0)


def maps(side: int = 256) -> tuple[Picture, ...]:
    """Colours, metal and roughness in a chessboard, bumps, occlusion."""
    across, down = np.meshgrid(np.arange(side), np.arange(side))
    board = ((across // 32 + down // 32) % 2).astype(np.uint8)
    wave = np.sin(across / side * 16 * np.pi) * 40.0
    return (
        Picture(_picture(200 * board + 50, 120, 80)),
        Picture(_picture(0, 60 + 120 * board, 255 * board), linear=True),
        Picture(_picture(128 + wave.astype(np.int16), 128, 245), linear=True),
        Picture(_picture(255 - 100 * board, 0, 0), linear=True),
    )


def bare_spheres(scene: SceneData, eye_m: tuple[float, float, float]) -> BareDraw:
    """The same for the bare program."""
    part = scene.meshes.parts[0]
    fragment = FRAGMENT.replace("const float PI", f"const vec3 eye = vec3{eye_m}; const float PI", 1)
    around = np.repeat(np.linspace(60, 250, 256, dtype=np.uint8)[:, None, None], 512, axis=1).repeat(4, axis=2)
    table = np.full((32, 32, 4), 128, np.uint8)
    pictures = [picture.rgba for picture in scene.meshes.pictures]
    return BareDraw(
        part.vertices[:, :8], part.triangles, pictures[0], scene.meshes.stage_from_instance,
        maps=(*pictures[1:], around, table), fragment=fragment,
    )  # fmt: skip


def _picture(*channels: NDArray[np.generic] | int) -> NDArray[np.uint8]:
    """(256, 256, 4) of three channels."""
    full = [np.broadcast_to(np.asarray(channel, np.uint8), (256, 256)) for channel in (*channels, 255)]
    return np.ascontiguousarray(np.stack(full, axis=-1))
