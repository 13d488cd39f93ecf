"""The commands an operator can give, each typed and checked once, wherever it comes from: console, HTTP, CLI, OSC."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from stage.model.base import Model, Name
from stage.model.preset import Transition
from stage.model.wall_steps import PATTERNS, STEPS

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


class SwitchScene(Model):
    """`scene.switch`: another set from the next frame on."""

    scene: Name


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
    "scene.switch": SwitchScene,
    "show.black": Black,
    "show.hold": Hold,
    "show.pattern": Pattern,
    "show.bypass": Bypass,
}
"""Name to arguments."""
