"""The reflection of surfaces in figures: the shader against numpy on random inputs, energy in a white furnace."""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.program import build_program
from render.gl.shader_source import read_shader
from render.layers.mesh.gloss_table import SIZE, gloss_table
from stage.maths.arrays import Floats
from tools.bench.picture.brdf_reference import reflected

COUNT = 1000
ROUGHNESSES = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
COSINES = (0.05, 0.2, 0.5, 0.8, 1.0)
VERTEX = """#version 430 core
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }
"""
FRAGMENT = """#version 430 core
#include "common/brdf.glsl"
layout(binding = 0) uniform sampler2D inputs;
layout(location = 0) out vec4 result;
vec4 given(int row) { return texelFetch(inputs, ivec2(int(gl_FragCoord.x), row), 0); }
void main() {
    vec4 base = given(0), n = given(1), v = given(2), l = given(3);
    Surface s = surface_of(base.rgb, base.a, n.a, vec2(v.a, l.a));
    result = vec4(brdf(s, n.xyz, v.xyz, l.xyz), 1.0);
}
"""


def shader_error(context: moderngl.Context) -> float:
    """The largest relative error of the shader on `COUNT` random inputs."""
    rows = random_inputs()
    base, n, v, light = rows.astype(np.float64)
    dfg = np.stack([v[:, 3], light[:, 3]], axis=-1)
    expected = reflected(
        base=base[:, :3], metallic=base[:, 3:], roughness=n[:, 3:], n=n[:, :3], v=v[:, :3], light=light[:, :3], dfg=dfg
    )
    error = np.abs(drawn_brdf(context, rows) - expected) / np.maximum(np.abs(expected), 1e-6)
    return float(error.max())


def furnace_error(roughness: float, metallic: float) -> float:
    """How far a white surface in a white furnace is from white, at the worst of `COSINES`."""
    return max(abs(furnace(n_v, roughness, metallic) - 1.0) for n_v in COSINES)


def drawn_brdf(context: moderngl.Context, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3) the shader's result for (4, N, 4)."""
    texts = {"test.vert": VERTEX, "test.frag": FRAGMENT}
    program = build_program(context, "test.vert", "test.frag", read=lambda name: texts.get(name) or read_shader(name))
    inputs = context.texture((rows.shape[1], 4), 4, rows.tobytes(), dtype="f4")
    inputs.filter = (moderngl.NEAREST, moderngl.NEAREST)
    target = context.framebuffer([context.texture((rows.shape[1], 1), 4, dtype="f4")])
    target.use()
    inputs.use(0)
    context.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
    context.vertex_array(program, []).render(moderngl.TRIANGLES, vertices=3)
    return np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(-1, 4)[:, :3]


def unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def random_inputs() -> NDArray[np.float32]:
    """(4, 1000, 4): base and metallic, normal and roughness, view and scale, light and bias; nothing grazes."""
    random = np.random.default_rng(11)
    n = unit(random.normal(size=(COUNT * 5, 3)))
    v, light = unit(random.normal(size=n.shape)), unit(random.normal(size=n.shape))
    good = ((n * v).sum(-1) > 0.02) & ((n * light).sum(-1) > 0.02)
    n, v, light = n[good][:COUNT], v[good][:COUNT], light[good][:COUNT]
    bias = random.uniform(0.0, 0.2, COUNT)
    columns = [random.uniform(0.05, 1.0, COUNT), random.uniform(0.2, 0.8, COUNT), bias]
    base = random.uniform(0.0, 1.0, (COUNT, 4))
    pairs = zip((n, v, light), columns, strict=True)
    return np.stack([base, *(np.column_stack(pair) for pair in pairs)]).astype(np.float32)


def table_at(n_v: float, roughness: float) -> Floats:
    """(2,) as the graphics card reads the table: bilinear between its texels."""
    table = gloss_table().astype(np.float64)
    across, down = np.sqrt(n_v) * (SIZE - 1), roughness * (SIZE - 1)
    i, j = min(int(across), SIZE - 2), min(int(down), SIZE - 2)
    s, t = across - i, down - j
    upper = table[j, i] * (1 - s) + table[j, i + 1] * s
    lower = table[j + 1, i] * (1 - s) + table[j + 1, i + 1] * s
    return np.asarray(upper * (1 - t) + lower * t)


def furnace(n_v: float, roughness: float, metallic: float) -> float:
    """The light a white surface sends to the eye in white light from all sides: half vectors on a fine polar grid, each
    weighted by its solid angle and the Jacobian of the reflection (Walter 2007, eq. 14): no sampling by any part of
    the tested formula."""
    a = roughness * roughness
    steps = np.arange(1200)
    slope = np.tan(np.clip((steps + 0.5) / 1200, 0, 1) * np.pi / 2) * a  # dense where the lobe is
    edge = np.arctan(np.tan(np.minimum(np.arange(1201) / 1200, 1 - 1e-9) * np.pi / 2) * a)
    theta, width = np.arctan(slope), np.diff(edge)
    phi = (np.arange(256) + 0.5) / 256 * 2 * np.pi
    theta, phi = (part.ravel() for part in np.meshgrid(theta, phi))
    solid = np.sin(theta) * np.tile(width, 256) * (2 * np.pi / 256)
    h = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
    v = np.array([np.sqrt(1 - n_v**2), 0.0, n_v])
    v_h = h @ v
    light = 2 * v_h[:, None] * h - v
    ok = (v_h > 0) & (light[:, 2] > 0)
    solid, v_h, light = solid[ok], v_h[ok], light[ok]
    one, n = np.ones((len(light), 1)), np.array([[0.0, 0.0, 1.0]])
    dfg = np.repeat(table_at(n_v, roughness)[None], len(light), axis=0)
    gloss = (
        reflected(base=one * 0.0, metallic=one * 0.0, roughness=one * roughness, n=n, v=v[None], light=light, dfg=dfg)
        if metallic == 0.0
        else None
    )
    both = reflected(
        base=np.ones((len(light), 3)),
        metallic=one * metallic,
        roughness=one * roughness,
        n=n,
        v=v[None],
        light=light,
        dfg=dfg,
    )
    if gloss is None:
        return float((both[:, 0] * 4 * v_h * solid).sum())
    under = float((both[0, 0] - gloss[0, 0]) / light[0, 2] * np.pi)  # Lambert, integrated by hand: pi
    return float((gloss[:, 0] * 4 * v_h * solid).sum()) + under
