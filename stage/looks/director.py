"""The look on air: recalls with cross-fade, changes, undo and redo. Pure: time is an argument."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from stage.errors import InputError
from stage.looks.blend import blend
from stage.looks.partial import Part, laid_over, paths_of
from stage.model.look import Look
from stage.model.preset import Transition

NS_PER_S = 1_000_000_000
HISTORY = 200
"""Steps that can be undone."""
SAME_STEP_NS = 2 * NS_PER_S
"""Changes of the same values that follow each other within this time are one drag of a slider."""


@dataclass(frozen=True, slots=True)
class Fade:
    """A transition on its way: from `before` to `after`, `duration_ns` from `start_ns` on."""

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


class LookDirector:
    """Holds the look that was asked for, the fade on the way to it, and the steps before and after.

    `check` raises InputError for a look that cannot be shown here (its sun asks for a place that nobody named)."""

    def __init__(self, look: Look, name: str = "", check: Callable[[Look], object] = id) -> None:
        self._check = check
        self._fade = Fade(look, look, 0, 0, "linear")
        self._preset = name
        self._past: deque[tuple[Look, str]] = deque(maxlen=HISTORY)
        self._future: list[tuple[Look, str]] = []
        self._hand: frozenset[str] = frozenset()
        self._touched_ns = 0

    @property
    def target(self) -> Look:
        """The look that was asked for; on air once its fade is done."""
        return self._fade.after

    @property
    def fade(self) -> Fade:
        """The transition on its way, or the last one."""
        return self._fade

    @property
    def preset(self) -> str:
        """The preset recalled last; "" once something was changed by hand."""
        return self._preset

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps can be undone, and done again."""
        return (len(self._past), len(self._future))

    def look_at(self, moment_ns: int) -> Look:
        """The look of a frame presented at that moment."""
        fade = self._fade
        return blend(fade.before, fade.after, fade.share_at(moment_ns))

    def recall(self, part: Part, name: str, transition: Transition, moment_ns: int) -> Look:
        """A preset's part over the look that was asked for, faded in from what is on air at `moment_ns`.

        Raises InputError where the part does not fit; nothing changes then.
        """
        after = laid_over(self.target, part, name)
        self._check(after)
        self._remember()
        self._go(after, moment_ns, transition, name)
        return after

    def change(self, part: Part, moment_ns: int, fade_s: float = 0.0) -> Look:
        """A change by hand. Changes of the same keys in a row (a slider) are one step for undo.

        Raises InputError where it does not fit; nothing changes then.
        """
        after = laid_over(self.target, part)
        if after == self.target:
            return after
        self._check(after)
        hand = frozenset(paths_of(part))
        if hand != self._hand or moment_ns - self._touched_ns > SAME_STEP_NS:
            self._remember()
        self._go(after, moment_ns, Transition(duration_s=fade_s), "")
        self._hand, self._touched_ns = hand, moment_ns
        return after

    def undo(self, moment_ns: int, fade_s: float = 0.0) -> Look:
        """Back to the look before the last step. Raises InputError where there is none."""
        return self._step(self._past, self._future, "undo", moment_ns, fade_s)

    def redo(self, moment_ns: int, fade_s: float = 0.0) -> Look:
        """The step that was undone, again. Raises InputError where there is none."""
        return self._step(self._future, self._past, "redo", moment_ns, fade_s)

    def settle(self) -> None:
        """End the fade on its way: the look that was asked for is on air."""
        self._fade = Fade(self.target, self.target, 0, 0, "linear")

    def _step(
        self,
        source: deque[tuple[Look, str]] | list[tuple[Look, str]],
        sink: deque[tuple[Look, str]] | list[tuple[Look, str]],
        verb: str,
        moment_ns: int,
        fade_s: float,
    ) -> Look:
        if not source:
            raise InputError("look", "", f"nothing to {verb}", "Nothing was changed")
        look, name = source[-1]
        self._check(look)
        source.pop()
        sink.append((self.target, self._preset))
        self._go(look, moment_ns, Transition(duration_s=fade_s), name)
        return look

    def _remember(self) -> None:
        self._past.append((self.target, self._preset))
        self._future.clear()

    def _go(self, after: Look, moment_ns: int, transition: Transition, name: str) -> None:
        before = self.look_at(moment_ns)
        duration_ns = round(transition.duration_s * NS_PER_S)
        self._fade = Fade(before, after, moment_ns, duration_ns, transition.curve)
        self._preset = name
        self._hand = frozenset()
