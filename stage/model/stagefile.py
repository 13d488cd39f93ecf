"""The stage file: one LED stage, complete, in TOML (`schema = "stage/1"`)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from stage.model.base import Metres3, Model, Name
from stage.model.camera import Camera
from stage.model.fixture import Fixture, Lights
from stage.model.frame_rate import FrameRate
from stage.model.osc import Osc
from stage.model.output import Output
from stage.model.place import Place
from stage.model.sends import Send
from stage.model.source import Source
from stage.model.wall import Wall


class Timing(Model):
    """`draw_lead_ms`: how long before its present time a frame is decided (unset: one frame). The outer view
    shows a moving scene at the time of every `outer_every_frames`-th frame: it lights actors and is not filmed."""

    draw_lead_ms: Annotated[float, Field(ge=0, le=1000)] | None = None
    outer_every_frames: Annotated[int, Field(ge=1, le=1000)] = 12


class Quality(Model):
    """Quality settings of a node. MSAA and anisotropy cost a software renderer more than all else: off by default.
    `outer_density`: pixels of the outer view for each wall pixel, across and up: it lights actors and is not filmed.
    `shadow_px`: the side of each shadow map of sun and moon (0 = no shadows). `surfaces`: with gloss and relief, or
    without. Where the file says neither, a machine that draws in software shows no shadows and matt surfaces.
    `reflection_px`: resolution of the background in reflections. `weather_density`: number of drops and flakes, times
    the usual. `warm_spare`: a second render process has the sets loaded and takes over within a few frames; it needs
    their memory once more."""

    msaa: Literal[0, 2, 4, 8] = 0
    anisotropy: Literal[0, 2, 4, 8, 16] = 0
    inner_max_px: Annotated[int, Field(ge=64, le=16_384)] = 4096
    inner_density: Annotated[float, Field(ge=0.5, le=3)] = 1.5
    outer_density: Annotated[float, Field(ge=0.1, le=1)] = 1.0
    shadow_px: Literal[0, 512, 1024, 2048, 4096] = 2048
    surfaces: Literal["full", "matt"] = "full"
    reflection_px: Literal[32, 64, 128, 256] = 64
    weather_density: Annotated[float, Field(ge=0.1, le=8)] = 1.0
    warm_spare: bool = True

    def in_software(self) -> Quality:
        """What a machine without a graphics card draws: the file's own values, and else the cheap ones."""
        cheap = {"shadow_px": 0, "surfaces": "matt"}
        return self.model_copy(update={key: value for key, value in cheap.items() if key not in self.model_fields_set})


class Takes(Model):
    """Where takes are kept: `folder`, relative to the stage file (unset: `takes` beside it), and how many seconds
    before "roll" a take begins."""

    folder: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    pre_roll_s: Annotated[float, Field(ge=0, le=60)] = 5.0


TakeLock = Literal["go", "sets", "presets", "black", "pattern"]
"""What may be locked while a take rolls: GO and jumps in the cue list, sets, presets, BLACK, test patterns."""


class Stage(Model):
    """Everything the processes need before the first frame. `mark_m`: where the actor stands, for the light meter
    (unset: the stage eye). `scenes`: sets loaded at the start besides `scene`, ready to switch to. `take_locks`: what
    is refused while a take rolls."""

    schema_: Literal["stage/1"] = Field(alias="schema")
    name: Name
    frame_rate: FrameRate = "24"
    stage_eye_m: Metres3 = (0.0, -3.0, 1.6)
    scene: Name
    scenes: tuple[Name, ...] = ()
    look: Name = "neutral"
    place: Place | None = None
    mark_m: Metres3 | None = None
    timing: Timing = Timing()
    quality: Quality = Quality()
    takes: Takes = Takes()
    walls: Annotated[tuple[Wall, ...], Field(min_length=1)]
    outputs: Annotated[tuple[Output, ...], Field(min_length=1)]
    sources: tuple[Source, ...] = ()
    cameras: tuple[Camera, ...] = ()
    sends: Annotated[tuple[Send, ...], Field(max_length=32)] = ()
    lights: Lights = Lights()
    osc: Osc | None = None
    fixtures: Annotated[tuple[Fixture, ...], Field(max_length=512)] = ()
    take_locks: tuple[TakeLock, ...] = ("go", "sets")

    @model_validator(mode="after")
    def _lenses_on_their_encoders(self) -> Self:
        """Lens points on shares of an encoder's range stand on the raw values of the camera's source."""
        sources = {source.name: source for source in self.sources}
        found = ((camera, sources.get(camera.source)) for camera in self.cameras)
        cameras = tuple([camera.with_encoders(on.zoom, on.focus) if on else camera for camera, on in found])
        object.__setattr__(self, "cameras", cameras)  # the model is frozen
        return self

    @property
    def light_mark_m(self) -> Metres3:
        """Where light is measured and where fixtures shine: the actor's mark, or the stage eye without one."""
        return self.mark_m if self.mark_m is not None else self.stage_eye_m

    @property
    def rate_hz(self) -> Fraction:
        """Frames per second, exactly."""
        return Fraction(self.frame_rate)


def output_bits(stage: Stage, output: str) -> int:
    """Bits per colour of an output: those of its deepest wall."""
    bits = {wall.name: wall.bits for wall in stage.walls}
    tiles = next(each.tiles for each in stage.outputs if each.name == output)
    return max([bits.get(placement.tile.partition("/")[0], 8) for placement in tiles])
