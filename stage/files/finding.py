"""A problem in a file that a person wrote: its place, what is wrong, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stage.errors import sentence


class Severity(StrEnum):
    """Error: the stage cannot run or its picture would be wrong. Warning: probably not what was meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `field` is a path such as `walls[1].tiles[0].origin_px`; empty = the file as a whole. `line`: its
    line in the file, counted from 1; None where it is not known."""

    severity: Severity
    file: str
    field: str
    problem: str
    remedy: str
    line: int | None = None

    @property
    def place(self) -> str:
        """`stage.toml:12`, as editors and terminals understand it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        place = f"{self.place}: {self.field}" if self.field else self.place
        return f"{place}: {sentence(self.problem)} {self.remedy}"
