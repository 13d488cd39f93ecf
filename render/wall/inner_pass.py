"""The inner views: the set as each tracked camera must see it behind the walls."""

from __future__ import annotations

from collections.abc import Mapping

import moderngl

from render.plan.planner import FramePlan, Planner
from render.scene.scene_pass import ScenePass
from render.view.moment import Moment
from render.view.targets import TargetMaker, ViewTarget
from render.wall.canvas import WallCanvas


class InnerPass:
    """Draws straight onto flat walls and facets, and for curved walls one rectilinear picture for each camera."""

    def __init__(self, planner: Planner, walls: Mapping[str, WallCanvas], targets: TargetMaker, cameras: int) -> None:
        self._walls = walls
        side = planner.largest_inner_px()
        self._curved: list[ViewTarget] = [
            targets.view_target((side, side)) for _ in range(cameras if planner.curved else 0)
        ]

    def draw(self, plan: FramePlan, scene: ScenePass, moment: Moment) -> None:
        """Every inner view of the plan."""
        for flat in plan.flat:
            wall = self._walls[flat.wall]
            target, box = wall.inner[flat.camera], wall.from_below(flat.box)
            scene.draw(target.framebuffer, box, flat.view, moment)
            target.resolve(box)
        for curved in plan.curved:
            target = self._curved[curved.camera]
            whole = (0, 0, *curved.picture.size_px)
            scene.draw(target.framebuffer, whole, curved.view, moment)
            target.resolve(whole)

    def rehearse(self, plan: FramePlan, scene: ScenePass, moment: Moment) -> None:
        """A dry run of `draw`: no picture changes."""
        for flat in plan.flat:
            scene.rehearse(self._walls[flat.wall].inner[flat.camera].framebuffer, flat.view, moment)
        for curved in plan.curved:
            scene.rehearse(self._curved[curved.camera].framebuffer, curved.view, moment)

    def pictures(self, wall: WallCanvas) -> list[moderngl.Texture]:
        """The inner picture of each camera as a wall samples it."""
        return [target.texture for target in (wall.inner if wall.straight else self._curved)]

    def release(self) -> None:
        """Free the rectilinear pictures."""
        for target in self._curved:
            target.release()
