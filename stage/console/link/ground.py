"""What all parts of the console share: the stage, the clock, the board that browsers see, and the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stage.clock import Clock
from stage.console.door.door import Door
from stage.console.link.board import Board
from stage.console.link.description import StageDescription
from stage.console.link.plain import Plain
from stage.model.stagefile import Stage
from stage.process.keeping import Keeping
from stage.walls.surface import Surface


@dataclass(frozen=True, slots=True)
class Ground:
    """One per console. `surfaces` by the wall's name; `board` belongs to the web server's thread, where `call` runs a
    function soon."""

    stage_path: Path
    run_dir: Path
    clock: Clock
    stage: Stage
    surfaces: Mapping[str, Surface]
    description: StageDescription
    board: Board[Plain]
    door: Door
    keeping: Keeping
    call: Callable[..., None]

    @property
    def folder(self) -> Path:
        """The folder of the stage file and of the operator's presets, shows and sets."""
        return self.stage_path.parent
