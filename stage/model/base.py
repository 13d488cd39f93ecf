"""The base of every model and its constrained numbers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.names import LONGEST_NAME, PATTERN, name_like, name_problem, normal


class Model(BaseModel):
    """Frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _checked_name(text: str) -> str:
    """The text in normal form. Raises pydantic's error, with the nearest name, where it is no name."""
    text = normal(text)
    if (problem := name_problem(text)) is not None:
        likely = name_like(text)
        remedy = f"Write {likely!r}" if likely else "Choose another name"
        raise PydanticCustomError("name", "{problem}", {"problem": problem, "remedy": remedy})
    return text


NAME_SCHEMA = {"type": "string", "pattern": PATTERN, "maxLength": LONGEST_NAME}
Name = Annotated[str, AfterValidator(_checked_name), WithJsonSchema(NAME_SCHEMA)]
"""A name in any script that is also safe as a file name and a topic key."""


def none_of_nothing(value: Any) -> Any:
    """An empty text becomes None: forms, files and remote controls write "" for none."""
    return None if value == "" else value


NameOrNone = Annotated[Name | None, BeforeValidator(none_of_nothing)]
SlateOrNone = Annotated[Annotated[str, Field(max_length=32)] | None, BeforeValidator(none_of_nothing)]
"""Scene and shot as on the clapper."""

Metres3 = Annotated[tuple[float, float, float], Field(description="x right, y forward, z up; metres")]
PositiveMetres = Annotated[float, Field(gt=0, le=1000)]
PositiveMillimetres = Annotated[float, Field(gt=0, le=10_000)]
Pixels = Annotated[int, Field(ge=1, le=32_768)]
SizePx = tuple[Pixels, Pixels]
Degrees = Annotated[float, Field(ge=-360, le=360)]
Seconds = Annotated[float, Field(ge=0, le=600)]


class PoseModel(Model):
    """A rigid pose. `R = Rz(pan) Rx(tilt) Ry(roll)`, right-handed: pan positive turns left seen from above,
    tilt positive looks up, roll positive leans clockwise seen from behind."""

    position_m: Metres3 = (0.0, 0.0, 0.0)
    pan_deg: Degrees = 0.0
    tilt_deg: Degrees = 0.0
    roll_deg: Degrees = 0.0

    def pose(self) -> Pose:
        """The same as a transform."""
        turn = quaternion_from_pan_tilt_roll(self.pan_deg, self.tilt_deg, self.roll_deg)
        return Pose(self.position_m, turn)
