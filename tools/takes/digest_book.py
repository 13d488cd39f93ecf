"""Compares frames drawn again with what the outputs carried when the take was shot."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class DigestBook:
    """`known`: digest by frame number, as render reported it."""

    known: dict[int, str]
    equal: int = 0
    different: list[int] = field(default_factory=list)
    unknown: int = 0

    def compare(self, number: int, digest: str) -> None:
        """Take in a frame that was drawn again. Frames the wall skipped were never reported."""
        before = self.known.get(number)
        if before is None:
            self.unknown += 1
        elif before == digest:
            self.equal += 1
        else:
            self.different.append(number)

    @property
    def said(self) -> str:
        """The result in a line."""
        where = f": {', '.join(map(str, self.different[:8]))}" if self.different else ""
        return (
            f"{self.equal} frames equal to the last bit, {len(self.different)} different{where}, {self.unknown} unknown"
        )
