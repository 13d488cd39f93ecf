"""The scene pass: the virtual set seen in one view, as scene-linear radiance or as probe positions.

Opaque layers first (meshes, then the others in the file's order), then the background where nothing hides it, then
see-through layers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

import moderngl

from render.gl.textures import picture_texture
from render.layers.mesh.matt import matt
from render.layers.mesh.mesh_pass import MeshPass
from render.scene.background_pass import background_pass
from render.scene.layer_table import layer_passes
from render.scene.scene_data import SceneData
from render.scene.scene_light_pass import SceneLight, light_kinds
from render.scene.view_block import VIEW_BLOCK_BYTES, ViewBlock
from render.view.layer_pass import LayerPass, Phase, Setup
from render.view.material import Material
from render.view.moment import Moment
from render.view.view import View
from stage.maths.pose import Vector
from stage.model.look import Look, Weather
from stage.model.stagefile import Quality

VIEW_BINDING = 0
NOWHERE_PX = (0, 0, 0, 0)
"""A viewport without pixels."""


class ScenePass:
    """Draws one set. Its passes hold their buffers, textures and programs; nothing is allocated while drawing.

    `exact`: wait for video to be decoded (see Setup).
    """

    def __init__(
        self, ctx: moderngl.Context, scene: SceneData, quality: Quality, material: Material, exact: bool = True
    ) -> None:
        for _ in self._made(ctx, scene, quality, material, exact):
            pass

    @classmethod
    def in_steps(
        cls, ctx: moderngl.Context, scene: SceneData, quality: Quality, material: Material, exact: bool = True
    ) -> Generator[None, None, ScenePass]:
        """Make a scene pass in steps, between which the caller may do other work; the generator returns it."""
        made = cls.__new__(cls)
        yield from made._made(ctx, scene, quality, material, exact)
        return made

    def _made(
        self, ctx: moderngl.Context, scene: SceneData, quality: Quality, material: Material, exact: bool
    ) -> Iterator[None]:
        if quality.surfaces == "matt":
            scene = replace(scene, meshes=matt(scene.meshes))
        setup = Setup(ctx, quality, material, light_kinds(scene, quality, material), exact)
        self._ctx = ctx
        self._block = ViewBlock(scene)
        self._view_buffer = ctx.buffer(reserve=VIEW_BLOCK_BYTES, dynamic=True)
        layers: list[LayerPass] = []
        for more in layer_passes(setup, scene):
            layers += more
            yield
        self._pictures: list[moderngl.Texture] = []
        for picture in scene.meshes.pictures:
            self._pictures.append(picture_texture(ctx, picture, quality.anisotropy))
            yield
        self._meshes = MeshPass(setup, scene.meshes, self._pictures)
        yield
        glass: list[MeshPass] = []
        if material is Material.LIT and any(one.blend for one in scene.meshes.materials):
            glass.append(MeshPass(setup, scene.meshes, self._pictures, blended=True))
            yield
        background = background_pass(setup, scene)
        yield
        self._light = SceneLight(setup, scene, self._block, [self._meshes, *glass], background, self._pictures)
        yield
        self._passes: list[LayerPass] = [
            self._meshes,
            *(layer for layer in layers if layer.phase is Phase.OPAQUE),
            background,
            *glass,
            *(layer for layer in layers if layer.phase is Phase.TRANSPARENT),
        ]

    def draw(
        self,
        target: moderngl.Framebuffer,
        viewport_px: tuple[int, int, int, int],
        view: View,
        moment: Moment,
        for_light: bool = False,
    ) -> None:
        """Fill `viewport_px` (x, y from the lower left corner, width, height) of the target and nothing else.

        The target needs a depth attachment and is left bound; depth test and culling stay on, blending off.
        `for_light`: without the discs of sun and moon and the stars, which are too small to be measured.
        """
        self._begin(target, viewport_px, view, moment, for_light)
        for layer in self._passes:
            layer.draw(view, moment)
        target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def moves(self, moment: Moment) -> bool:
        """Whether the picture changes with scene time under this look."""
        return any(layer.moves(moment) for layer in self._passes)

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """What of a moment any view of the set depends on: what its passes declare, and what all of them share."""
        passes = [layer.depends_on(moment) for layer in self._passes]
        return (self._block.depends_on(moment), *passes, *self._light.depends_on(moment))

    def warm_up(self, target: moderngl.Framebuffer, view: View) -> None:
        """Draw every variant once into a target of the kind that will be used: no frame pays for it later."""
        for _ in self.warmed_up(target, view):
            pass

    def warmed_up(self, target: moderngl.Framebuffer, view: View) -> Iterator[None]:
        """Like `warm_up`, step by step."""
        moment = Moment(Look(weather=Weather(wetness=1.0)))
        self._light.make(moment)
        self._ctx.finish()
        yield
        for layer in self._passes:
            self._begin(target, (0, 0, *target.size), view, moment)
            layer.draw(view, moment)
            self._end(target)
            yield
            self._begin(target, (0, 0, 1, 1), view, moment)
            layer.warm_up(view)
            self._end(target)
            yield

    def _end(self, target: moderngl.Framebuffer) -> None:
        """Finish the target and leave it to others."""
        target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor
        self._ctx.finish()

    def sunlight(self, moment: Moment) -> tuple[Vector, Vector]:
        """Toward the sun (or the moon that lights the set), and the light a white surface facing it receives, before
        exposure."""
        light = self._block.light(moment)
        return light.toward, light.direct

    def rehearse(self, target: moderngl.Framebuffer, view: View, moment: Moment) -> None:
        """A dry run of a view: submit its meshes without changing the target's pixels."""
        self._begin(target, NOWHERE_PX, view, moment)
        self._meshes.rehearse(view, moment)
        target.scissor = None  # type: ignore[assignment]  # moderngl: None = no scissor

    def release(self) -> None:
        """Free everything on the graphics card."""
        for layer in self._passes:
            layer.release()
        self._light.release()
        for picture in self._pictures:
            picture.release()
        self._view_buffer.release()

    def _begin(
        self,
        target: moderngl.Framebuffer,
        viewport_px: tuple[int, int, int, int],
        view: View,
        moment: Moment,
        for_light: bool = False,
    ) -> None:
        self._light.make(moment)
        target.use()
        target.viewport = viewport_px
        target.scissor = viewport_px
        self._ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self._ctx.depth_func = "<="
        target.clear(0.0, 0.0, 0.0, 1.0, depth=1.0, viewport=viewport_px)
        self._view_buffer.write(self._light.view_bytes(view, moment, for_light))
        self._view_buffer.bind_to_uniform_block(VIEW_BINDING)
        self._light.bind(view, moment)
