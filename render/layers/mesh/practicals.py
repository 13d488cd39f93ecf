"""When the lamps of a set are on. Pure."""

from __future__ import annotations

from render.view.moment import Moment

ON_DEG, OFF_DEG = -2.0, 4.0
"""Sun elevation below which lamps on "auto" are fully on, and above which they are off; in between they fade."""


def practicals_gain(moment: Moment) -> float:
    """The factor for the light of practicals: the look's gain, or 0 while they are off."""
    look = moment.look.practicals
    if look.mode == "off":
        return 0.0
    if look.mode == "on":
        return look.gain
    share = min(max((OFF_DEG - moment.heavens.sun_elevation_deg) / (OFF_DEG - ON_DEG), 0.0), 1.0)
    return look.gain * share * share * (3.0 - 2.0 * share)
