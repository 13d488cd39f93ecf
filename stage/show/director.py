"""The look on air: recalls with cross-fade, changes, undo and redo. Pure: time is an argument."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from stage.errors import InputError
from stage.model.look import Look
from stage.model.preset import Transition
from stage.show.blend import blend
from stage.show.partial import Part, difference, laid_over, paths_of
from stage.units import NS_PER_S

HISTORY = 200
"""Steps that can be undone."""
SAME_STEP_NS = 2 * NS_PER_S
"""Changes of the same values within this time of each other count as one drag of a slider."""
PATHS_SAID = 4
"""The most values named in the description of a step; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Fade:
    """A running transition: from `before` to `after`, `duration_ns` from `start_ns` on."""

    before: Look
    after: Look
    start_ns: int
    duration_ns: int
    curve: str

    def share_at(self, moment_ns: int) -> float:
        """0 before it starts, 1 once it is done."""
        if self.duration_ns <= 0:
            return 1.0
        part = min(max((moment_ns - self.start_ns) / self.duration_ns, 0.0), 1.0)
        return part * part * (3.0 - 2.0 * part) if self.curve == "smooth" else part


@dataclass(frozen=True, slots=True)
class Asked:
    """What was requested at one time: the look, its preset (None once changed), and the result of the last recall:
    `base`, of the preset `recalled`."""

    look: Look
    preset: str | None
    base: Look
    recalled: str | None


@dataclass(frozen=True, slots=True)
class History:
    """What a director remembers besides the requested look: steps before and after it, the running fade, and the
    values turned last (`hand`, at `touched_ns`), which further turns join in one step."""

    past: tuple[Asked, ...]
    future: tuple[Asked, ...]
    fade: Fade
    hand: frozenset[str]
    touched_ns: int


class LookDirector:
    """Holds the requested look, the fade to it, and the steps before and after.

    `check` raises InputError for a look that cannot be shown here (its sun needs a place that no file names)."""

    def __init__(
        self,
        look: Look,
        name: str | None = None,
        check: Callable[[Look], object] = id,
        base: tuple[Look, str | None] | None = None,
    ) -> None:
        """`base`: the result of the last recall and its preset, where this look was changed from it."""
        self._check = check
        self._fade = Fade(look, look, 0, 0, "linear")
        self._now = Asked(look, name, *(base or (look, name)))
        self._past: deque[Asked] = deque(maxlen=HISTORY)
        self._future: list[Asked] = []
        self._said: tuple[str | None, str | None] | None = None
        self._hand: frozenset[str] = frozenset()
        self._touched_ns = 0

    @property
    def target(self) -> Look:
        """The requested look; on air once its fade is done."""
        return self._now.look

    @property
    def asked(self) -> Asked:
        """The requested look, and the result of the last recall before any change."""
        return self._now

    @property
    def fade(self) -> Fade:
        """The running transition, or the last one."""
        return self._fade

    @property
    def preset(self) -> str | None:
        """The preset recalled last; None once a value was changed."""
        return self._now.preset

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps can be undone and redone."""
        return (len(self._past), len(self._future))

    @property
    def steps_said(self) -> tuple[str | None, str | None]:
        """What undo and redo would affect, if anything: the preset recalled, or the values changed, by path."""
        if self._said is None:
            undo = _told(self._past[-1], self._now) if self._past else None
            redo = _told(self._now, self._future[-1]) if self._future else None
            self._said = (undo, redo)
        return self._said

    @property
    def history(self) -> History:
        """What another director needs to go on from here."""
        return History(tuple(self._past), tuple(self._future), self._fade, self._hand, self._touched_ns)

    def resume(self, history: History) -> None:
        """Go on where another director with the same requested look was."""
        self._past, self._future = deque(history.past, maxlen=HISTORY), list(history.future)
        self._fade, self._said = history.fade, None
        self._hand, self._touched_ns = history.hand, history.touched_ns

    def look_at(self, moment_ns: int) -> Look:
        """The look of a frame presented at that moment."""
        fade = self._fade
        return blend(fade.before, fade.after, fade.share_at(moment_ns))

    def recall(self, part: Part, name: str | None, transition: Transition, moment_ns: int) -> Look:
        """Apply a preset's part to the requested look, faded in from what is on air at `moment_ns`.

        Raises InputError where the part does not fit; nothing changes then.
        """
        after = laid_over(self.target, part, name or "look")
        self._check(after)
        self._remember()
        base = (after, name) if name else (self._now.base, self._now.recalled)
        self._go(Asked(after, name, *base), moment_ns, transition)
        return after

    def change(self, part: Part, moment_ns: int, fade_s: float = 0.0) -> Look:
        """Change values. Repeated changes of the same keys (a slider) are one step for undo.

        Raises InputError where it does not fit; nothing changes then.
        """
        after = laid_over(self.target, part)
        if after == self.target:
            return after
        self._check(after)
        hand = frozenset(paths_of(part))
        if hand != self._hand or moment_ns - self._touched_ns > SAME_STEP_NS:
            self._remember()
        self._go(Asked(after, None, self._now.base, self._now.recalled), moment_ns, Transition(duration_s=fade_s))
        self._hand, self._touched_ns = hand, moment_ns
        return after

    def go_to(self, look: Look, name: str | None, moment_ns: int, fade_s: float = 0.0) -> Look:
        """Go to a whole look kept in a slot, of the preset `name` (None = changed since); one step for undo.

        Raises InputError where it cannot be shown here; nothing changes then.
        """
        self._check(look)
        if look != self.target or name != self._now.preset:
            self._remember()
            base = (look, name) if name else (self._now.base, self._now.recalled)
            self._go(Asked(look, name, *base), moment_ns, Transition(duration_s=fade_s))
        return look

    def undo(self, moment_ns: int, fade_s: float = 0.0) -> Look:
        """Go back to the look before the last step. Raises InputError where there is none."""
        return self._step(self._past, self._future, "undo", moment_ns, fade_s)

    def redo(self, moment_ns: int, fade_s: float = 0.0) -> Look:
        """Repeat the step that was undone. Raises InputError where there is none."""
        return self._step(self._future, self._past, "redo", moment_ns, fade_s)

    def settle(self) -> None:
        """End the running fade: the requested look is on air."""
        self._fade = Fade(self.target, self.target, 0, 0, "linear")

    def _step(
        self,
        source: deque[Asked] | list[Asked],
        sink: deque[Asked] | list[Asked],
        verb: str,
        moment_ns: int,
        fade_s: float,
    ) -> Look:
        if not source:
            raise InputError("look", "", f"nothing to {verb}", "The look is unchanged")
        step = source[-1]
        self._check(step.look)
        source.pop()
        sink.append(self._now)
        self._go(step, moment_ns, Transition(duration_s=fade_s))
        return step.look

    def _remember(self) -> None:
        self._past.append(self._now)
        self._future.clear()

    def _go(self, after: Asked, moment_ns: int, transition: Transition) -> None:
        before = self.look_at(moment_ns)
        duration_ns = round(transition.duration_s * NS_PER_S)
        self._fade = Fade(before, after.look, moment_ns, duration_ns, transition.curve)
        self._now, self._said = after, None
        self._hand = frozenset()


def _told(before: Asked, after: Asked) -> str:
    """A short description of the step from one to the other."""
    if after.preset and after.base == after.look:
        return f"recall of {after.preset}"
    paths = list(paths_of(difference(before.look, after.look)))
    more = len(paths) - PATHS_SAID
    return ", ".join(paths[:PATHS_SAID]) + (f" and {more} more" if more > 0 else "")
