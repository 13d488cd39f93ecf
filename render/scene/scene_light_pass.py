"""The light of one set, made before its views: the background's, the sun's shadows, the lamps."""

from __future__ import annotations

import moderngl

from render.layers.crowd.crowd import CrowdData
from render.layers.mesh.lamp_block import LAMP_BYTES, kept_lamps, lamp_block
from render.layers.mesh.mesh_pass import MeshPass
from render.scene.baked_pass import BakedPass
from render.scene.environment_pass import EnvironmentPass
from render.scene.scene_data import SceneData
from render.scene.shadow_pass import ShadowPass
from render.scene.view_block import ViewBlock
from render.view.layer_pass import HazeKind, LayerPass, LightKinds, Setup, rough_px
from render.view.material import Material
from render.view.moment import Moment
from render.view.sun_frame import SunFrames
from render.view.view import View
from stage.model.stagefile import Quality

LAMPS_BINDING = 2


def light_kinds(scene: SceneData, quality: Quality, material: Material) -> LightKinds:
    """The kinds of light a set is drawn with; a probe shows positions and needs none."""
    if material is Material.PROBE:
        return LightKinds()
    return LightKinds(
        environment=scene.ambient.source == "background",
        cascades=len(_sun_frames(scene).radii_m()) if quality.shadow_px else 0,
        lamps=len(kept_lamps(scene.meshes.lights)),
        baked=scene.baked is not None,
        haze=_own_haze(scene),
        rough_px=rough_px(quality),
    )


def _own_haze(scene: SceneData) -> HazeKind:
    """Haze thins with height in a set with a sky and is uniform in one without."""
    if scene.sky is not None:
        return HazeKind.FULL
    return HazeKind.EVEN if scene.haze.density_per_m > 0.0 else HazeKind.NONE


def _sun_frames(scene: SceneData) -> SunFrames:
    return SunFrames(scene.meshes.instance_low_m, scene.meshes.instance_high_m)


class SceneLight:
    """Makes and binds the light of a set; kinds it does not have cost nothing."""

    def __init__(
        self, setup: Setup, scene: SceneData, block: ViewBlock, meshes: list[MeshPass], background: LayerPass,
        pictures: list[moderngl.Texture],
    ) -> None:  # fmt: skip
        self._block = block
        self._made: Moment | None = None
        self._lamps = kept_lamps(scene.meshes.lights) if setup.light.lamps else ()
        self._lamp_buffer = setup.ctx.buffer(reserve=max(1, len(self._lamps)) * LAMP_BYTES, dynamic=True)
        self._ambient, self._glossy = setup.light.environment, any(mesh.glossy for mesh in meshes)
        self._environment: EnvironmentPass | None = None
        if setup.material is Material.LIT:
            self._environment = EnvironmentPass(setup, background, block, scene.background is not None)
        self._baked: BakedPass | None = None
        if setup.light.baked and scene.baked is not None:
            self._baked = BakedPass(setup, scene.baked, scene.meshes, block)
        self._shadows: ShadowPass | None = None
        if setup.light.cascades:
            crowds = [layer for layer in scene.layers if isinstance(layer, CrowdData)]
            size_px = setup.quality.shadow_px
            self._shadows = ShadowPass(setup.ctx, size_px, _sun_frames(scene), meshes[0], pictures, crowds)

    def make(self, moment: Moment) -> None:
        """Make what does not depend on the view, unless it exists already. Changes the bound target."""
        if moment is self._made:  # the next view of the same frame
            return
        self._made = moment
        weather = moment.look.weather
        mirrored = self._glossy or weather.wetness > 0.0 or weather.snow_cover > 0.0
        if self._baked:
            self._baked.make(moment, self._environment if self._ambient else None)
        if self._environment and (self._ambient or mirrored):
            self._environment.make(moment, mirrored)
        if self._shadows:
            self._shadows.make(self._block.light(moment).toward, moment)

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """What the light depends on that the moment does not say: which baked light is there already."""
        return self._baked.depends_on(moment, self._environment if self._ambient else None) if self._baked else ()

    def view_bytes(self, view: View, moment: Moment, for_light: bool = False) -> bytes:
        """The `View` block of a view; `for_light`: see ScenePass.draw."""
        if self._shadows is None:
            return self._block.pack(view, moment, for_light=for_light)
        return self._block.pack(view, moment, self._shadows.frame, self._shadows.radii_m, for_light)

    def bind(self, view: View, moment: Moment) -> None:
        """Bind the light for what is drawn next."""
        if self._environment:
            self._environment.bind()
        if self._baked:
            self._baked.bind()
        if self._shadows:
            self._shadows.bind()
        if self._lamps:
            self._lamp_buffer.write(lamp_block(self._lamps, view.eye_m, moment))
            self._lamp_buffer.bind_to_uniform_block(LAMPS_BINDING)

    def release(self) -> None:
        """Free everything on the graphics card."""
        if self._environment:
            self._environment.release()
        if self._baked:
            self._baked.release()
        if self._shadows:
            self._shadows.release()
        self._lamp_buffer.release()
