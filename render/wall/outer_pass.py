"""The outer view of every wall: what lights the actors, seen from the stage eye.

Drawn again only when what it shows changes; never because a camera moved.
"""

from __future__ import annotations

from collections.abc import Sequence

import moderngl

from render.gl.program import build_program, uniform
from render.plan.boxes import Box
from render.plan.panels import Atlas
from render.plan.planner import Planner
from render.scene.scene_pass import ScenePass
from render.view.material import Material
from render.view.moment import Moment
from render.view.targets import TargetMaker, ViewTarget
from render.view.view import View
from render.wall.canvas import VERTEX_FIELDS, VERTEX_LAYOUT, WallCanvas
from stage.maths.pose import Vector
from stage.maths.projection import CUBE


class FlatOuter:
    """A wall of flat facets: off-axis views straight onto their pixels. What has its back to the stage eye stays
    black."""

    def __init__(self, wall: WallCanvas, views: Sequence[tuple[Box, View]]) -> None:
        self._wall = wall
        self._views = [(wall.outer_from_below(box), view) for box, view in views]

    def draw(self, scene: ScenePass, moment: Moment) -> None:
        """Fill the wall's outer picture."""
        target = self._wall.outer_view
        if target is None:
            return
        for viewport_px, view in self._views:
            scene.draw(target.framebuffer, viewport_px, view, moment)
            target.resolve(viewport_px)

    def release(self) -> None:
        """Nothing of its own."""


class CurvedOuter:
    """An arc or a mesh: panels round the stage eye, in which every wall pixel looks up its direction."""

    def __init__(
        self,
        ctx: moderngl.Context,
        wall: WallCanvas,
        atlas: Atlas,
        eye_m: Vector,
        targets: TargetMaker,
        material: Material,
    ) -> None:
        self._ctx = ctx
        self._wall = wall
        self._atlas = atlas
        self._eye_m = eye_m
        self._target: ViewTarget = targets.view_target(atlas.size_px)
        kinds = {kind.name: kind.value for kind in Material if kind is not Material.LIT}
        self._program = build_program(
            ctx,
            "composite/wall.vert",
            "panels/panels.frag",
            {"MATERIAL": material.value, "MOST_PANELS": len(CUBE), **kinds},
            {"canvas_px": wall.size_px, "canvas_height_px": wall.size_px[1], "stage_eye_m": eye_m},
        )
        self._fill_panels(atlas)
        self._array = ctx.vertex_array(self._program, [(wall.vertices, VERTEX_LAYOUT, *VERTEX_FIELDS)])

    def _fill_panels(self, atlas: Atlas) -> None:
        """The panels' uniforms; the rest of each array is never read."""
        rest = len(CUBE) - len(atlas.panels)
        pictures = [panel.picture for panel in atlas.panels]
        places = []
        for panel in atlas.panels:
            across, left, up, lower = panel.picture.texel_from_slope()
            places.append((across, left + panel.place_px[0], up, lower + panel.place_px[1]))
        uniform(self._program, "panel_count").value = len(pictures)
        for number, name in enumerate(("panel_right", "panel_forward", "panel_up")):
            uniform(self._program, name).value = [p.axes[number] for p in pictures] + [(0.0, 0.0, 0.0)] * rest
        uniform(self._program, "texel_from_slope").value = places + [(0.0, 0.0, 0.0, 0.0)] * rest

    def draw(self, scene: ScenePass, moment: Moment) -> None:
        """Fill the wall's outer picture."""
        for panel in self._atlas.panels:
            view = panel.picture.view(self._eye_m)
            scene.draw(self._target.framebuffer, panel.viewport_px, view, moment)
        self._target.resolve((0, 0, *self._atlas.size_px))
        framebuffer = self._wall.outer_framebuffer
        framebuffer.use()
        framebuffer.viewport = (0, 0, *self._wall.size_px)
        self._ctx.enable_only(moderngl.NOTHING)
        self._target.texture.use(0)
        self._array.render(moderngl.TRIANGLES)

    def release(self) -> None:
        """Free the atlas and the program."""
        for thing in (self._array, self._program, self._target):
            thing.release()


class OuterPass:
    """All walls."""

    def __init__(
        self,
        ctx: moderngl.Context,
        planner: Planner,
        walls: dict[str, WallCanvas],
        eye_m: Vector,
        targets: TargetMaker,
        material: Material,
        outer_density: float,
    ) -> None:
        self._walls: dict[str, FlatOuter | CurvedOuter] = {
            name: FlatOuter(wall, planner.outer_views(name))
            if wall.straight
            else CurvedOuter(ctx, wall, planner.atlas(name, outer_density), eye_m, targets, material)
            for name, wall in walls.items()
        }

    def draw(self, wall: str, scene: ScenePass, moment: Moment) -> None:
        """Fill one wall's outer picture."""
        self._walls[wall].draw(scene, moment)

    def release(self) -> None:
        """Free what the walls' outer views hold."""
        for wall in self._walls.values():
            wall.release()
