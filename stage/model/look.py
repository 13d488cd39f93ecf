"""The look: the complete set of adjustable values of a stage, typed, each with its unit and its range.

The same records are validated at the edge (files, console, OSC: pydantic reads the constraints) and carried inside
every `Frame`; there is no second declaration. All groups have neutral defaults: the scene as its file gives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from stage.model.base import Name

Gain = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Azimuth = Annotated[float, Field(ge=-360, le=360)]
Light = Annotated[float, Field(ge=0, le=100)]
Rgb = tuple[Light, Light, Light]
_FORBID = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Exposure:
    """`ev` in stops: scene light is multiplied by 2 ** ev. `white_balance_k`: the colour temperature shown
    as white (6504 = as the scene is lit); `tint` from green (-1) to magenta (1)."""

    __pydantic_config__ = _FORBID
    ev: Annotated[float, Field(ge=-20, le=20)] = 0.0
    white_balance_k: Annotated[float, Field(ge=1500, le=25_000)] = 6504.0
    tint: Annotated[float, Field(ge=-1, le=1)] = 0.0

    @property
    def gain(self) -> float:
        """Linear: 2 ** ev."""
        return float(2.0**self.ev)


Slope = Annotated[float, Field(ge=0, le=8)]
Offset = Annotated[float, Field(ge=-1, le=1)]
Power = Annotated[float, Field(ge=0.1, le=8)]


@dataclass(frozen=True, slots=True)
class Grade:
    """ASC CDL on scene-linear light over 100 nits: (in * slope + offset) ** power, then saturation (Rec.709 luma)."""

    __pydantic_config__ = _FORBID
    slope: tuple[Slope, Slope, Slope] = (1.0, 1.0, 1.0)
    offset: tuple[Offset, Offset, Offset] = (0.0, 0.0, 0.0)
    power: tuple[Power, Power, Power] = (1.0, 1.0, 1.0)
    saturation: Annotated[float, Field(ge=0, le=4)] = 1.0


@dataclass(frozen=True, slots=True)
class SunLook:
    """The sun's position. `source`: from the scene file, from place, date and time, or set directly.

    `date` (YYYY-MM-DD) and `time_h` (hours, local clock of `utc_offset_h`) apply to "place", `pan_deg` (azimuth
    counter-clockwise from +Y seen from above) and `elevation_deg` for "hand"; "low"
    takes the elevation, at the azimuth from which a low sun shines into the set.
    """

    __pydantic_config__ = _FORBID
    source: Literal["scene", "place", "hand", "low"] = "scene"
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "2026-06-21"
    time_h: Annotated[float, Field(ge=0, le=24)] = 12.0
    utc_offset_h: Annotated[float, Field(ge=-14, le=14)] = 0.0
    pan_deg: Azimuth = 0.0
    elevation_deg: Annotated[float, Field(ge=-90, le=90)] = 45.0
    gain: Gain = 1.0


@dataclass(frozen=True, slots=True)
class SkyLook:
    """`gain` multiplies the background (sky, equirect), `ambient_gain` its light on surfaces.

    `aerosol` is the haze of the atmosphere relative to a clear day, `cloud_cover` the fraction of the sky in cloud.
    """

    __pydantic_config__ = _FORBID
    gain: Gain = 1.0
    ambient_gain: Gain = 1.0
    aerosol: Annotated[float, Field(ge=0, le=20)] = 1.0
    cloud_cover: Share = 0.0
    cloud_density: Share = 0.5
    cloud_height_m: Annotated[float, Field(ge=200, le=12_000)] = 1800.0
    stars_gain: Gain = 1.0
    moon_gain: Gain = 1.0


@dataclass(frozen=True, slots=True)
class HazeLook:
    """`gain` multiplies the scene file's haze; `fog_per_m` adds to it; it thins to 1/e every `height_m`
    (0 = the same at every height)."""

    __pydantic_config__ = _FORBID
    gain: Gain = 1.0
    fog_per_m: Annotated[float, Field(ge=0, le=1)] = 0.0
    height_m: Annotated[float, Field(ge=0, le=10_000)] = 0.0


@dataclass(frozen=True, slots=True)
class Weather:
    """Rain, snow and dust from none to the most; wind in m/s toward `wind_pan_deg` (counter-clockwise from +Y);
    `wetness` of surfaces, `snow_cover` on what faces up. `seed` varies the drops."""

    __pydantic_config__ = _FORBID
    rain: Share = 0.0
    snow: Share = 0.0
    dust: Share = 0.0
    wind_mps: Annotated[float, Field(ge=0, le=60)] = 2.0
    wind_pan_deg: Azimuth = 90.0
    wetness: Share = 0.0
    snow_cover: Share = 0.0
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


@dataclass(frozen=True, slots=True)
class Practicals:
    """Lamps in the set: on at dusk by themselves ("auto"), always, or never; `gain` multiplies their light."""

    __pydantic_config__ = _FORBID
    mode: Literal["auto", "on", "off"] = "auto"
    gain: Gain = 1.0


@dataclass(frozen=True, slots=True)
class CrowdLook:
    """`density`: the fraction of a crowd layer's figures shown; `activity` 0 = all stand, 1 = as in the layer."""

    __pydantic_config__ = _FORBID
    density: Share = 1.0
    activity: Share = 1.0


Angle = Annotated[float, Field(ge=0, le=45)]


@dataclass(frozen=True, slots=True)
class CameraTrim:
    """One camera's own margin and feather; unset: those of all inner views."""

    __pydantic_config__ = _FORBID
    name: Name
    margin_deg: Angle | None = None
    feather_deg: Angle | None = None


@dataclass(frozen=True, slots=True)
class InnerView:
    """The inner view covers the camera's field plus `margin_deg`, then fades over `feather_deg`; `cameras` names those
    that have margins of their own."""

    __pydantic_config__ = _FORBID
    margin_deg: Angle = 3.0
    feather_deg: Angle = 1.5
    visible: bool = True
    cameras: Annotated[tuple[CameraTrim, ...], Field(max_length=64)] = ()

    def trim_of(self, camera: str) -> tuple[float, float]:
        """A camera's margin and feather, degrees."""
        for trim in self.cameras:
            if trim.name == camera:
                margin, feather = trim.margin_deg, trim.feather_deg
                return (self.margin_deg if margin is None else margin, self.feather_deg if feather is None else feather)
        return (self.margin_deg, self.feather_deg)


@dataclass(frozen=True, slots=True)
class OuterView:
    """What lights the actors: exposure relative to the inner view, and saturation."""

    __pydantic_config__ = _FORBID
    ev: Annotated[float, Field(ge=-20, le=20)] = 0.0
    saturation: Annotated[float, Field(ge=0, le=4)] = 1.0


@dataclass(frozen=True, slots=True)
class WallTrim:
    """One wall, before its calibration: `brightness` of what it can show, and a gain per colour."""

    __pydantic_config__ = _FORBID
    name: Name
    brightness: Share = 1.0
    gain: Rgb = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class ChromaKey:
    """A flat colour inside the inner view, with tracking markers that stand still in stage space.

    `level` is the fraction of the wall's peak, `hue_deg` 120 = green, 240 = blue. Markers are crosses of `marker_m`
    every `spacing_m`, `marker_level` times as bright as the ground.
    """

    __pydantic_config__ = _FORBID
    on: bool = False
    hue_deg: Annotated[float, Field(ge=0, le=360)] = 120.0
    level: Share = 0.25
    markers: bool = True
    spacing_m: Annotated[float, Field(ge=0.05, le=20)] = 0.5
    marker_m: Annotated[float, Field(ge=0.005, le=2)] = 0.06
    marker_level: Annotated[float, Field(ge=0, le=4)] = 0.5


@dataclass(frozen=True, slots=True)
class LightCard:
    """A patch of light on a wall. Centre and size as fractions of the wall's canvas, (0, 0) = upper left; `turn_deg`
    clockwise; `colour` scene-linear, scaled to a largest part of 1; `softness` is the fraction of the size over which
    it fades; outside the inner view unless `over_inner`."""

    __pydantic_config__ = _FORBID
    name: Name
    wall: Name
    shape: Literal["rectangle", "ellipse"] = "rectangle"
    centre: tuple[Share, Share] = (0.5, 0.5)
    size: tuple[Share, Share] = (0.2, 0.2)
    turn_deg: Azimuth = 0.0
    colour: Rgb = (1.0, 1.0, 1.0)
    nits: Annotated[float, Field(ge=0, le=20_000)] = 500.0
    softness: Share = 0.1
    over_inner: bool = False
    on: bool = True


@dataclass(frozen=True, slots=True)
class FixtureLevel:
    """A fixture's fixed light instead of the environment's: linear colour, largest part 1, and its level."""

    __pydantic_config__ = _FORBID
    name: Name
    colour: Rgb = (1.0, 1.0, 1.0)
    level: Share = 1.0


@dataclass(frozen=True, slots=True)
class Fixtures:
    """The stage's lamps: `master`, `blackout`, whether they follow the set, and which have a fixed value."""

    __pydantic_config__ = _FORBID
    master: Share = 1.0
    blackout: bool = False
    follow: bool = True
    fixed: Annotated[tuple[FixtureLevel, ...], Field(max_length=512)] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """The complete look of one frame. `frame_code` draws the frame number into a corner of every tile."""

    __pydantic_config__ = _FORBID
    exposure: Exposure = Exposure()
    grade: Grade = Grade()
    sun: SunLook = SunLook()
    sky: SkyLook = SkyLook()
    haze: HazeLook = HazeLook()
    weather: Weather = Weather()
    practicals: Practicals = Practicals()
    crowd: CrowdLook = CrowdLook()
    inner: InnerView = InnerView()
    outer: OuterView = OuterView()
    walls: Annotated[tuple[WallTrim, ...], Field(max_length=64)] = ()
    key: ChromaKey = ChromaKey()
    light_cards: Annotated[tuple[LightCard, ...], Field(max_length=32)] = ()
    fixtures: Fixtures = Fixtures()
    frame_code: bool = False
