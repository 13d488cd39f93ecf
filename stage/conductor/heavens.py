"""Where sun, moon and stars stand for a look: as the scene file says, by hand, or from place, date and time. Pure."""

from __future__ import annotations

from stage.messages.frames import Heavens
from stage.model.look import SunLook
from stage.model.scene import Scene


def heavens_of(sun: SunLook, scene: Scene) -> Heavens:
    """The heavens of a frame."""
    if sun.source == "hand":
        return Heavens(sun_pan_deg=sun.pan_deg, sun_elevation_deg=sun.elevation_deg)
    return Heavens(sun_pan_deg=scene.sun.pan_deg, sun_elevation_deg=scene.sun.elevation_deg)
