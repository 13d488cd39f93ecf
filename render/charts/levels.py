"""Charts of light levels: ramps, PLUGE, range flags, colour bars, zones, flat fields. Pure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from render.charts.sheet import Sheet

WHITE, RED, GREEN, BLUE = (1, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)
YELLOW, CYAN, MAGENTA = (1, 1, 0), (0, 1, 1), (1, 0, 1)
BARS = (WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE)
LABEL_HEIGHT = 0.022
_STEPS = 17


def ramps(sheet: Sheet) -> None:
    """Grey, red, green and blue over the whole signal; a staircase; the darkest tenth expanded. Bands and jumps in the
    smooth ones reveal a faulty signal path, a colour cast a wrong calibration."""
    smooth = np.array([0.0, 1.0])
    for row, rgb in enumerate((WHITE, RED, GREEN, BLUE)):
        sheet.ramp(0.0, 0.16 * row, 1.0, 0.16 * row + 0.15, smooth, rgb)
    stairs = np.linspace(0.0, 1.0, _STEPS)
    for step, level in enumerate(stairs):
        sheet.field(step / _STEPS, 0.66, (step + 1) / _STEPS, 0.80, sheet.signal.code(level))
    sheet.ramp(0.0, 0.83, 1.0, 0.95, np.array([0.0, 0.1]), WHITE)
    _caption(sheet, f"ramps 0-100 %   {_STEPS} steps   0-10 %")


def pluge(sheet: Sheet) -> None:
    """ITU-R BT.814: bars 2 % below black (narrow range only), black and 2 % and 4 % above it, and white patches.
    Black is right when the lower bar disappears and the upper one is just visible."""
    for number, level in enumerate((-0.02, 0.0, 0.02, 0.04)):
        left = 0.12 + 0.10 * number
        sheet.field(left, 0.15, left + 0.07, 0.85, sheet.signal.code(level))
        sheet.centred(f"{level:+.0%}", left + 0.035, 0.90, LABEL_HEIGHT, room=0.08)
    for number, level in enumerate((1.0, 0.5, 0.25, 0.1)):
        top = 0.15 + 0.175 * number
        sheet.field(0.66, top, 0.86, top + 0.175, sheet.signal.code(level))
        sheet.text(f"{level:.0%}", 0.88, top + 0.1, LABEL_HEIGHT)
    _caption(sheet, "PLUGE")


def flags(sheet: Sheet) -> None:
    """Literal codes: 0, 4, 64 side by side, and 940, 1019, 1023. In a narrow signal read correctly, the dark three are
    one black and the bright three one white; in a full one all six differ; anything else is a range mismatch."""
    for row, codes in enumerate(((0, 4, 64, 128), (1023, 1019, 940, 876))):
        top = 0.10 + 0.42 * row
        sheet.field(0.05, top, 0.95, top + 0.34, sheet.signal.literal(codes[2]))
        for column, code in enumerate(codes):
            left = 0.10 + 0.20 * column
            sheet.field(left, top + 0.06, left + 0.17, top + 0.28, sheet.signal.literal(code))
            sheet.centred(str(code), left + 0.085, top + 0.17, 2 * LABEL_HEIGHT, sheet.signal.literal(440), 0.15)
    _caption(sheet, f"10 bit codes; this wall is set to {'narrow' if sheet.signal.narrow else 'full'} range")


def bars(sheet: Sheet) -> None:
    """PQ and HLG: 100 % and 58 % (PQ) or 75 % (HLG) bars, after ITU-R BT.2111; others: 75 % bars over 100 % ones."""
    low = {"pq": 0.58, "hlg": 0.75}.get(sheet.signal.transfer, 0.75)
    hdr = sheet.signal.transfer in ("pq", "hlg")
    rows = ((1.0, 0.0, 0.17), (low, 0.17, 0.62)) if hdr else ((low, 0.0, 0.62), (1.0, 0.62, 0.70))
    for level, top, bottom in rows:
        for number, rgb in enumerate(BARS):
            sheet.field(number / 7, top, (number + 1) / 7, bottom, sheet.signal.code(np.array(rgb) * level))
    if hdr:
        for number, level in enumerate(np.linspace(0.0, 1.0, 11)):
            sheet.field(number / 11, 0.62, (number + 1) / 11, 0.70, sheet.signal.code(level))
    sheet.ramp(0.0, 0.70, 1.0, 0.80, np.array([0.0, 1.0]), WHITE)
    for number, level in enumerate((0.0, -0.02, 0.0, 0.02, 0.0, 0.04, 0.0)):
        sheet.field(0.07 * number, 0.80, 0.07 * (number + 1), 0.95, sheet.signal.code(level))
    sheet.field(0.55, 0.80, 0.80, 0.95, sheet.signal.code(low))
    _caption(sheet, f"bars {low:.0%} and 100 %, {sheet.signal.transfer}")


def zones(sheet: Sheet) -> None:
    """Grey a stop apart round 18 nits, each with its light in nits: read them with a meter. Above the wall's
    peak the patches are alike."""
    for number in range(-7, 9):
        row, column = divmod(number + 7, 4)
        nits = 18.0 * 2.0**number
        left, top = column / 4, 0.235 * row
        code = float(sheet.signal.of_nits(nits))
        sheet.field(left, top, left + 0.25, top + 0.235, code)
        label = f"{nits:.4g} nits" + (" > peak" if nits > sheet.signal.peak_nits else "")
        bright = code > float(sheet.signal.code(0.35))
        shade = sheet.signal.code(0.0) if bright else np.minimum(code + 0.25, 1.0)
        sheet.centred(label, left + 0.125, top + 0.09, 1.3 * LABEL_HEIGHT, float(shade), 0.23)
        sheet.centred(f"{number:+d} stops", left + 0.125, top + 0.15, LABEL_HEIGHT, float(shade), 0.2)
    _caption(sheet, f"zones round 18 nits; peak {sheet.signal.peak_nits:g} nits")


def flat(rgb: tuple[int, int, int], level: float) -> Callable[[Sheet], None]:
    """A whole wall of one colour: for meters and for dead pixels."""

    def draw(sheet: Sheet) -> None:
        sheet.field(0.0, 0.0, 1.0, 1.0, sheet.signal.code(np.array(rgb) * level))

    return draw


def _caption(sheet: Sheet, words: str) -> None:
    """The chart's name and the signal the wall expects, along the lower edge."""
    signal = sheet.signal
    said = f"{signal.name}: {words}   [{signal.transfer} {'narrow' if signal.narrow else 'full'} {signal.bits} bit]"
    sheet.text(said, 0.01, 0.985, LABEL_HEIGHT)
