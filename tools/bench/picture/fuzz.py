"""The encoder in figures: its outputs for arbitrary inputs, counted."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from render.wall.colour import WallColour
from render.wall.steps import steps_of
from stage.maths.colour_transfer import TRANSFERS, code_range
from stage.model.look import Exposure, Grade, Look, OuterView, WallTrim
from tools.bench.picture.colour import bent
from tools.bench.wall_codes import HEIGHT, WIDTH, codes_of, signals_of, stepped_wall

PEAK_NITS = 800.0
ODD = np.array([np.nan, np.inf, -np.inf, -5.0, 65504.0, 1e-8, 0.0, 3.0])
"""Light at its worst."""
WILD = Look(
    exposure=Exposure(ev=20, white_balance_k=1500, tint=-1),
    grade=Grade((8, 8, 0), (1, -1, 1), (8, 0.1, 8), 4.0),
    outer=OuterView(20, 4),
    walls=(WallTrim("flat", 1.0, (100, 100, 100)),),
)
"""Every value at a look's limit."""
_CASES = tuple((narrow, *case) for narrow in (False, True) for case in ((8, 1.0, Look()), (10, 0.3, WILD)))


class Left(NamedTuple):
    """The encoder's output: number of signals; NaN or infinite before they became codes; codes above those of the
    wall's peak, or below black."""

    signals: int
    not_finite: int
    above_peak: int
    below_black: int


def fuzzed(context: moderngl.Context, transfer: str) -> Left:
    """Odd light and random bits as half floats, through looks, knees and a calibration, in 8 and 10 bit, full and
    narrow."""
    light = _odd_light()
    found = []
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        calibration = bent("lut-matrix", Path(folder))
        for narrow, bits, knee, look in _CASES:
            colour = WallColour(transfer, PEAK_NITS, narrow, bits, knee, calibration)
            steps = steps_of(look, stepped_wall(colour))
            exact = signals_of(context, light, colour, steps, exact=True)
            found.append(counted(exact, codes_of(context, light, colour, steps), colour))
    return Left(*(sum(column) for column in zip(*found, strict=True)))


def counted(exact: NDArray[np.float32], codes: NDArray[np.integer | np.floating], colour: WallColour) -> Left:
    """Count the bad ones among a wall's signals and codes."""
    low, high = code_range(colour.bits, colour.narrow)
    peak = TRANSFERS[colour.transfer][0](np.full(3, colour.peak_nits), colour.peak_nits)
    highest = round(low + (high - low) * float(peak.max()))
    return Left(exact.size, int((~np.isfinite(exact)).sum()), int((codes > highest).sum()), int((codes < low).sum()))


def _odd_light() -> NDArray[np.float64]:
    """(n, 3): half of it drawn from `ODD`, half arbitrary half floats."""
    random = np.random.default_rng(11)
    light = random.choice(ODD, (WIDTH * HEIGHT, 3))
    light[::2] = random.integers(0, 1 << 16, (len(light[::2]), 3)).astype(np.uint16).view(np.float16)
    return light
