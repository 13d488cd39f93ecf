"""The frame path: a frame's record in, every output's pixels out.

`Renderer.draw` is the whole of it: plan, outer views where they changed, inner views, composite and encoding inside
the boxes that changed, frame codes, tiles to outputs. A frame's pixels depend on its record alone, never on what was
drawn before: outside the boxes the canvas holds the outer view of the same key, inside them it is drawn again. The
passes themselves declare what the key is made of (`depends_on`), so nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Mapping

import moderngl

from render.gl.context import capabilities
from render.gl.finish import finisher
from render.plan.planner import Planner
from render.presenters.presenter import Presenter
from render.scene.held_sets import HeldSets
from render.scene.scene_data import SceneData
from render.view.layer_pass import Setup
from render.view.material import Material
from render.view.moment import Moment, inner_moment, outer_moment
from render.view.targets import TargetMaker
from render.wall.composite_pass import Dirty
from render.wall.readback import Readback
from render.wall.wall_passes import WallPasses
from stage.calibration.wall_calibration import WallCalibration
from stage.messages.frames import Frame
from stage.model.stagefile import Stage
from stage.walls.surface import Surface


class Renderer:
    """Draws frames of one stage. Everything it needs is made here, before the first frame.

    `sets` holds what can be drawn, `readback` reads what is on walls and outputs; `quality` is the stage file's, and
    where that says nothing what this machine can draw.
    With `Material.PROBE` the walls' canvases hold stage positions instead of code values, and outputs stay black.
    `exact`: drawing waits for video to be decoded; a live wall does not.
    Raises GraphicsError where the machine cannot draw the stage.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        stage: Stage,
        surfaces: Mapping[str, Surface],
        scene: SceneData,
        material: Material = Material.LIT,
        presenter: Presenter | None = None,
        calibrations: Mapping[str, WallCalibration] | None = None,
        exact: bool = True,
    ) -> None:
        self.ctx = ctx
        self._lit = material is Material.LIT
        self._presenter = presenter
        software = capabilities(ctx).software
        self._planner = Planner(stage, surfaces, facets=software)
        self.quality = stage.quality.in_software() if software else stage.quality
        self._targets = TargetMaker(ctx, material, self.quality.msaa)
        self.sets = HeldSets(Setup(ctx, self.quality, material, exact=exact), self._targets, stage.scene, scene)
        self.walls = WallPasses(stage, surfaces, self._planner, self._targets, material, calibrations)
        self.readback = Readback(ctx, self.walls.canvases, self.walls.outputs, material)
        self._outer_keys_shown: dict[str, tuple[object, ...]] = {}
        self._shown: tuple[object, ...] | None = None
        self._changed: frozenset[str] = frozenset(self.walls.outputs)
        self._finish = finisher(ctx)
        self.outer_drawn = self.stands = False
        if presenter is not None:
            presenter.attach(tuple(self.walls.outputs.values()))

    def draw(self, frame: Frame) -> None:
        """Draw a frame: afterwards every output holds it. `outer_drawn` says whether an outer view was drawn, `stands`
        that all outputs held it already."""
        walls = self.walls
        drawn = walls.charts.draw(frame, walls.composite) if self._lit else None
        if drawn is None:
            drawn = self._draw_set(frame)
        else:
            self.outer_drawn, self._shown = False, None
        if self._lit:
            changed = walls.tiles.draw(walls.codes.draw(frame.number, drawn) if frame.look.frame_code else drawn)
            self._changed |= changed
            self.stands = not changed

    def _draw_set(self, frame: Frame) -> Dirty:
        """Outer views where they changed, inner views, composite: what the walls show of the set. Nothing at all where
        the walls show it already."""
        scene = self.sets.show(frame.scene)
        plan, inner = self._planner.plan(frame), inner_moment(frame)
        outer = self._outer_moments(frame, scene.moves(inner))
        keys = self._outer_keys(frame, outer)
        shown = (scene, keys, plan.covers, plan.names, scene.depends_on(inner), self.walls.composite.depends_on(frame))
        if self._is_shown(shown):
            self.outer_drawn = False
            return self.walls.nothing
        anew = [name for name, key in keys.items() if key != self._outer_keys_shown.get(name)]
        for name in anew:
            self.walls.outer.draw(name, scene, outer[name])
        self.outer_drawn = bool(anew)
        self._outer_keys_shown, self._shown = keys, shown
        self.walls.inner.draw(plan, scene, inner)
        return self.walls.composite.draw(plan, frame, everywhere=anew)

    def _is_shown(self, shown: tuple[object, ...]) -> bool:
        """Whether the walls show this already: two records that differ in their number alone have one picture."""
        return self._lit and shown == self._shown

    def _outer_moments(self, frame: Frame, moves: bool) -> dict[str, Moment]:
        """What each wall's outer view shows. Walls of the same time share one; a set that stands still has one."""
        if not moves:
            return dict.fromkeys(self.walls.canvases, outer_moment(frame))
        times = self.walls.outer_times.of(frame)
        moments = {time_s: outer_moment(frame, time_s) for time_s in set(times.values())}
        return {name: moments[time_s] for name, time_s in times.items()}

    def _outer_keys(self, frame: Frame, outer: Mapping[str, Moment]) -> dict[str, tuple[object, ...]]:
        """What each outer view shows: the set on the walls, and all that its passes depend on."""
        shown, codes = self.sets.shown, self.walls.codes.depends_on(frame)
        of_moment = {
            id(one): (self.sets.name, *shown.depends_on(one), *codes)
            for one in {id(one): one for one in outer.values()}.values()
        }
        return {name: of_moment[id(one)] for name, one in outer.items()}

    def rehearse(self, frame: Frame) -> None:
        """Do the work of a frame without drawing it, to keep code and data in the cache for the next one: this
        program's, the driver's and the card's. No picture changes, and no state is kept. Where the last frame stood
        still, the next one most likely does: then only what tells that is rehearsed."""
        plan, inner = self._planner.plan(frame), inner_moment(frame)
        outer = self._outer_moments(frame, self.sets.shown.moves(inner))
        _ = self._outer_keys(frame, outer) == self._outer_keys_shown
        if self.stands:
            return
        self.walls.inner.rehearse(plan, self.sets.shown, inner)
        if self._lit:
            self.walls.composite.rehearse(plan)
            self.walls.tiles.rehearse()
        self._finish()

    def finish(self) -> None:
        """Wait until the graphics card has drawn everything, then bring what changed to the screens' back buffers.
        Other threads of this process run meanwhile."""
        self._finish()
        if self._presenter is not None:
            self._presenter.prepare(self._changed)
        self._changed = frozenset()

    def present(self) -> None:
        """Show the finished outputs on all screens, together."""
        if self._presenter is not None:
            self._presenter.show()

    def release(self) -> None:
        """Free everything on the graphics card; the context stays."""
        for one in (self.readback, self.walls, self.sets, self._targets):
            one.release()
