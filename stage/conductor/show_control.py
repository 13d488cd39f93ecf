"""What is on air, and the commands that change it. Pure: time is an argument, scenes come through a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from stage.conductor.decide import Air
from stage.conductor.heavens import heavens_of
from stage.errors import InputError
from stage.looks.blend import blend_heavens
from stage.looks.director import Fade, LookDirector
from stage.looks.partial import part_from_paths
from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.frames import Heavens, Show
from stage.model.base import Model
from stage.model.commands import (
    COMMANDS,
    Black,
    Bypass,
    Hold,
    Pattern,
    RecallLook,
    SetLook,
    StepLook,
    SwitchScene,
)
from stage.model.look import Look
from stage.model.place import Place
from stage.model.preset import Preset
from stage.model.problems import findings_of, nearest
from stage.model.scene import Scene

FindScene = Callable[[str], Scene]
"""The scene of a name. Raises InputError."""


class ShowControl:
    """Holds look, scene and show state; obeys commands. Whatever is refused changes nothing."""

    def __init__(self, preset: Preset, scene: Scene, scene_name: str, place: Place | None, find: FindScene) -> None:
        self.director = LookDirector(preset.look, preset.name, self._check)
        self.scene = scene_name
        self.show = Show()
        self.held = False
        self._scene = scene
        self._place = place
        self._find = find
        self._by, self._since_ns = "", 0
        self._steady: Air | None = None
        self._check(preset.look)

    @property
    def look(self) -> Look:
        """The look that was asked for."""
        return self.director.target

    def air_at(self, moment_ns: int) -> Air:
        """What the frame presented then shows; the same object as long as nothing changes."""
        if self._steady is not None:
            return self._steady
        fade = self.director.fade
        share = fade.share_at(moment_ns)
        air = Air(self.scene, self.director.look_at(moment_ns), self._heavens(fade, share), self.show, self.held)
        if share >= 1.0:
            self._steady = air
        return air

    def _heavens(self, fade: Fade, share: float) -> Heavens:
        """In a fade sun, moon and stars move from the old look's place to the new one's."""
        after = heavens_of(fade.after.sun, self._scene, self._place)
        if share >= 1.0 or fade.before.sun == fade.after.sun:
            return after
        return blend_heavens(heavens_of(fade.before.sun, self._scene, self._place), after, share)

    def restore(self, kept: OnAir) -> None:
        """Go on with what was on air before this process was started again. Raises InputError where it cannot be."""
        scene = self._find(kept.scene)
        heavens_of(kept.look.sun, scene, self._place)
        self._scene, self.scene = scene, kept.scene
        self.director = LookDirector(kept.look, kept.preset, self._check)
        self.show, self.held, self._steady = kept.show, kept.held, None
        self._by, self._since_ns = kept.changed_by, kept.since_ns

    def obey(self, command: Command, frame_number: int, present_ns: int, now_ns: int) -> CommandResult:
        """Carry it out; frame `frame_number`, presented at `present_ns`, is the first that shows it."""
        try:
            text = HANDLERS[_known(command.name)](self, _arguments(command), present_ns)
        except InputError as error:
            return CommandResult(command.number, command.name, command.who, False, str(error), -1, now_ns)
        self._steady = None
        self._by, self._since_ns = command.who, now_ns
        return CommandResult(command.number, command.name, command.who, True, text, frame_number, now_ns)

    def on_air(self) -> OnAir:
        """What the stage was asked to show."""
        undo, redo = self.director.steps
        fade = self.director.fade
        return OnAir(
            self.director.target,
            self.director.preset,
            self.scene,
            self.show,
            self.held,
            undo,
            redo,
            fade.start_ns + fade.duration_ns,
            self._by,
            self._since_ns,
        )

    def _check(self, look: Look) -> None:
        """Raises InputError for a look whose sun cannot be worked out here."""
        heavens_of(look.sun, self._scene, self._place)

    def recall(self, order: RecallLook, present_ns: int) -> str:
        """`look.recall`."""
        self.director.recall(order.part, order.preset, order.transition, present_ns)
        return f"{order.preset} in {order.transition.duration_s:g} s"

    def set(self, order: SetLook, present_ns: int) -> str:
        """`look.set`."""
        self.director.change(part_from_paths(order.values), present_ns, order.fade_s)
        return ", ".join(order.values)

    def undo(self, order: StepLook, present_ns: int) -> str:
        """`look.undo`."""
        self.director.undo(present_ns, order.fade_s)
        return self.director.preset

    def redo(self, order: StepLook, present_ns: int) -> str:
        """`look.redo`."""
        self.director.redo(present_ns, order.fade_s)
        return self.director.preset

    def switch(self, order: SwitchScene, present_ns: int) -> str:
        """`scene.switch`."""
        scene = self._find(order.scene)
        heavens_of(self.director.target.sun, scene, self._place)
        try:
            heavens_of(self.director.fade.before.sun, scene, self._place)
        except InputError:
            self.director.settle()
        self._scene, self.scene = scene, order.scene
        return order.scene

    def black(self, order: Black, present_ns: int) -> str:
        """`show.black`."""
        self.show = replace(self.show, black=order.on)
        return "black" if order.on else "picture"

    def hold(self, order: Hold, present_ns: int) -> str:
        """`show.hold`."""
        self.held = order.on
        return "held" if order.on else "going on"

    def pattern(self, order: Pattern, present_ns: int) -> str:
        """`show.pattern`."""
        self.show = replace(self.show, pattern=order.name, pattern_after_calibration=order.after_calibration)
        return order.name or "no pattern"

    def bypass(self, order: Bypass, present_ns: int) -> str:
        """`show.bypass`."""
        self.show = replace(self.show, bypass=order.steps)
        return ", ".join(order.steps) or "nothing is left out"


HANDLERS: dict[str, Callable[[ShowControl, Any, int], str]] = {
    "look.recall": ShowControl.recall,
    "look.set": ShowControl.set,
    "look.undo": ShowControl.undo,
    "look.redo": ShowControl.redo,
    "scene.switch": ShowControl.switch,
    "show.black": ShowControl.black,
    "show.hold": ShowControl.hold,
    "show.pattern": ShowControl.pattern,
    "show.bypass": ShowControl.bypass,
}
"""Command name to what carries it out; each says in a few words what it did."""


def _known(name: str) -> str:
    if name not in HANDLERS:
        raise InputError(name, "", "no such command", nearest(name, HANDLERS))
    return name


def _arguments(command: Command) -> Model:
    kind = COMMANDS[command.name]
    try:
        return kind.model_validate(json.loads(command.arguments))
    except json.JSONDecodeError as error:
        raise InputError(command.name, "", f"its arguments are not JSON: {error}", "Send a JSON object") from error
    except ValidationError as error:
        first, *_ = findings_of(command.name, kind, error.errors(include_url=False))
        raise InputError(command.name, first.field, first.problem, first.remedy) from error
