"""A set's meshes and background as the renderer draws them: what is compared, and the sky that the tracer is given."""

from __future__ import annotations

from dataclasses import replace

import cv2
import moderngl
import numpy as np

from render.gl.context import create_offscreen_context
from render.layers.mesh.mesh_data import MeshData
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.maths.arrays import Floats
from stage.maths.projection import CUBE, CUBE_FACE, perspective
from stage.model.stagefile import Quality
from tools.tracing.world import Singles

FINER = 4
"""Pictures are drawn larger by this and averaged."""
FACE_PX = 256
SKY_PX = (1024, 512)


class BareSet:
    """The renderer's pictures of a set without its crowd, cards and other layers. Raises GraphicsError."""

    def __init__(self, data: SceneData, quality: Quality | None = None) -> None:
        self._context = create_offscreen_context()
        quality = quality or Quality()
        self._whole = ScenePass(self._context, replace(data, layers=()), quality, Material.LIT)
        bare = replace(data, layers=(), meshes=MeshData(), baked=None)
        self._empty = ScenePass(self._context, bare, quality, Material.LIT)

    def picture(self, view: View, size_px: tuple[int, int], moment: Moment) -> Singles:
        """(h, w, 3) scene-linear light (1.0 = 100 nits) in a view, rows from the top."""
        return self._drawn(self._whole, view, size_px, moment)

    def background(self, view: View, size_px: tuple[int, int], moment: Moment) -> Singles:
        """(h, w, 3) the background alone, with sun, moon and stars."""
        return self._drawn(self._empty, view, size_px, moment)

    def surroundings(self, moment: Moment) -> Singles:
        """(512, 1024, 3) the background's light from all sides, without the discs of sun and moon and without the
        look's gains of the sky and of its light; its left edge faces +Y, the first quarter +X, its upper edge +Z."""
        look = moment.look
        plain = Moment(replace(look, sky=replace(look.sky, gain=1.0, ambient_gain=1.0)), moment.heavens, moment.time_s)
        views = [View((0.0, 0.0, 1.5), perspective((0.0, 0.0, 1.5), axes, CUBE_FACE)) for axes in CUBE]
        faces = [self._face(view, plain) for view in views]
        return unrolled(faces, views)

    def close(self) -> None:
        """Free everything."""
        self._whole.release()
        self._empty.release()
        self._context.release()

    def _face(self, view: View, moment: Moment) -> Singles:
        return self._shot(self._empty, view, (FACE_PX, FACE_PX), moment, for_light=True)

    def _drawn(self, scene: ScenePass, view: View, size_px: tuple[int, int], moment: Moment) -> Singles:
        large = self._shot(scene, view, (size_px[0] * FINER, size_px[1] * FINER), moment, for_light=False)
        return np.asarray(cv2.resize(large, size_px, interpolation=cv2.INTER_AREA), np.float32)

    def _shot(
        self, scene: ScenePass, view: View, size_px: tuple[int, int], moment: Moment, *, for_light: bool
    ) -> Singles:
        colour = self._context.texture(size_px, 4, dtype="f2")
        depth = self._context.depth_renderbuffer(size_px)
        target: moderngl.Framebuffer = self._context.framebuffer(colour, depth)
        scene.draw(target, (0, 0, *size_px), view, moment, for_light)
        rows = np.frombuffer(target.read(components=4, dtype="f4"), np.float32).reshape(size_px[1], size_px[0], 4)
        for thing in (target, colour, depth):
            thing.release()
        return np.ascontiguousarray(rows[::-1, :, :3])


def unrolled(faces: list[Singles], views: list[View]) -> Singles:
    """(512, 1024, 3) an equirect from square faces, each seen in its view. Which face a direction falls on: the one it
    is nearest the middle of."""
    directions = sky_directions()
    depths = np.stack([directions @ np.array(view.clip_rows()[2]) for view in views])
    nearest = depths.argmax(axis=0)
    sky = np.zeros((SKY_PX[1], SKY_PX[0], 3), np.float32)
    for number, (face, view) in enumerate(zip(faces, views, strict=True)):
        x, y, w = (directions @ np.array(row) for row in view.clip_rows())
        w = np.where(w > 1e-6, w, 1e-6)
        across = ((x / w) * 0.5 + 0.5) * len(face) - 0.5
        down = (0.5 - (y / w) * 0.5) * len(face) - 0.5
        looked = cv2.remap(
            face, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        sky[nearest == number] = looked[nearest == number]
    return sky


def sky_directions() -> Floats:
    """(512, 1024, 3) the unit directions of the equirect's texels, stage axes."""
    turn = (np.arange(SKY_PX[0]) + 0.5) * (2.0 * np.pi / SKY_PX[0])
    down = (np.arange(SKY_PX[1]) + 0.5) * (np.pi / SKY_PX[1])
    return np.stack(
        [
            np.sin(turn)[None, :] * np.sin(down)[:, None],
            np.cos(turn)[None, :] * np.sin(down)[:, None],
            np.broadcast_to(np.cos(down)[:, None], (SKY_PX[1], SKY_PX[0])),
        ],
        axis=2,
    )
