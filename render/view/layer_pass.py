"""The interface of a layer's pass to the scene pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import moderngl

from render.gl.program import build_compute, build_program
from render.gl.shader_source import Define
from render.view.material import BRIGHTEST, Material
from render.view.moment import Moment
from render.view.view import View
from stage.model.look import Look
from stage.model.stagefile import Quality

ROUGHNESS_STEPS = 6
"""Sharp squares of reflections (shaders/common/reflections.glsl): roughness 0, 0.2 ... below ROUGH_FROM."""
ROUGH_STEPS, ROUGH_FROM = 13, 0.4
"""Squares of rough reflections, from this roughness to 1 in steps of 0.05."""
MOST_ROUGH_PX = 32
SHARP_SQUARES = round(ROUGH_FROM * (ROUGHNESS_STEPS - 1))


def rough_px(quality: Quality) -> int:
    """The side of a square of rough reflections, with its border: half as fine as sharp ones, up to what the narrowest
    lobe needs."""
    return min(MOST_ROUGH_PX, quality.reflection_px // 2) + 2


class Phase(IntEnum):
    """When a layer is drawn: opaque ones first, then (after the background) see-through ones."""

    OPAQUE = 0
    TRANSPARENT = 1


class HazeKind(IntEnum):
    """Haze in front of a surface: none, uniform, or thinner with height and brighter toward the sun."""

    NONE = 0
    EVEN = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class LightKinds:
    """What shaders/common/light.glsl is built with. `environment`: ambient light comes from the background;
    `cascades`: the sun's shadow maps; `lamps`: punctual lights of the set; `baked`: meshes
    have baked light instead of the ambient. `haze`: the set's own. `rough_px`: the side of a square of rough
    reflections."""

    environment: bool = False
    cascades: int = 0
    lamps: int = 0
    baked: bool = False
    haze: HazeKind = HazeKind.NONE
    rough_px: int = MOST_ROUGH_PX + 2

    def hazy(self, look: Look) -> bool:
        """Whether there is any haze between the eye and a surface; if not, no pixel computes it."""
        return self.haze is not HazeKind.NONE or look.haze.fog_per_m > 0.0

    def offers(self) -> dict[str, Define]:
        """Defines for programs that include that file."""
        kinds: dict[str, Define] = {"AMBIENT_SH": self.environment, "CASCADES": self.cascades, "LAMPS": self.lamps}
        rough: dict[str, Define] = {"ROUGH_STEPS": ROUGH_STEPS, "ROUGH_FROM": ROUGH_FROM, "ROUGH_PX": self.rough_px}
        return {**kinds, "ROUGHNESS_STEPS": ROUGHNESS_STEPS, **rough}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a pass is made with. `exact`: drawing waits for video to be decoded and for baked light (stills, checks,
    tests); otherwise an earlier video frame or light is shown and the wall is never late."""

    ctx: moderngl.Context
    quality: Quality
    material: Material
    light: LightKinds = LightKinds()
    exact: bool = True

    def program(self, name: str, fragment: str | None = None, /, **defines: Define) -> moderngl.Program:
        """`shaders/NAME.vert` with `shaders/NAME.frag` (or `fragment`), MATERIAL, BRIGHTEST and, where
        shaders/common/light.glsl is included, the kinds of light defined."""
        kinds = {kind.name: kind.value for kind in Material}
        given = {**kinds, "MATERIAL": self.material.value, "BRIGHTEST": BRIGHTEST, **defines}
        return build_program(self.ctx, f"{name}.vert", f"{fragment or name}.frag", given, offers=self.light.offers())

    def compute(self, name: str, **defines: Define) -> moderngl.ComputeShader:
        """`shaders/NAME.comp` with BRIGHTEST defined and, where light.glsl is included, the kinds of light."""
        given = {"BRIGHTEST": BRIGHTEST, **defines}
        return build_compute(self.ctx, f"{name}.comp", given, offers=self.light.offers())


class LayerPass(Protocol):
    """Draws one layer of a set into the view whose target, viewport and `View` block are bound.

    On entry depth test and culling are on, blending is off; they are so again on return. With Material.PROBE a pass
    writes stage positions, or nothing where the layer has no surface (weather, splats).
    """

    phase: Phase

    def draw(self, view: View, moment: Moment) -> None:
        """Draw it."""
        ...

    def moves(self, moment: Moment) -> bool:
        """Whether its picture changes with scene time under this look."""
        ...

    def depends_on(self, moment: Moment) -> tuple[object, ...]:
        """The parts of the moment its picture depends on besides the view, scene time included if it moves. What every
        view's block contains is already in `ViewBlock.depends_on`."""
        ...

    def warm_up(self, view: View) -> None:
        """Draw every variant once, offscreen."""
        ...

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        ...
