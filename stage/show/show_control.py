"""What is on air: look, set, and what replaces them. Pure: time is an argument, sets come from a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stage.errors import InputError
from stage.messages.commands import Command, OnAir, Slate, SlotName
from stage.messages.frames import IN_THE_FILES_ORDER, CameraChoice, Heavens, Show
from stage.messages.takes import Playing
from stage.model.look import Look
from stage.model.place import Place
from stage.model.preset import Preset
from stage.model.scene import Scene
from stage.model.stagefile import TakeLock
from stage.show import camera_choice, slots
from stage.show.admission import SILENT_NS, Admission
from stage.show.blend import blend_heavens
from stage.show.decide import Air
from stage.show.director import Fade, History, LookDirector
from stage.show.heavens import heavens_of
from stage.show.playback import TakeSpan
from stage.show.wind import WindTrack, steady
from stage.units import NS_PER_S

WAITERS: frozenset[TakeLock] = frozenset(("sets", "go"))
"""What locks orders that wait for a set: they go on waiting until the cut."""
FindScene = Callable[[str], Scene]
"""The scene of a name. Raises InputError."""
FindTake = Callable[[str], TakeSpan]
"""What is known of a take by its name. Raises InputError."""


def no_takes(name: str) -> TakeSpan:
    """Where no takes are kept."""
    raise InputError(name, "", "no takes are kept here", "Run the stage, and roll one")


@dataclass(frozen=True, slots=True)
class ShowMemory:
    """A show as another process goes on with it. `waiting`: the order that waits for a set, and the set."""

    air: OnAir
    history: History
    waiting: tuple[Command, str] | None


class ShowControl:
    """Holds look, set and show state, which orders change (`stage.show.orders`).

    The caller feeds `admission` with the render nodes' reports of their sets. `gone_to`: the last slot gone to or
    filled. `take_locks`: what is refused while a take rolls.
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
        choice: CameraChoice = IN_THE_FILES_ORDER,
    ) -> None:
        self.director = LookDirector(preset.look, preset.name, self._check)
        self.scene = scene_name
        self.show = Show()
        self.held = False
        self.admission = Admission()
        self.cue_list: str | None = None
        self.cue: str | None = None
        self.slate = Slate()
        self.slots: slots.Slots = ()
        self.gone_to: SlotName | None = None
        self.prepared: tuple[str, ...] = ()
        self.take_locks: tuple[TakeLock, ...] = ()
        self.find = find
        self.find_take: FindTake = no_takes
        self.playing: Playing | None = None
        self.walls = walls
        self.fixtures = fixtures
        self.choice = choice
        self._waiting: tuple[Command, str] | None = None
        self._patient_until_ns = 0
        self._scene = scene
        self._place = place
        self._by: str | None = None
        self._since_ns = 0
        self._steady: Air | None = None
        self._wind = WindTrack(steady(preset.look.weather))
        self._check(preset.look)

    @property
    def look(self) -> Look:
        """The requested look."""
        return self.director.target

    def air_at(self, moment_ns: int) -> Air:
        """What the frame presented then shows; the same object as long as nothing changes."""
        time_s = moment_ns / NS_PER_S
        if self._steady is not None:
            self._wind.follow(self._steady.look.weather, time_s)
            return self._steady
        fade = self.director.fade
        share = fade.share_at(moment_ns)
        look = self.director.look_at(moment_ns)
        wind = self._wind.follow(look.weather, time_s)
        air = Air(
            scene=self.scene,
            look=look,
            heavens=self._heavens(fade, share),
            show=self.show,
            held=self.held,
            wind=wind,
            choice=self.choice,
        )
        if share >= 1.0:
            self._steady = air
        return air

    def _heavens(self, fade: Fade, share: float) -> Heavens:
        """In a fade sun, moon and stars move from the old look's place to the new one's."""
        after = heavens_of(fade.after.sun, self._scene, self._place)
        if share >= 1.0 or fade.before.sun == fade.after.sun:
            return after
        return blend_heavens(heavens_of(fade.before.sun, self._scene, self._place), after, share)

    def restore(self, memory: ShowMemory, now_ns: int = 0) -> None:
        """Continue with what another process knew. Raises InputError where that is not possible; nothing changes then.

        An order that waits for its set waits on; before a node has reported its sets (or is silent for too long),
        nobody can say that the set is ready."""
        kept = memory.air
        scene = self.find(kept.scene)
        heavens_of(kept.look.sun, scene, self._place)
        self._scene, self.scene = scene, kept.scene
        self.director = LookDirector(kept.look, kept.preset, self._check, (kept.base, kept.recalled))
        self.director.resume(memory.history)
        self._waiting, self._patient_until_ns = memory.waiting, now_ns + SILENT_NS
        self.show, self.held, self._steady = kept.show, kept.held, None
        self._by, self._since_ns = kept.changed_by, kept.since_ns
        self.cue_list, self.cue, self.prepared, self.slate = kept.cue_list, kept.cue, kept.prepared, kept.slate
        self.slots, self.gone_to = kept.slots, kept.slot_on
        self.playing = kept.playing
        self.choice = camera_choice.gone_on(kept.choice, self.choice)
        self._wind = WindTrack(kept.wind or steady(kept.look.weather))

    def memory(self) -> ShowMemory:
        """Everything that another process needs to go on from here."""
        return ShowMemory(self.on_air(), self.director.history, self._waiting)

    def changed(self, by: str, now_ns: int) -> None:
        """An order was carried out: what is on air must be computed again."""
        self._steady = None
        self._by, self._since_ns = by, now_ns

    def put_on(self, name: str, look: Look) -> None:
        """Put a set on the walls with a look. Raises InputError where that look's sun cannot be computed there."""
        scene = self.find(name)
        heavens_of(look.sun, scene, self._place)
        try:
            heavens_of(self.director.fade.before.sun, scene, self._place)
        except InputError:
            self.director.settle()
        self._scene, self.scene = scene, name

    def wait_for(self, scene: str, command: Command) -> None:
        """Carry out the order once its set is ready, unless another order comes first."""
        self._waiting = (command, scene)

    def stop_waiting(self) -> None:
        """Drop the order that waits for a set."""
        self._waiting = None

    def ready_order(self, now_ns: int) -> Command | None:
        """The order to obey now: the one that waited for its set, once that is ready or has failed."""
        if self._waiting is None or (self.slate.rolling and not WAITERS.isdisjoint(self.take_locks)):
            return None
        if now_ns < self._patient_until_ns and not self.admission.heard:
            return None
        command, scene = self._waiting
        refusal = self.admission.refusal(scene, now_ns)
        if refusal is not None and not self.admission.failed(scene, now_ns):
            return None
        self._waiting = None
        return command

    def on_air(self) -> OnAir:
        """What the stage was requested to show."""
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
            pending=self._waiting[1] if self._waiting else None,
            slate=self.slate,
            base=asked.base,
            recalled=asked.recalled,
            undo_of=undo_of,
            redo_of=redo_of,
            slots=self.slots,
            slot_on=slots.slot_on(self.slots, self.gone_to, asked.look),
            wind=self._wind.wind,
            playing=self.playing,
            choice=self.choice,
        )

    def _check(self, look: Look) -> None:
        """Raises InputError for a look whose sun cannot be computed here."""
        heavens_of(look.sun, self._scene, self._place)
