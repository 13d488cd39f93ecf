"""The bare cost of a wall: a minimal moderngl program that draws the same views and tiles the naive way.

Per frame: the whole inner view from the pupil at the camera's picture size, the whole off-axis outer view of every
flat wall from the stage eye at the wall's size, then one pass over every wall pixel that samples one or the other
and encodes it. One buffer, one draw call per texture, no culling, no caching, nothing clever, nothing wasted.
`python -m tools.bench.naive_wall --stage FILE --seconds S` prints {"frames", "seconds"}.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshData
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.clock import MonotonicClock
from stage.files.loading import find_scene, load_scene, load_stage
from stage.maths.pose import rotation_matrix
from stage.messages.frames import CameraState
from stage.show.home import home_state
from stage.units import NS_PER_S
from stage.walls.surface import Surface, surface_of

NEAR_M, FAR_M = 0.1, 3000.0

SCENE_VERTEX = """#version 430
uniform mat4 clip_from_stage;
layout(location = 0) in vec3 in_position; layout(location = 1) in vec3 in_normal;
layout(location = 2) in vec2 in_uv; layout(location = 3) in vec4 in_colour;
out vec3 position; out vec3 normal; out vec2 uv; out vec4 colour;
void main() {
    position = in_position; normal = in_normal; uv = in_uv; colour = in_colour;
    gl_Position = clip_from_stage * vec4(in_position, 1.0);
}"""
SCENE_FRAGMENT = """#version 430
uniform sampler2D picture; uniform bool textured; uniform vec3 sun_direction; uniform vec3 sun;
uniform vec3 up; uniform vec3 down;
in vec3 position; in vec3 normal; in vec2 uv; in vec4 colour; out vec4 radiance;
void main() {
    vec3 base = colour.rgb;
    if (textured) base *= texture(picture, uv).rgb;
    vec3 n = normalize(normal);
    vec3 light = sun * max(dot(n, sun_direction), 0.0) + mix(down, up, n.z * 0.5 + 0.5);
    radiance = vec4(base * light, 1.0);
}"""
SCREEN_VERTEX = """#version 430
out vec2 place;
void main() {
    place = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
    gl_Position = vec4(place * 2.0 - 1.0, 0.9999999, 1.0);
}"""
SKY_FRAGMENT = """#version 430
uniform sampler2D sky; uniform mat3 direction_from_place; uniform float pan;
in vec2 place; out vec4 radiance;
void main() {
    vec3 d = normalize(direction_from_place * vec3(place * 2.0 - 1.0, 1.0));
    vec2 uv = vec2(0.5 + (atan(d.x, d.y) + pan) / 6.2831853, 0.5 - asin(clamp(d.z, -1.0, 1.0)) / 3.1415927);
    radiance = vec4(textureLod(sky, uv, 0.0).rgb, 1.0);
}"""
WALL_FRAGMENT = """#version 430
uniform sampler2D inner; uniform sampler2D outer; uniform mat4 inner_from_stage;
uniform vec3 corner; uniform vec3 across; uniform vec3 down; uniform float gain;
in vec2 place; out vec4 code;
void main() {
    vec4 seen = inner_from_stage * vec4(corner + across * place.x + down * (1.0 - place.y), 1.0);
    vec2 uv = seen.xy / seen.w * 0.5 + 0.5;
    bool inside = seen.w > 0.0 && all(greaterThan(uv, vec2(0.0))) && all(lessThan(uv, vec2(1.0)));
    vec3 light = inside ? texture(inner, uv).rgb : texture(outer, place).rgb;
    code = vec4(pow(clamp(light * gain, 0.0, 1.0), vec3(1.0 / 2.4)), 1.0);
}"""

Matrix = NDArray[np.float64]


class Target(NamedTuple):
    """A view's picture and its framebuffer."""

    picture: moderngl.Texture
    framebuffer: moderngl.Framebuffer


class NaiveWall:
    """The whole program: `frame(camera)` draws one."""

    def __init__(self, ctx: moderngl.Context, surfaces: list[Surface], eye_m: Matrix, scene: SceneData) -> None:
        self._ctx, self._eye_m, self._surfaces = ctx, eye_m, surfaces
        self._scene = ctx.program(SCENE_VERTEX, SCENE_FRAGMENT)
        self._sky = ctx.program(SCREEN_VERTEX, SKY_FRAGMENT)
        self._wall = ctx.program(SCREEN_VERTEX, WALL_FRAGMENT)
        numbers = (None, *range(len(scene.meshes.pictures)))
        self._groups = [self._group(scene.meshes, picture) for picture in numbers]
        self._screen, self._composite = ctx.vertex_array(self._sky, []), ctx.vertex_array(self._wall, [])
        self._sky_texture = self._background(scene)
        self._inner = self._target((1920, 1080))
        self._outer = [self._target(surface.size_px) for surface in surfaces]
        self._outputs = [ctx.simple_framebuffer(surface.size_px) for surface in surfaces]
        self._light(scene)

    def frame(self, camera: CameraState) -> None:
        """Inner view, outer views, every wall pixel."""
        inner = perspective_of(camera)
        self._draw_scene(self._inner.framebuffer, inner, np.asarray(camera.position_m))
        for surface, outer, output in zip(self._surfaces, self._outer, self._outputs, strict=True):
            self._draw_scene(outer.framebuffer, off_axis_of(surface, self._eye_m), self._eye_m)
            output.use()
            self._ctx.disable(moderngl.DEPTH_TEST)
            self._inner.picture.use(0)
            outer.picture.use(1)
            upper_left, upper_right, _, lower_left = surface.corners_m()
            self._wall["inner"], self._wall["outer"], self._wall["gain"] = 0, 1, 100.0 / 1500.0
            _uniform(self._wall, "inner_from_stage").write(inner.T.astype("f4").tobytes())
            self._wall["corner"] = tuple(upper_left)
            self._wall["across"] = tuple(upper_right - upper_left)
            self._wall["down"] = tuple(lower_left - upper_left)
            self._composite.render(moderngl.TRIANGLES, vertices=3)

    def _draw_scene(self, target: moderngl.Framebuffer, clip: Matrix, eye_m: Matrix) -> None:
        target.use()
        target.clear()
        self._ctx.enable(moderngl.DEPTH_TEST)
        _uniform(self._scene, "clip_from_stage").write(clip.T.astype("f4").tobytes())
        for array, texture in self._groups:
            self._scene["textured"] = texture is not None
            if texture is not None:
                texture.use(0)
            array.render()
        away = np.linalg.inv(np.stack([clip[0, :3], clip[1, :3], clip[3, :3]]))
        _uniform(self._sky, "direction_from_place").write(away.T.astype("f4").tobytes())
        self._sky_texture.use(0)
        self._screen.render(moderngl.TRIANGLES, vertices=3)

    def _target(self, size_px: tuple[int, int]) -> Target:
        picture = self._ctx.texture(size_px, 4, dtype="f2")
        return Target(picture, self._ctx.framebuffer([picture], self._ctx.depth_renderbuffer(size_px)))

    def _group(self, meshes: MeshData, picture: int | None) -> tuple[moderngl.VertexArray, moderngl.Texture | None]:
        vertices = [
            _placed(meshes, index)
            for index, part in enumerate(meshes.instance_part)
            if meshes.materials[meshes.parts[part].material].picture == picture
        ]
        data = np.concatenate(vertices) if vertices else np.zeros((3, 12), np.float32)
        names = ("in_position", "in_normal", "in_uv", "in_colour")
        array = self._ctx.vertex_array(self._scene, [(self._ctx.buffer(data.tobytes()), "3f 3f 2f 4f", *names)])
        if picture is None:
            return array, None
        rgba = meshes.pictures[picture].rgba
        texture = self._ctx.texture(rgba.shape[1::-1], 4, np.ascontiguousarray(rgba).tobytes())
        texture.build_mipmaps()
        return array, texture

    def _background(self, scene: SceneData) -> moderngl.Texture:
        radiance = scene.background.radiance if scene.background else np.full((2, 4, 3), 0.2, np.float16)
        rgba = np.concatenate([radiance, np.ones((*radiance.shape[:2], 1), np.float16)], axis=-1)
        texture = self._ctx.texture(radiance.shape[1::-1], 4, rgba.tobytes(), dtype="f2")
        self._sky["pan"] = math.radians(scene.background.pan_deg) if scene.background else 0.0
        return texture

    def _light(self, scene: SceneData) -> None:
        pan, height = math.radians(scene.sun.pan_deg), math.radians(scene.sun.elevation_deg)
        toward = (-math.sin(pan) * math.cos(height), math.cos(pan) * math.cos(height), math.sin(height))
        self._scene["sun_direction"], self._scene["sun"] = toward, scene.sun.radiance
        self._scene["up"], self._scene["down"] = scene.ambient.up, scene.ambient.down


def _uniform(program: moderngl.Program, name: str) -> moderngl.Uniform:
    member = program[name]
    assert isinstance(member, moderngl.Uniform)
    return member


def perspective_of(camera: CameraState) -> Matrix:
    """(4, 4) clip from stage of the camera's own picture."""
    across, forward, up = rotation_matrix(camera.orientation).T
    focal, (width, height) = camera.lens.focal_length_mm, camera.sensor_mm
    return _clip(2 * focal / width * across, 2 * focal / height * up, forward, np.asarray(camera.position_m))


def off_axis_of(surface: Surface, eye_m: Matrix) -> Matrix:
    """(4, 4) clip from stage of a flat wall seen from an eye: its corners are the corners of the view."""
    upper_left, upper_right, _, lower_left = surface.corners_m()
    across, up = upper_right - upper_left, upper_left - lower_left
    forward = np.cross(up, across)
    forward = forward / np.linalg.norm(forward)
    middle = (upper_right + lower_left) / 2 - eye_m
    distance = float(middle @ forward)
    x = across / (across @ across) * 2 * distance
    y = up / (up @ up) * 2 * distance
    return _clip(x - (x @ middle) / distance * forward, y - (y @ middle) / distance * forward, forward, eye_m)


def _clip(x: Matrix, y: Matrix, forward: Matrix, eye_m: Matrix) -> Matrix:
    rows = np.zeros((4, 4))
    rows[:, :3] = np.stack([x, y, (FAR_M + NEAR_M) / (FAR_M - NEAR_M) * forward, forward])
    rows[:, 3] = -rows[:, :3] @ eye_m
    rows[2, 3] -= 2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    return rows


def _placed(meshes: MeshData, index: int) -> NDArray[np.float32]:
    """All vertices of an instance, unindexed, in stage space, its material's colour in the vertex colour."""
    part = meshes.parts[int(meshes.instance_part[index])]
    vertices = part.vertices[part.triangles.ravel()].copy()
    turn = meshes.stage_from_instance[index]
    vertices[:, :3] = vertices[:, :3] @ turn[:3, :3].T + turn[:3, 3]
    vertices[:, 3:6] = vertices[:, 3:6] @ turn[:3, :3].T
    vertices[:, 8:12] *= np.asarray(meshes.materials[part.material].base_colour, np.float32)
    return vertices


def draw_for(stage_path: Path, seconds: float) -> dict[str, float]:
    """Draw frames of a camera that moves sideways for `seconds`; count them."""
    stage = load_stage(stage_path)
    scene_path = find_scene(stage.scene, stage_path.parent)
    scene = load_scene_data(load_scene(scene_path), scene_path.parent)
    surfaces = [surface_of(wall, stage_path.parent) for wall in stage.walls]
    ctx, clock, home = create_offscreen_context(), MonotonicClock(), home_state(stage.cameras[0])
    wall = NaiveWall(ctx, surfaces, np.asarray(stage.stage_eye_m), scene)
    for number in range(3):
        wall.frame(moved(home, number))
    ctx.finish()
    started_ns, frames = clock.now_ns(), 0
    while clock.now_ns() - started_ns < seconds * NS_PER_S:
        wall.frame(moved(home, frames))
        ctx.finish()
        frames += 1
    return {"frames": frames, "seconds": (clock.now_ns() - started_ns) / NS_PER_S}


def moved(home: CameraState, number: int) -> CameraState:
    """The camera on frame `number`: half a metre back and forth every 100 frames."""
    x, y, z = home.position_m
    return replace(home, position_m=(x + 0.5 * math.sin(number * math.tau / 100), y, z))


def main() -> None:
    """Count the frames drawn in `--seconds`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    print(json.dumps(draw_for(given.stage, given.seconds)))


if __name__ == "__main__":
    main()
