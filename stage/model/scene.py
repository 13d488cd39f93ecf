"""The virtual set: a file that names layers, and its light."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stage.model.base import Degrees, Model, Name
from stage.model.layers import Colour, EquirectLayer, Layer, SkyLayer
from stage.model.place import Place


class Sun(Model):
    """A directional light. `pan_deg` is the azimuth toward the sun, counter-clockwise from +Y seen from above;
    a surface facing it gains base colour times `radiance`. A sky layer sets the sun's radiance itself. `low_pan_deg`:
    from where a low sun shines into the set, past what stands round it (unset: `pan_deg`)."""

    pan_deg: Degrees = 0.0
    low_pan_deg: Degrees | None = None
    elevation_deg: Annotated[float, Field(ge=-90, le=90)] = 45.0
    radiance: Colour = (1.0, 1.0, 1.0)


class Ambient(Model):
    """`source`: a gradient of light from above and from below, mixed by the normal's z, or the light of the
    background (equirect, sky) as it falls on each side of things. Unset: the gradient where the file has
    `[ambient]`, else the background where there is one."""

    source: Literal["gradient", "background"] | None = None
    up: Colour = (0.5, 0.5, 0.5)
    down: Colour = (0.2, 0.2, 0.2)


class Haze(Model):
    """Light scattered in with distance: `mix(colour, haze, 1 - exp(-density d))`. The background is beyond it."""

    colour: Colour = (0.7, 0.75, 0.8)
    density_per_m: Annotated[float, Field(ge=0, le=10)] = 0.0


class Scene(Model):
    """`schema = "scene/1"`. The background (equirect or sky; at most one of them) is always behind the rest.

    `place`: where on earth the set is, for its sun; the stage's own where it is unset.
    """

    schema_: Literal["scene/1"] = Field(alias="schema")
    name: Name
    description: str = ""
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    place: Place | None = None
    sun: Sun = Sun()
    ambient: Ambient = Ambient()
    haze: Haze = Haze()

    @property
    def light_from_all_sides(self) -> Ambient:
        """`ambient` with its source resolved."""
        if self.ambient.source is not None:
            return self.ambient
        backed = any(isinstance(layer, EquirectLayer | SkyLayer) for layer in self.layers)
        given = "ambient" in self.model_fields_set
        return self.ambient.model_copy(update={"source": "background" if backed and not given else "gradient"})
