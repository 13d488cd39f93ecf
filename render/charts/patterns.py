"""Every test pattern by its name, as a picture of one wall's code values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from render.charts import levels, places
from render.charts.markers import draw_markers
from render.charts.sheet import Codes, Sheet, Signal
from stage.model.wall import AnyWall, canvas_px, tiles_of
from stage.walls.markers import marker_layout

FLASH = "flash"
Draw = Callable[[Sheet], None]

CHARTS: dict[str, Draw] = {
    "ramps": levels.ramps,
    "pluge": levels.pluge,
    "flags": levels.flags,
    "bars": levels.bars,
    "zones": levels.zones,
    "focus": places.focus,
    FLASH: places.flash_ground,
    "white": levels.flat(levels.WHITE, 1.0),
    "grey": levels.flat(levels.WHITE, 0.5),
    "red": levels.flat(levels.RED, 1.0),
    "green": levels.flat(levels.GREEN, 1.0),
    "blue": levels.flat(levels.BLUE, 1.0),
}
"""All but `ids` and `markers`, which need tiles and walls. The names are `stage.model.wall_steps.PATTERNS`."""
IDS, MARKERS = "ids", "markers"


def signal_of(wall: AnyWall) -> Signal:
    """How a wall reads its codes."""
    return Signal(wall.name, wall.transfer, wall.range == "narrow", wall.bits, wall.peak_nits)


def chart_codes(pattern: str, wall: AnyWall, walls: Sequence[AnyWall]) -> Codes:
    """(h, w, 3) float32 code values over the largest, rows from the top, for one of a stage's walls. KeyError for an
    unknown pattern."""
    sheet = Sheet(canvas_px(wall), signal_of(wall))
    if pattern == IDS:
        places.ids(sheet, tiles_of(wall))
    elif pattern == MARKERS:
        draw_markers(sheet, [marker for marker in marker_layout(walls) if marker.wall == wall.name])
    else:
        CHARTS[pattern](sheet)
    return sheet.codes
