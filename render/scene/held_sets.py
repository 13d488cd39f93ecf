"""The sets that are ready on the graphics card, and the one that is on the walls."""

from __future__ import annotations

from collections.abc import Iterator

from render.plan.panels import ANY_VIEW
from render.scene.scene_data import SceneData
from render.scene.scene_pass import ScenePass
from render.view.layer_pass import Setup
from render.view.targets import TargetMaker


class HeldSets:
    """`shown` draws the set on the walls, `name` is its name. The first is held from the start."""

    def __init__(self, setup: Setup, targets: TargetMaker, name: str, scene: SceneData) -> None:
        self._setup = setup
        self.targets = targets
        self.name = name
        self.shown = ScenePass(setup.ctx, scene, setup.quality, setup.material, setup.exact)
        self._held = {name: self.shown}

    def show(self, name: str) -> ScenePass:
        """The set that a frame names if it is held, else the previous frame's."""
        if name != self.name and name in self._held:
            self.name, self.shown = name, self._held[name]
        return self.shown

    def hold(self, name: str, scene: SceneData) -> None:
        """Make another set ready: frames that name it show it from now on."""
        for _ in self.holding(name, scene):
            pass

    def holding(self, name: str, scene: SceneData) -> Iterator[None]:
        """Like `hold`, step by step: frames may be drawn between the steps, and the set is held after the last."""
        setup = self._setup
        made = yield from ScenePass.in_steps(setup.ctx, scene, setup.quality, setup.material, setup.exact)
        yield from made.warmed_up(self.targets.scratch, ANY_VIEW)
        self._held[name] = made

    def let_go(self, name: str) -> bool:
        """Free a held set, unless it is on the wall; returns whether it was freed."""
        if name == self.name:
            return False
        self._held.pop(name).release()
        return True

    def warm_up(self) -> None:
        """Draw every variant of the set on the walls once, offscreen."""
        self.shown.warm_up(self.targets.scratch, ANY_VIEW)

    def release(self) -> None:
        """Free all sets."""
        for held in self._held.values():
            held.release()
