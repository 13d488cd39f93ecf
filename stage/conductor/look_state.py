"""From the look a person keeps in a file to the look a frame is drawn with."""

from __future__ import annotations

from stage.messages.frames import LookState
from stage.model.look import Look


def look_state(look: Look) -> LookState:
    """The same look in a frame's terms: exposure in stops becomes a linear gain, 2 ** ev."""
    return LookState(
        gain=2.0**look.exposure_ev,
        margin_deg=look.margin_deg,
        feather_deg=look.feather_deg,
        sun_gain=look.sun_gain,
        ambient_gain=look.ambient_gain,
        haze_gain=look.haze_gain,
        frame_code=look.frame_code,
    )
