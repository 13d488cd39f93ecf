"""Tracked cameras: rig, lens, sensor."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from stage.maths.lens_table import LensTable
from stage.model.base import Model, Name, PoseModel, PositiveMillimetres, SizePx
from stage.model.lens import Lens as Lens
from stage.model.lens import LensPoint as LensPoint
from stage.model.sources.base import EncoderRange

MOST_CAMERAS = 8
"""Cameras that have inner views at once: `composite.frag` lays so many over each other; each takes a texture unit, and
memory for a picture of every flat wall. A stage may have more cameras, of which the others are off."""


class OrFile:
    """In the JSON Schema a lens may also be the name of its file: what reads the stage file puts the lens there."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(core)]}


def _sensor_may_be_the_lens_files(schema: dict[str, Any]) -> None:
    schema["required"].remove("sensor_mm")


class Camera(Model):
    """A camera on a tracker. Cameras are listed in the order of priority in which a show begins: where inner views
    overlap, the earlier one wins. `on`: whether it begins with an inner view; orders change both while the stage runs.

    `rig` is the pose of the **sensor** in the tracker's frame (`tracker_from_sensor`). `home` is where the
    camera is until its first sample arrives. `image_px` is the recorded picture, for figures in its pixels. It exposes
    for `exposure_ms`, beginning `exposure_phase_ms` after the light of a frame is on the walls.
    """

    model_config = ConfigDict(json_schema_extra=_sensor_may_be_the_lens_files)

    name: Name
    source: Name
    sensor_mm: tuple[PositiveMillimetres, PositiveMillimetres]
    image_px: SizePx = (1920, 1080)
    rig: PoseModel = PoseModel()
    home: PoseModel = PoseModel(position_m=(0.0, -3.5, 1.6))
    lens: Annotated[Lens, OrFile()]
    exposure_ms: Annotated[float, Field(ge=0, le=1000)] = 0.0
    exposure_phase_ms: Annotated[float, Field(ge=-1000, le=1000)] = 0.0
    on: bool = True

    @model_validator(mode="after")
    def _lens_makes_a_table(self) -> Self:
        """Every point in OpenLensIO's terms, and a table of them all."""
        object.__setattr__(self, "lens", self.lens.on(self.sensor_mm))  # the model is frozen
        self.lens_table()
        return self

    def with_encoders(self, zoom: EncoderRange, focus: EncoderRange) -> Camera:
        """The camera on a source with these encoder ranges: points on shares of them get raw values."""
        if all(point.zoom is None and point.focus is None for point in self.lens.points):
            return self
        return self.model_copy(update={"lens": self.lens.raw(zoom, focus)})

    def lens_table(self) -> LensTable:
        """The lens on this camera's sensor, at any encoder values."""
        return self.lens.table(self.sensor_mm)
