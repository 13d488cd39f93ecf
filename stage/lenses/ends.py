"""Learning the ends of zoom and focus encoders from the values that come while the rings are turned. Pure.

The first value says which end counts as zero: it is taken at the widest zoom and at infinity. A value counts as an end
only if it is the middle of three in a row, so that one spike is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from stage.model.sources.base import EncoderRange

LEAST_TRAVEL = 64
"""An encoder that goes less far has no lens on it, or was not turned."""
NEAR_END = 0.2
"""Of the travel: where the first value must lie to tell which end it is."""


@dataclass(frozen=True, slots=True)
class LearntEnds:
    """An encoder so far. `range_` is None where it was not turned far enough; `remark` says what to do, "" for
    nothing."""

    values: int
    first: int | None
    lowest: int | None
    highest: int | None
    range_: EncoderRange | None
    remark: str


class EncoderEnds:
    """One encoder while it is turned from end to end."""

    def __init__(self, axis: str) -> None:
        self._axis = axis
        self._recent: list[int] = []
        self._count = 0
        self._first: int | None = None
        self._lowest: int | None = None
        self._highest: int | None = None

    def observe(self, raw: int | None) -> None:
        """A value as the device sends it; None where it sends none."""
        if raw is None:
            return
        self._count += 1
        self._recent = [*self._recent[-2:], raw]
        if len(self._recent) < 3:
            return
        middle = sorted(self._recent)[1]
        self._first = middle if self._first is None else self._first
        self._lowest = middle if self._lowest is None else min(self._lowest, middle)
        self._highest = middle if self._highest is None else max(self._highest, middle)

    def learnt(self) -> LearntEnds:
        """What is known now."""
        first, low, high = self._first, self._lowest, self._highest
        range_, remark = None, ""
        if first is None or low is None or high is None:
            remark = f"the tracker sends no {self._axis} encoder"
        elif high - low < LEAST_TRAVEL:
            remark = f"{self._axis} was not turned: {low} to {high}"
        else:
            from_low = (first - low) / (high - low)
            range_ = EncoderRange(minimum=low, maximum=high, invert=from_low > 0.5)
            if NEAR_END < from_low < 1.0 - NEAR_END:
                start = "the widest zoom" if self._axis == "zoom" else "infinity"
                remark = f"{self._axis} did not begin at {start}: `invert` is a guess. Begin there, and learn it again"
        return LearntEnds(self._count, first, low, high, range_, remark)


class LensEnds:
    """Both encoders of a camera."""

    def __init__(self) -> None:
        self.axes = {"zoom": EncoderEnds("zoom"), "focus": EncoderEnds("focus")}

    def observe(self, zoom_raw: int | None, focus_raw: int | None) -> None:
        """The values of one sample."""
        self.axes["zoom"].observe(zoom_raw)
        self.axes["focus"].observe(focus_raw)

    def learnt(self) -> dict[str, LearntEnds]:
        """By axis."""
        return {name: ends.learnt() for name, ends in self.axes.items()}
