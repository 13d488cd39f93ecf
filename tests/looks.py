"""Looks as the tests want them: a few values given, the rest neutral."""

from __future__ import annotations

import math

from stage.model.look import Exposure, HazeLook, InnerView, Look, SkyLook, SunLook


def a_look(
    gain: float = 1.0,
    *,
    margin_deg: float = 3.0,
    feather_deg: float = 1.5,
    sun_gain: float = 1.0,
    ambient_gain: float = 1.0,
    haze_gain: float = 1.0,
    frame_code: bool = False,
) -> Look:
    """A look whose exposure multiplies light by `gain`."""
    return Look(
        exposure=Exposure(ev=math.log2(gain)),
        sun=SunLook(gain=sun_gain),
        sky=SkyLook(ambient_gain=ambient_gain),
        haze=HazeLook(gain=haze_gain),
        inner=InnerView(margin_deg, feather_deg),
        frame_code=frame_code,
    )
