"""The background at infinity: an equirect, or a gradient of the ambient light if the set has none."""

from __future__ import annotations

import moderngl

from render.gl.textures import blank_texture, equirect_texture
from render.layers.sky.sky_pass import SkyPass
from render.pictures.picture import Background
from render.scene.scene_data import SceneData
from render.view.layer_pass import LayerPass, Phase, Setup
from render.view.moment import Moment
from render.view.view import View

PICTURE_BINDING = 0


class BackgroundPass:
    """Fills what no surface hides."""

    phase = Phase.OPAQUE

    def __init__(self, setup: Setup, back: Background | None) -> None:
        self._picture = equirect_texture(setup.ctx, back) if back else blank_texture(setup.ctx)
        self._program = setup.program("background/background", EQUIRECT=back is not None)
        self._array = setup.ctx.vertex_array(self._program, [])

    def draw(self, view: View, moment: Moment) -> None:
        """Draw it."""
        self._picture.use(PICTURE_BINDING)
        self._array.render(moderngl.TRIANGLES, vertices=3)

    def moves(self, moment: Moment) -> bool:
        """It never does."""
        return False

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """Nothing beyond what every view's block contains."""
        return ()

    def warm_up(self, view: View) -> None:
        """Draw it once."""
        self.draw(view, Moment())

    def release(self) -> None:
        """Free picture, array and program."""
        for thing in (self._array, self._program, self._picture):
            thing.release()


def background_pass(setup: Setup, scene: SceneData) -> LayerPass:
    """The pass for a set's background: its sky, its picture or a gradient."""
    return SkyPass(setup, scene.sky, scene.haze.density_per_m) if scene.sky else BackgroundPass(setup, scene.background)
