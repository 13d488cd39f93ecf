"""Lamps of a USD file (UsdLux) as KHR_lights_punctual: a point at their middle, of the light they give.

UsdLux gives luminance in nits: intensity x 2^exposure x colour (divided by the area where `normalize`). A lamp that is
small seen from where it shines gives luminance times its area seen from there, in candela.
"""

from __future__ import annotations

import math
from typing import Any

from render.layers.mesh.usd.glb import Properties

WIDEST_DEG = 89.9


def lamp_of(prim: Any) -> Properties | None:
    """A lamp of glTF, shining along its -Z as UsdLux does; None where it is no lamp that has a place or direction."""
    from pxr import UsdLux

    light = UsdLux.LightAPI(prim)
    kind = prim.GetTypeName()
    if not light or kind not in _AREAS:
        return None
    level = float(light.GetIntensityAttr().Get()) * 2.0 ** float(light.GetExposureAttr().Get())
    colour = [float(part) for part in light.GetColorAttr().Get()]
    if light.GetEnableColorTemperatureAttr().Get():
        warm = UsdLux.BlackbodyTemperatureAsRgb(float(light.GetColorTemperatureAttr().Get()))
        colour = [own * float(part) for own, part in zip(colour, warm, strict=True)]
    strongest = max(*colour, 1e-9)
    seen, whole = _AREAS[kind](prim)
    if light.GetNormalizeAttr().Get():
        level /= max(whole, 1e-12)
    own: Properties = {
        "name": prim.GetName(),
        "type": "directional" if kind == "DistantLight" else "point",
        "color": [min(part / strongest, 1.0) for part in colour],
        "intensity": level * strongest * seen,
    }
    shaping = UsdLux.ShapingAPI(prim)
    cone = shaping.GetShapingConeAngleAttr().Get() if shaping else None
    if own["type"] == "point" and (kind in ("RectLight", "DiskLight") or (cone is not None and float(cone) < 90.0)):
        outer = min(float(cone) if cone is not None else WIDEST_DEG, WIDEST_DEG)
        own |= {"type": "spot", "spot": {"innerConeAngle": 0.0, "outerConeAngle": math.radians(outer)}}
    return own


def _number(prim: Any, name: str, default: float) -> float:
    got = prim.GetAttribute(f"inputs:{name}").Get()
    return default if got is None else float(got)


def _distant(prim: Any) -> tuple[float, float]:
    half = math.radians(_number(prim, "angle", 0.53)) / 2.0
    solid = math.pi * math.sin(half) ** 2
    return (solid, solid) if solid > 0.0 else (1.0, 1.0)


def _sphere(prim: Any) -> tuple[float, float]:
    if prim.GetAttribute("treatAsPoint").Get():
        return 1.0, 1.0
    radius = _number(prim, "radius", 0.5)
    return math.pi * radius**2, 4.0 * math.pi * radius**2


def _rect(prim: Any) -> tuple[float, float]:
    area = _number(prim, "width", 1.0) * _number(prim, "height", 1.0)
    return area, area


def _disk(prim: Any) -> tuple[float, float]:
    area = math.pi * _number(prim, "radius", 0.5) ** 2
    return area, area


def _cylinder(prim: Any) -> tuple[float, float]:
    radius, length = _number(prim, "radius", 0.5), _number(prim, "length", 1.0)
    return 2.0 * radius * length, 2.0 * math.pi * radius * length


_AREAS = {"DistantLight": _distant, "SphereLight": _sphere, "RectLight": _rect, "DiskLight": _disk,
          "CylinderLight": _cylinder}  # fmt: skip
"""(area seen from where it shines, whole area), in square units of the file; of a distant lamp its solid angle."""
