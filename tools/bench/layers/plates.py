"""Plates for the bench of layers: a wood of see-through cards, a 4K process plate."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.layers.card.card import CardData
from render.layers.relief.relief import ReliefData
from render.scene.loading import load_scene_data
from render.scene.scene_data import SceneData
from stage.model.scene import Scene
from tools.bench.layers.bare_scene import BareDraw

CARDS = 24
PICTURE_PX = (512, 512)
VIDEO_PX = (3840, 2160)
VIDEO_FRAMES = 48
RELIEF_PX = (1920, 1080)
PLAIN = """#version 430
uniform sampler2D picture;
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    radiance = texture(picture, uv) * (0.999 + 0.001 * normal.y);
}"""
QUAD = np.array([[0, 1, 3], [0, 3, 2]], np.uint32)


def wood(folder: Path) -> tuple[SceneData, list[BareDraw]]:
    """A set of `CARDS` cards, each half clear, from near to far, and the same as bare quads from far to near."""
    random = np.random.default_rng(4)
    ys, xs = np.mgrid[0 : PICTURE_PX[1], 0 : PICTURE_PX[0]] / PICTURE_PX[0]
    crown = np.clip((0.4 - np.hypot(xs - 0.5, ys - 0.5)) * 40.0, 0.0, 1.0)
    rgba = (np.stack([0.3 + 0.2 * xs, 0.5 + 0.3 * ys, 0.2 * xs, crown], axis=2) * 255).astype(np.uint8)
    cv2.imwrite(str(folder / "tree.png"), cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
    layers = [
        {"kind": "card", "file": "tree.png", "size_m": 5.0, "position_m": (float(random.uniform(-6, 6)), 3.0 + n, 0.0)}
        for n in range(CARDS)
    ]
    scene = load_scene_data(Scene.model_validate({"schema": "scene/1", "name": "wood", "layers": layers}), folder)
    cards = [layer for layer in scene.layers if isinstance(layer, CardData)]
    far_first = sorted(cards, key=lambda card: -float(card.corners_m[0, 1]))
    return scene, [BareDraw(_quad(card), QUAD, rgba, blend=True, fragment=PLAIN) for card in far_first]


def drive(folder: Path, size_px: tuple[int, int] = VIDEO_PX, frames: int = VIDEO_FRAMES) -> SceneData:
    """A clip (H.264, 8 bit) on a cylinder round the camera, moving as from a car."""
    import av

    width, height = size_px
    random = np.random.default_rng(6)
    street = cv2.resize(
        random.integers(0, 255, (68, 1024, 3), np.uint8), (width * 4, height), interpolation=cv2.INTER_CUBIC
    )
    with av.open(str(folder / "drive.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "g": "12"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            picture = np.ascontiguousarray(street[:, number * 64 : number * 64 + width], np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    layer = {"kind": "video", "files": ["drive.mp4"], "shape": "cylinder", "radius_m": 8.0, "height_m": 9.0,
             "arc_deg": 120.0, "position_m": (0.0, -2.0, 1.4)}  # fmt: skip
    return load_scene_data(Scene.model_validate({"schema": "scene/1", "name": "drive", "layers": [layer]}), folder)


def relief(folder: Path) -> tuple[SceneData, list[BareDraw]]:
    """A relief of hills and posts, and its two sheets as bare triangles."""
    ys, xs = np.mgrid[0 : RELIEF_PX[1], 0 : RELIEF_PX[0]] / RELIEF_PX[0]
    depth = (2.5 / np.maximum(ys + 0.1 * np.sin(9.0 * xs), 0.05)).astype(np.float32)
    depth = np.where((xs * 8.0) % 1.0 < 0.15, np.minimum(depth, 5.0), depth)
    colour = (np.stack([0.5 + 0.4 * np.sin(40 * xs), 0.5 + 0.3 * np.cos(50 * ys), xs], axis=2) * 255).astype(np.uint8)
    cv2.imwrite(str(folder / "hills.png"), colour)
    cv2.imwrite(str(folder / "hills.tif"), depth)
    layer = {"kind": "relief", "file": "hills.png", "depth_file": "hills.tif", "position_m": (0.4, -2.7, 1.4)}
    scene = load_scene_data(Scene.model_validate({"schema": "scene/1", "name": "hills", "layers": [layer]}), folder)
    rgba = np.concatenate([colour, np.full((*colour.shape[:2], 1), 255, np.uint8)], axis=2)
    (data,) = (one for one in scene.layers if isinstance(one, ReliefData))
    own = data.mesh.vertices
    normal = np.tile((0.0, -1.0, 0.0), (len(own), 1))
    vertices = np.concatenate([own[:, :3] + np.array(data.origin_m), normal, own[:, 3:5]], axis=1).astype(np.float32)
    sheets = (data.mesh.ahead, data.mesh.behind)
    return scene, [BareDraw(vertices, sheet, rgba, fragment=PLAIN) for sheet in sheets if len(sheet)]


def _quad(card: CardData) -> NDArray[np.float32]:
    """(4, 8) position, normal, place in the picture."""
    uv = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    return np.concatenate([card.corners_m, np.tile(card.normal, (4, 1)), uv], axis=1).astype(np.float32)
