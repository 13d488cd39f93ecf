"""What is on air, and the commands that change it. Pure: time is an argument, scenes come through a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from stage.errors import InputError
from stage.messages.commands import Command, CommandResult, OnAir, Slate
from stage.messages.frames import Heavens, Show
from stage.model.base import Model
from stage.model.commands import (
    COMMANDS,
    MOST_PREPARED,
    Black,
    Bypass,
    CutShot,
    FireCue,
    GoToSlot,
    Hold,
    IdentifyFixture,
    KeepLook,
    LoadCueList,
    Pattern,
    PrepareScenes,
    RecallLook,
    ReleaseLights,
    RollShot,
    SetLook,
    StepLook,
    SwitchScene,
)
from stage.model.look import Look
from stage.model.place import Place
from stage.model.preset import Preset
from stage.model.problems import findings_of, nearest
from stage.model.scene import Scene
from stage.show import clapper, slots
from stage.show.admission import Admission
from stage.show.blend import blend_heavens
from stage.show.decide import Air
from stage.show.director import Fade, LookDirector
from stage.show.heavens import heavens_of
from stage.show.look_names import unknown_names
from stage.show.partial import Part, laid_over, part_from_paths

NAMING = {"walls", "light_cards", "fixtures"}
"""The groups of a look that call walls or fixtures by name."""
FindScene = Callable[[str], Scene]
"""The scene of a name. Raises InputError."""


class _WaitsError(Exception):
    """The order is carried out as soon as its set is ready."""


class ShowControl:
    """Holds look, scene and show state; obeys commands. Whatever is refused changes nothing on the walls.

    `admission` is fed by the caller with what render nodes say of their sets.
    """

    def __init__(
        self,
        preset: Preset,
        scene: Scene,
        scene_name: str,
        place: Place | None,
        find: FindScene,
        walls: tuple[str, ...] = (),
        fixtures: tuple[str, ...] = (),
    ) -> None:
        self.director = LookDirector(preset.look, preset.name, self._check)
        self.scene = scene_name
        self.show = Show()
        self.held = False
        self.admission = Admission()
        self.cue_list, self.cue = "", ""
        self.slate = Slate()
        self.slots: slots.Slots = ()
        self._slot = ""
        self.prepared: tuple[str, ...] = ()
        self._pending: tuple[Command, str] | None = None
        self._now_ns = 0
        self._scene = scene
        self._place = place
        self._find = find
        self._walls = walls
        self._fixtures = fixtures
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
        self.director = LookDirector(kept.look, kept.preset, self._check, (kept.base, kept.recalled))
        self.show, self.held, self._steady = kept.show, kept.held, None
        self._by, self._since_ns = kept.changed_by, kept.since_ns
        self.cue_list, self.cue, self.prepared, self.slate = kept.cue_list, kept.cue, kept.prepared, kept.slate
        self.slots, self._slot = kept.slots, kept.slot_on

    def obey(self, command: Command, frame_number: int, present_ns: int, now_ns: int) -> CommandResult:
        """Carry it out; frame `frame_number`, presented at `present_ns`, is the first that shows it."""
        self._now_ns = now_ns
        try:
            text = HANDLERS[_known(command.name)](self, _arguments(command), present_ns)
        except InputError as error:
            return CommandResult(
                number=command.number,
                name=command.name,
                who=command.who,
                accepted=False,
                text=str(error),
                frame_number=-1,
                done_ns=now_ns,
            )
        except _WaitsError as waits:
            self._pending = (command, str(waits))
            text = f"waits until {waits} is ready"
            return CommandResult(
                number=command.number,
                name=command.name,
                who=command.who,
                accepted=True,
                text=text,
                frame_number=-1,
                done_ns=now_ns,
            )
        self._steady = None
        self._by, self._since_ns = command.who, now_ns
        return CommandResult(
            number=command.number,
            name=command.name,
            who=command.who,
            accepted=True,
            text=text,
            frame_number=frame_number,
            done_ns=now_ns,
        )

    def ready_order(self, now_ns: int) -> Command | None:
        """The order that waited for its set, once that is ready or known not to be drawn; it is to be obeyed now."""
        if self._pending is None:
            return None
        command, scene = self._pending
        refusal = self.admission.refusal(scene, now_ns)
        if refusal is not None and not self.admission.failed(scene, now_ns):
            return None
        self._pending = None
        return command

    def on_air(self) -> OnAir:
        """What the stage was asked to show."""
        undo, redo = self.director.steps
        undo_of, redo_of = self.director.steps_said
        fade, asked = self.director.fade, self.director.asked
        return OnAir(
            look=asked.look,
            preset=asked.preset,
            scene=self.scene,
            show=self.show,
            held=self.held,
            undo_steps=undo,
            redo_steps=redo,
            fade_until_ns=fade.start_ns + fade.duration_ns,
            changed_by=self._by,
            since_ns=self._since_ns,
            cue_list=self.cue_list,
            cue=self.cue,
            prepared=self.prepared,
            pending=self._pending[1] if self._pending else "",
            slate=self.slate,
            base=asked.base,
            recalled=asked.recalled,
            undo_of=undo_of,
            redo_of=redo_of,
            slots=self.slots,
            slot_on=slots.slot_on(self.slots, self._slot, asked.look),
        )

    def _check(self, look: Look) -> None:
        """Raises InputError for a look whose sun cannot be worked out here."""
        heavens_of(look.sun, self._scene, self._place)

    def _check_names(self, part: Part) -> None:
        """Raises InputError where a part calls a wall or fixture that the stage has not, unless the look did before: of
        a preset."""
        if not NAMING & part.keys():
            return
        names = partial(unknown_names, walls=self._walls, fixtures=self._fixtures)
        before = {problem for _, problem, _ in names(self.look)}
        for field, problem, remedy in names(laid_over(self.look, part)):
            if problem not in before:
                raise InputError("look", field, problem, remedy)

    def recall(self, order: RecallLook, present_ns: int) -> str:
        """`look.recall`."""
        self.director.recall(order.part, order.preset, order.transition, present_ns)
        return f"{order.preset} in {order.transition.duration_s:g} s"

    def set(self, order: SetLook, present_ns: int) -> str:
        """`look.set`."""
        part = part_from_paths(order.values)
        self._check_names(part)
        self.director.change(part, present_ns, order.fade_s)
        return ", ".join(order.values)

    def undo(self, order: StepLook, present_ns: int) -> str:
        """`look.undo`."""
        self.director.undo(present_ns, order.fade_s)
        return self.director.preset

    def redo(self, order: StepLook, present_ns: int) -> str:
        """`look.redo`."""
        self.director.redo(present_ns, order.fade_s)
        return self.director.preset

    def keep(self, order: KeepLook, present_ns: int) -> str:
        """`look.keep`."""
        self.slots = slots.with_kept(self.slots, order.slot, self.director.target, self.director.preset)
        self._slot = order.slot
        return f"kept in {order.slot.upper()}"

    def go_to_slot(self, order: GoToSlot, present_ns: int) -> str:
        """`look.ab`."""
        on = slots.slot_on(self.slots, self._slot, self.director.target)
        kept = slots.chosen(self.slots, order.slot, on)
        self.director.go_to(kept.look, kept.preset, present_ns, order.fade_s)
        self._slot = kept.slot
        return f"{kept.slot.upper()}{f': {kept.preset}' if kept.preset else ''}"

    def switch(self, order: SwitchScene, present_ns: int) -> str:
        """`scene.switch`."""
        self._admit(order.scene, order.when_ready)
        self._take(order.scene, self.director.target)
        return order.scene

    def prepare(self, order: PrepareScenes, present_ns: int) -> str:
        """`scene.prepare`."""
        for name in order.scenes:
            self._find(name)
        self.prepared = order.scenes
        return ", ".join(order.scenes) or "none besides those of the stage file"

    def load(self, order: LoadCueList, present_ns: int) -> str:
        """`cue.load`."""
        if order.cue_list != self.cue_list:
            self.cue_list, self.cue = order.cue_list, ""
        self.prepared = order.prepare or self.prepared
        return order.cue_list or "no cue list"

    def fire(self, order: FireCue, present_ns: int) -> str:
        """`cue.fire`: set and look change on the same frame."""
        here = self.cue if order.cue_list == self.cue_list else ""
        if order.expected is not None and order.expected != here:
            at = f"the stage is at cue {here or 'none'} by now, not at {order.expected or 'none'}"
            raise InputError("cue.fire", "expected", at, "Look at the cue list, then go on from there")
        scene = order.scene or self.scene
        self._admit(scene, order.when_ready)
        after = laid_over(self.director.target, order.part, order.preset or order.cue)
        self._take(scene, after)
        self.director.recall(order.part, order.preset, order.transition, present_ns)
        self.cue_list, self.cue, self.prepared = order.cue_list, order.cue, order.prepare
        self.slate = clapper.chosen(self.slate, order.slate)
        return f"cue {order.cue}: {order.preset or 'the look as it is'} in {scene}"

    def _admit(self, scene: str, when_ready: bool) -> None:
        """Raises InputError where the set is not ready, after asking for it; with `when_ready` the order waits."""
        self._find(scene)
        self._pending = None
        refusal = None if scene == self.scene else self.admission.refusal(scene, self._now_ns)
        if refusal is None:
            return
        if scene not in self.prepared:
            self.prepared = (*self.prepared, scene)[-MOST_PREPARED:]
        if when_ready and not self.admission.failed(scene, self._now_ns):
            raise _WaitsError(scene)
        raise refusal

    def _take(self, name: str, look: Look) -> None:
        """The set on the walls, under a look. Raises InputError where that look's sun cannot be worked out there."""
        scene = self._find(name)
        heavens_of(look.sun, scene, self._place)
        try:
            heavens_of(self.director.fade.before.sun, scene, self._place)
        except InputError:
            self.director.settle()
        self._scene, self.scene = scene, name

    def roll(self, order: RollShot, present_ns: int) -> str:
        """`shot.roll`."""
        self.slate = clapper.rolled(self.slate, order, self._now_ns)
        return f"rolling {clapper.said(self.slate)}"

    def cut(self, order: CutShot, present_ns: int) -> str:
        """`shot.cut`."""
        self.slate = clapper.cut(self.slate)
        return f"cut {clapper.said(self.slate)}"

    def release_lights(self, order: ReleaseLights, present_ns: int) -> str:
        """`lights.release`."""
        self.show = replace(self.show, lights_released=order.on)
        return "the lights are the desk's" if order.on else "the lights follow the look"

    def identify(self, order: IdentifyFixture, present_ns: int) -> str:
        """`lights.identify`: the lights process hears it as well, and does it."""
        if order.fixture not in self._fixtures:
            problem = f"there is no fixture {order.fixture!r}"
            raise InputError("lights.identify", "fixture", problem, nearest(order.fixture, self._fixtures))
        return f"{order.fixture} is white for two seconds"

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
    "look.keep": ShowControl.keep,
    "look.ab": ShowControl.go_to_slot,
    "scene.switch": ShowControl.switch,
    "scene.prepare": ShowControl.prepare,
    "cue.load": ShowControl.load,
    "cue.fire": ShowControl.fire,
    "shot.roll": ShowControl.roll,
    "shot.cut": ShowControl.cut,
    "lights.release": ShowControl.release_lights,
    "lights.identify": ShowControl.identify,
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
