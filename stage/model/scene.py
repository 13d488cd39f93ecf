"""The virtual set: a file that names layers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.base import Degrees, Metres3, Model, Name

Light = Annotated[float, Field(ge=0, le=100_000)]
Colour = tuple[Light, Light, Light]


class GltfLayer(Model):
    """A glTF or GLB file, Y up, placed in stage space: glTF (x, y, z) is stage (x, -z, y), then turned and moved."""

    kind: Literal["gltf"]
    file: str
    unit_m: Annotated[float, Field(gt=0, le=1000)] = 1.0
    position_m: Metres3 = (0.0, 0.0, 0.0)
    pan_deg: Degrees = 0.0


class EquirectLayer(Model):
    """A background at infinity (HDR, EXR, JPG or PNG): its middle column lies toward +Y, its left to the left.

    Float files are scene-linear, 1.0 = 100 nits; 8 bit files are sRGB. `gain` multiplies.
    """

    kind: Literal["equirect"]
    file: str
    pan_deg: Degrees = 0.0
    gain: Light = 1.0


Layer = Annotated[GltfLayer | EquirectLayer, Field(discriminator="kind")]


class Sun(Model):
    """A directional light. `pan_deg` is the azimuth toward the sun, counter-clockwise from +Y seen from above;
    a surface that faces it gains base colour times `radiance`."""

    pan_deg: Degrees = 0.0
    elevation_deg: Annotated[float, Field(ge=-90, le=90)] = 45.0
    radiance: Colour = (1.0, 1.0, 1.0)


class Ambient(Model):
    """Light from above and from below, mixed by the normal's z."""

    up: Colour = (0.5, 0.5, 0.5)
    down: Colour = (0.2, 0.2, 0.2)


class Haze(Model):
    """Light scattered in with distance: `mix(colour, haze, 1 - exp(-density d))`. The equirect is beyond it."""

    colour: Colour = (0.7, 0.75, 0.8)
    density_per_m: Annotated[float, Field(ge=0, le=10)] = 0.0


class Scene(Model):
    """`schema = "scene/1"`. Drawn in the order of the layers; the equirect is always behind."""

    schema_: Literal["scene/1"] = Field(alias="schema")
    name: Name
    description: str = ""
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    sun: Sun = Sun()
    ambient: Ambient = Ambient()
    haze: Haze = Haze()
