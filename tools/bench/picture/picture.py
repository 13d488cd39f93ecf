"""The picture's accuracy, in figures with their limits: reflection, sky, colour, encoder.

Each figure is measured by a function that a test asserts on. Sharpness and shimmer belong to a stage: `openstage
picture STAGE` measures them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import moderngl

from render.gl.context import create_offscreen_context
from render.layers.sky.atmosphere import Atmosphere
from stage.maths.colour_transfer import TRANSFERS
from tools.bench.picture import brdf as picture_brdf
from tools.bench.picture import colour as picture_colour
from tools.bench.picture import fuzz as picture_fuzz
from tools.bench.picture import sky as picture_sky
from tools.bench.picture import sky_drawn as picture_sky_drawn

GROUND_ALBEDO = (0.3, 0.3, 0.3)
LUTS = {
    "3-D LUT, 33 points": ("lut_3d", picture_colour.cube_text(33, 0.0, 1.0)),
    "1-D LUT, 257 points": ("lut_1d", picture_colour.curves_text(257)),
}


@dataclass(frozen=True, slots=True)
class PictureFigure:
    """`value` in `unit`, which must not be above `limit`; `against`: the reference, in words."""

    value: float
    limit: float
    unit: str
    against: str = ""

    @property
    def good(self) -> bool:
        """Whether it is within the limit; NaN is not."""
        return self.value <= self.limit

    def document(self) -> dict[str, float | str | bool]:
        """For printing."""
        facts: dict[str, float | str | bool] = {"value": self.value, "limit": self.limit, "unit": self.unit}
        return {**facts, "good": self.good, **({"against": self.against} if self.against else {})}


def picture_figures() -> dict[str, dict[str, PictureFigure]]:
    """All figures, by subject."""
    context = create_offscreen_context()
    try:
        return {
            "reflection": dict(_reflection(context)),
            "sky": dict(_sky(context)),
            "colour on a 17^3 grid": dict(_colour(context)),
            "encoder, anything goes in": dict(_encoder(context)),
        }
    finally:
        context.release()


def _reflection(context: moderngl.Context) -> Iterator[tuple[str, PictureFigure]]:
    for name, metallic in (("white furnace, dielectric", 0.0), ("white furnace, metal", 1.0)):
        worst = max(picture_brdf.furnace_error(roughness, metallic) for roughness in picture_brdf.ROUGHNESSES)
        yield name, PictureFigure(worst, 0.01, "of the light", "the energy received")
    error = picture_brdf.shader_error(context)
    yield "shader, random inputs", PictureFigure(error, 1e-4, "relative", f"numpy, {picture_brdf.COUNT} inputs")


def _sky(context: moderngl.Context) -> Iterator[tuple[str, PictureFigure]]:
    of = f"ephem, {picture_sky.MOMENTS} places and times"
    yield "sun's place", PictureFigure(picture_sky.sun_error_deg(), 1e-3, "deg", of)
    yield (
        "sun's place, published",
        PictureFigure(picture_sky.published_sun_error_deg(), 1e-3, "deg", "NREL/TP-560-34302"),
    )
    air = Atmosphere.of(1.0, GROUND_ALBEDO)
    for sun_deg in picture_sky.SUN_HEIGHTS_DEG:
        for elevation_deg in picture_sky.ACROSS_DEG:
            ours, cie = picture_sky.horizon_over_zenith(air, sun_deg, elevation_deg)
            name = f"sun {sun_deg:.0f}, {elevation_deg:.0f} over zenith"
            yield (
                name,
                PictureFigure(max(ours / cie, cie / ours), 2.0, "times", f"ours {ours:.2f}, CIE sky 12 {cie:.2f}"),
            )
    for sun_deg in picture_sky_drawn.SUNS_DEG:
        error = picture_sky_drawn.drawn_sky_error(context, sun_deg)
        steep, low = (0.03, 0.06) if sun_deg > 0.0 else (0.06, 0.10)
        yield f"sun {sun_deg:.0f}, drawn", PictureFigure(error.steep, steep, "relative", "numpy, from 8 deg up")
        yield f"sun {sun_deg:.0f}, drawn low", PictureFigure(error.all, low, "relative", "numpy, from 1 deg up")


def _colour(context: moderngl.Context) -> Iterator[tuple[str, PictureFigure]]:
    yield "PQ", _codes(picture_colour.pq_error(context))
    for gamut in picture_colour.GAMUTS:
        yield f"matrix to {gamut}", _codes(picture_colour.matrix_error(context, gamut))
    yield "CDL", _codes(picture_colour.cdl_error(context))
    for name, (key, text) in LUTS.items():
        yield name, _codes(picture_colour.lut_error(context, key, text))
    yield "OCIO config", _codes(picture_colour.config_error(context))


def _codes(error: float) -> PictureFigure:
    return PictureFigure(error, 1.0, "codes of 10 bit", "OpenColorIO")


def _encoder(context: moderngl.Context) -> Iterator[tuple[str, PictureFigure]]:
    for transfer in TRANSFERS:
        left = picture_fuzz.fuzzed(context, transfer)
        of = f"{left.signals:,} signals"
        yield f"{transfer}: NaN or infinite", PictureFigure(left.not_finite, 0, "signals", of)
        yield f"{transfer}: above the peak", PictureFigure(left.above_peak, 0, "signals", of)
