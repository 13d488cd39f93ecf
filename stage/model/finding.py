"""What is wrong in a file a person wrote: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Error: the stage cannot run or its picture would be wrong. Warning: probably not what was meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `field` is a path such as `walls[1].tiles[0].origin_px`; empty = the file as a whole."""

    severity: Severity
    file: str
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.field}" if self.field else self.file
        return f"{place}: {self.problem}. {self.remedy}"
