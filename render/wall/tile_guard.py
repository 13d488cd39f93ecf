"""Whether every tile of an output carries the number of the frame that was drawn, while the stage runs.

Where the look shows frame codes: a few pixels are read each time the output's preview is. A tile that was not copied
keeps an earlier frame's number.
"""

from __future__ import annotations

from render.wall.frame_code import CELLS, NUMBER_BITS, cell_px, read_frame_code
from render.wall.readback import Readback
from stage.messages.control import AlertState
from stage.messages.frames import Frame
from stage.model.output import TilePlacement
from stage.model.stagefile import Stage
from stage.model.wall import Tile, tiles_of

CODE = "tile-stale"
_NUMBERS = 1 << NUMBER_BITS


class TileGuard:
    """One stage's outputs; gives alerts when a tile begins to be stale, and when it is right again."""

    def __init__(self, stage: Stage, readback: Readback) -> None:
        tiles = {f"{wall.name}/{tile.name}": tile for wall in stage.walls for tile in tiles_of(wall)}
        self._readback = readback
        self._placed = {
            output.name: [(each, tiles[each.tile]) for each in output.tiles if cell_px(tiles[each.tile].size_px)]
            for output in stage.outputs
        }
        self._stale: dict[str, AlertState] = {}

    def look(self, output: str, frame: Frame, now_ns: int) -> list[AlertState]:
        """Look at an output that shows a frame. Without codes in its look nothing is known, and nothing told."""
        changed = []
        for placement, tile in self._placed[output] if frame.look.frame_code else ():
            name = f"{placement.tile} in {output}"
            number = self._number(output, placement, tile)
            if number == frame.number % _NUMBERS:
                if (before := self._stale.pop(name, None)) is not None:
                    changed.append(AlertState(CODE, name, False, before.detail, now_ns))
            elif name not in self._stale:
                found = "no number" if number is None else f"frame {number}"
                detail = f"shows {found} where {frame.number} was drawn"
                self._stale[name] = AlertState(CODE, name, True, detail, now_ns)
                changed.append(self._stale[name])
        return changed

    def _number(self, output: str, placement: TilePlacement, tile: Tile) -> int | None:
        """The number in the corner of a tile that is its upper left one before it is turned."""
        side = cell_px(tile.size_px) * CELLS
        across, down = tile.size_px if placement.rotation_deg % 180 == 0 else tile.size_px[::-1]
        left, top = placement.position_px
        x = left if placement.rotation_deg in (0, 270) else left + across - side
        y = top if placement.rotation_deg in (0, 90) else top + down - side
        return read_frame_code(self._readback.code_corner(output, (x, y, side), placement.rotation_deg))
