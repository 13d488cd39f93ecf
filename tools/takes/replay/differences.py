"""What differs between a take and today's code, in frames and millimetres. Pure."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from stage.maths.pose import (
    Quaternion,
    Vector,
    quaternion_conjugate,
    quaternion_multiply,
    rotation_vector_from_quaternion,
)

CLOSE_MM, CLOSE_DEG = 1e-6, 1e-6
"""What another processor's arithmetic may differ by: not told, only counted."""
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """At a frame, `at_s` seconds after the roll, something of `subject` is otherwise: `mm` and `deg` apart, `what` in
    words."""

    frame: int
    at_s: float
    subject: str
    what: str
    mm: float = 0.0
    deg: float = 0.0

    @property
    def said(self) -> str:
        """In a line."""
        apart = f" by {self.mm:.3g} mm, {self.deg:.3g} deg" if self.mm or self.deg else ""
        return f"frame {self.frame}, {self.at_s:.3f} s: {self.subject}: {self.what}{apart}"


@dataclass
class Differences:
    """Counted while a take is replayed through `through`. `notes`: what could not be compared, and why."""

    through: str
    equal: int = 0
    close: int = 0
    different: int = 0
    listed: list[Difference] = field(default_factory=list)
    worst: Difference | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def compared(self) -> int:
        """Frames or samples, equal or not."""
        return self.equal + self.close + self.different

    def same(self, exactly: bool) -> None:
        """One that is equal: to the last bit, or within the arithmetic's error."""
        if exactly:
            self.equal += 1
        else:
            self.close += 1

    def tell(self, difference: Difference) -> None:
        """One that is not."""
        self.different += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(difference)
        if self.worst is None or difference.mm > self.worst.mm:
            self.worst = difference

    def note(self, text: str) -> None:
        """Say something once."""
        if text not in self.notes:
            self.notes.append(text)

    @property
    def said(self) -> str:
        """In words."""
        lines = [
            f"through {self.through}: {self.compared} compared, {self.equal} equal to the last bit, "
            f"{self.close} within {CLOSE_MM:g} mm, {self.different} different"
        ]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  first: {self.listed[0].said}"] if self.listed else []
        lines += [f"  worst: {self.worst.said}"] if self.worst is not None and self.different > 1 else []
        return "\n".join(lines)

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "compared": self.compared}


def apart_mm(one: Vector, other: Vector) -> float:
    """Between two places."""
    return 1000.0 * math.dist(one, other)


def apart_deg(one: Quaternion, other: Quaternion) -> float:
    """Between two orientations."""
    turn = rotation_vector_from_quaternion(quaternion_multiply(one, quaternion_conjugate(other)))
    return math.degrees(math.hypot(*turn))
