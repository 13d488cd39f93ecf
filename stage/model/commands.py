"""The commands an operator can give, each typed and checked once, wherever it comes from: console, HTTP, CLI, OSC."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from stage.model.base import Model, Name
from stage.model.preset import Transition
from stage.model.wall_steps import PATTERNS, STEPS

MOST_PREPARED = 4
"""Sets held ready besides those of the stage file: memory is bounded."""
NAME_OR_NOTHING = r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$"
Seconds = Annotated[float, Field(ge=0, le=600)]


def _pattern(name: str) -> str:
    if name and name not in PATTERNS:
        raise ValueError(f"must be one of {', '.join(PATTERNS)}, or empty")
    return name


def _step(name: str) -> str:
    if name not in STEPS:
        raise ValueError(f"must be one of {', '.join(STEPS)}")
    return name


class RecallLook(Model):
    """`look.recall`: a preset's part over the look, with its transition. The console reads the preset's file."""

    preset: Name
    part: Annotated[dict[str, Any], Field(default_factory=dict)]
    transition: Transition = Transition()


class SetLook(Model):
    """`look.set`: values by path (`exposure.ev`, `walls.main.brightness`), faded in over `fade_s`."""

    values: Annotated[dict[str, Any], Field(min_length=1, max_length=500)]
    fade_s: Seconds = 0.0


class StepLook(Model):
    """`look.undo` and `look.redo`: one step back or forward."""

    fade_s: Seconds = 0.0


class KeepLook(Model):
    """`look.keep`: the look that was asked for, kept in a slot over what is in it. No picture changes."""

    slot: Literal["a", "b"]


class GoToSlot(Model):
    """`look.ab`: the look kept in a slot; without `slot` the other one than is on air, A where neither is."""

    slot: Literal["a", "b"] | None = None
    fade_s: Seconds = 0.0


class SwitchScene(Model):
    """`scene.switch`: another set from the next frame on. One that is not ready on every render node is refused and
    prepared; `when_ready`: it is switched to as soon as it is."""

    scene: Name
    when_ready: bool = False


class PrepareScenes(Model):
    """`scene.prepare`: the sets that are to be held ready besides those of the stage file; others may be let go."""

    scenes: Annotated[tuple[Name, ...], Field(max_length=MOST_PREPARED)] = ()


class LoadCueList(Model):
    """`cue.load`: the show whose cues are stepped through; "" puts it away. No picture changes.
    `prepare`: sets of its first cues, filled in from the show file."""

    cue_list: Annotated[str, Field(pattern=NAME_OR_NOTHING, max_length=64)] = ""
    prepare: Annotated[tuple[Name, ...], Field(max_length=MOST_PREPARED)] = ()


class FireCue(Model):
    """`cue.fire`: a cue's set and look, both on one frame. An operator gives `step` or `cue`; the rest is filled in
    from the show file: `expected` is the cue that was on air then, so that of two operators who press "next" at once
    the second is told. `prepare`: sets of the cues that follow."""

    cue_list: Name
    cue: Name
    preset: Annotated[str, Field(pattern=NAME_OR_NOTHING, max_length=64)] = ""
    part: Annotated[dict[str, Any], Field(default_factory=dict)]
    transition: Transition = Transition()
    scene: Annotated[str, Field(pattern=NAME_OR_NOTHING, max_length=64)] = ""
    slate: Annotated[str, Field(max_length=32)] = ""
    expected: str | None = None
    prepare: Annotated[tuple[Name, ...], Field(max_length=MOST_PREPARED)] = ()
    when_ready: bool = False


class RollShot(Model):
    """`shot.roll`: a take begins. `slate` is scene and shot as on the clapper ("12A"; "" = the one before); `take`
    counts by itself, from 1 with every new slate."""

    slate: Annotated[str, Field(max_length=32)] = ""
    take: Annotated[int, Field(ge=1, le=9999)] | None = None


class CutShot(Model):
    """`shot.cut`: the take ends."""


class ReleaseLights(Model):
    """`lights.release`: fixtures are left to the lighting desk, or taken back."""

    on: bool


class IdentifyFixture(Model):
    """`lights.identify`: a fixture gives full white for two seconds."""

    fixture: Name


class Black(Model):
    """`show.black`: all walls black, or not."""

    on: bool


class Hold(Model):
    """`show.hold`: the walls keep the picture they have, or go on."""

    on: bool


class Pattern(Model):
    """`show.pattern`: a test pattern on all walls; "" takes it away."""

    name: Annotated[str, AfterValidator(_pattern)] = ""
    after_calibration: bool = False


class Bypass(Model):
    """`show.bypass`: steps of the walls' colour that are left out, to compare."""

    steps: tuple[Annotated[str, AfterValidator(_step)], ...] = ()


COMMANDS: dict[str, type[Model]] = {
    "look.recall": RecallLook,
    "look.set": SetLook,
    "look.undo": StepLook,
    "look.redo": StepLook,
    "look.keep": KeepLook,
    "look.ab": GoToSlot,
    "scene.switch": SwitchScene,
    "scene.prepare": PrepareScenes,
    "cue.load": LoadCueList,
    "cue.fire": FireCue,
    "shot.roll": RollShot,
    "shot.cut": CutShot,
    "lights.release": ReleaseLights,
    "lights.identify": IdentifyFixture,
    "show.black": Black,
    "show.hold": Hold,
    "show.pattern": Pattern,
    "show.bypass": Bypass,
}
"""Name to arguments."""
