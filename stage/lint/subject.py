"""What the lint rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stage.files.finding import Finding, Severity
from stage.model.stagefile import Stage
from stage.model.wall import AnyWall
from stage.walls.surface import Surface


@dataclass(frozen=True, slots=True)
class LintedStage:
    """A stage whose fields are valid. `surfaces` are in the order of its walls; None where one cannot be built."""

    stage: Stage
    path: Path
    surfaces: tuple[Surface | None, ...]

    def error(self, field: str, problem: str, remedy: str) -> Finding:
        """The stage cannot run like this, or its picture would be wrong."""
        return Finding(Severity.ERROR, str(self.path), field, problem, remedy)

    def warning(self, field: str, problem: str, remedy: str) -> Finding:
        """Probably not what was meant."""
        return Finding(Severity.WARNING, str(self.path), field, problem, remedy)

    def shapes(self) -> Iterator[tuple[int, AnyWall, Surface]]:
        """(number, wall, surface) of every wall that has one."""
        for index, (wall, surface) in enumerate(zip(self.stage.walls, self.surfaces, strict=True)):
            if surface is not None:
                yield index, wall, surface


Rule = Callable[[LintedStage], Iterator[Finding]]
