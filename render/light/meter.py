"""The light meter at the mark, in the set that is on the walls: what fixtures follow."""

from __future__ import annotations

from dataclasses import replace

import moderngl

from render.light.light_field_pass import LightFace, LightFieldPass
from render.scene.held_sets import HeldSets
from render.view.moment import outer_moment
from stage.maths.pose import Vector
from stage.messages.frames import Frame
from stage.model.look import Exposure


class SetLightMeter:
    """Measures six faces round `mark_m`. Each is drawn offscreen, between frames."""

    def __init__(self, ctx: moderngl.Context, mark_m: Vector, sets: HeldSets) -> None:
        self._sets = sets
        self._faces = LightFieldPass(ctx, mark_m)

    def light_key(self, frame: Frame) -> tuple[object, ...]:
        """What the light round the mark depends on; exposure is applied where it is used."""
        moment = outer_moment(frame)
        unexposed = replace(moment, look=replace(moment.look, exposure=Exposure()))
        return (self._sets.name, *self._sets.shown.depends_on(unexposed))

    def light_face(self, frame: Frame, face: int) -> LightFace:
        """One face of the light round the mark."""
        return self._faces.capture(self._sets.shown, outer_moment(frame), face)

    def sunlight(self, frame: Frame) -> tuple[Vector, Vector]:
        """Toward the sun, and the light a white surface facing it receives, before exposure."""
        return self._sets.shown.sunlight(outer_moment(frame))

    def release(self) -> None:
        """Free what it draws into."""
        self._faces.release()
