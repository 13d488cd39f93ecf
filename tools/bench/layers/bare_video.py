"""The bare cost of a process plate: decoded in the drawing thread, its planes uploaded unchanged, one plain shader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.layers.video.video import VideoData
from render.view.view import View
from tools.bench.layers.bare_scene import BareDraw, BareScene

if TYPE_CHECKING:
    import av

BT709 = """#version 430
layout(binding = 0) uniform sampler2D luma;
layout(binding = 1) uniform sampler2D blue_difference;
layout(binding = 2) uniform sampler2D red_difference;
in vec3 normal; in vec2 uv; out vec4 radiance;
void main() {
    vec2 at = uv + vec2(0.25 / float(textureSize(blue_difference, 0).x), 0.0);
    float y = 1.164384 * texture(luma, uv).r - 0.073059, cb = texture(blue_difference, at).r - 0.501961,
        cr = texture(red_difference, at).r - 0.501961;
    vec3 signal = vec3(y + 1.792741 * cr, y - 0.213249 * cb - 0.532909 * cr, y + 2.112402 * cb);
    radiance = vec4(pow(max(signal, 0.0), vec3(2.4)) * (0.999 + 0.001 * normal.y), 1.0);
}"""
"""8 bit BT.709, chroma at every second pixel, to light as on a BT.1886 monitor."""


class BareVideo(BareScene):
    """Draws a screen that shows a clip: each draw its next frame, in a loop."""

    def __init__(self, ctx: moderngl.Context, draws: Sequence[BareDraw], view: View, clip: Path) -> None:
        super().__init__(ctx, draws, view)
        self._frames = _endless(clip)

    def draw(self, target: moderngl.Framebuffer) -> None:
        """Upload the next frame and draw it."""
        pictures = self._items[0][1]
        for picture, plane in zip(pictures, planes_of(next(self._frames)), strict=True):
            picture.write(plane, alignment=1)
            picture.build_mipmaps()
        super().draw(target)


def bare_screen(data: VideoData) -> BareDraw:
    """A plate's surface with the first frame of its clip."""
    luma, blue, red = planes_of(next(_endless(data.clips[0].path)))
    vertices = np.zeros((len(data.vertices), 8), np.float32)
    vertices[:, :3] = data.vertices[:, :3] + np.array(data.origin_m)
    vertices[:, 4], vertices[:, 6:] = -1.0, data.vertices[:, 3:]
    return BareDraw(vertices, data.triangles, luma, maps=(blue, red), fragment=BT709)


def planes_of(frame: av.VideoFrame) -> tuple[NDArray[np.uint8], ...]:
    """(h, w) Y, Cb and Cr of an 8-bit frame."""
    planes = []
    for plane in frame.planes[:3]:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        planes.append(np.ascontiguousarray(rows[: plane.height, : plane.width]))
    return tuple(planes)


def _endless(clip: Path) -> Iterator[av.VideoFrame]:
    import av

    while True:
        with av.open(str(clip)) as container:
            container.streams.video[0].thread_type = "AUTO"
            yield from container.decode(video=0)
