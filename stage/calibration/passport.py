"""What the files of a wall's calibration ask for, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stage.calibration.openvpcal_file import OpenVPCalResult
from stage.files.passport import Passport, PassportEntry, approximated, drawn, lost
from stage.maths.colour_lut import Lut1d, Lut3d

VIDEO_RANGE = ("LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE")
HEAD_BYTES = 65_536
PEAK_SLACK = 0.05
"""A wall's peak is measured to a few percent."""
OUTSIDE = 1e-4
COMPRESSION, PLATE_WHITE, PEAK, GAMUT = (
    "enable_gamut_compression", "enable_plate_white_balance", "target_max_lum_nits", "target_gamut",
)  # fmt: skip
"""Keys of OpenVPCal's results."""


def table_passport(path: Path, table: Lut1d | Lut3d) -> Passport:
    """Of a table read from a file."""
    name, size = path.name, len(table.table)
    what = f"a table of {size} x {size} x {size}" if isinstance(table, Lut3d) else f"curves of {size} entries"
    entries = [drawn(name, what)]
    entries += [
        lost(name, word, "the table is used as if it were for full range", "Export it for full range (data levels)")
        for word in VIDEO_RANGE
        if word in _head(path)
    ]
    if max(table.high) < 1.0 - OUTSIDE or min(table.low) > OUTSIDE:
        reach = f"{min(table.low):g} to {max(table.high):g}"
        why = "signals outside it get the value of its end"
        entries.append(approximated(name, f"a domain of {reach}", why, "Export it for 0 to 1"))
    if float(table.table.min()) < -OUTSIDE or float(table.table.max()) > 1.0 + OUTSIDE:
        reach = f"{float(table.table.min()):.3g} to {float(table.table.max()):.3g}"
        entries.append(approximated(name, f"values of {reach}", "a signal ends at 0 and 1", "Check the encoding"))
    return tuple(entries)


def openvpcal_passport(path: Path, result: OpenVPCalResult, peak_nits: float) -> Passport:
    """Of OpenVPCal's results of a wall; `peak_nits` is the wall's."""
    results, curves = result.said, result.curves
    name, said = path.name, str(results.get(GAMUT, "")).strip()
    entries = [drawn(name, "target_to_screen_matrix")]
    if said:
        entries.append(_gamut(name, said, result))
    if curves is not None:
        entries.append(drawn(name, "eotf_1d_lut_red, green, blue"))
        for key, count in result.pooled.items():
            why = "they step back by noise, and are evened out with their neighbours"
            entries.append(drawn(name, f"{count} pairs of {key}", why))
    elif results.get("enable_EOTF_correction") is False and results.get("eotf_1d_lut_red") is not None:
        entries.append(drawn(name, "enable_EOTF_correction = false", "its curves are off, as the file says"))
    if results.get(COMPRESSION) is True:
        why = "colours beyond the wall's gamut are clipped instead of compressed"
        entries.append(approximated(name, COMPRESSION, why, "Bake it into a cube and use lut_3d"))
    if results.get(PLATE_WHITE) is True:
        why = "the plate's white is balanced for OpenVPCal's own picture, not for this set"
        entries.append(approximated(name, PLATE_WHITE, why, "Set white_kelvin in the look"))
    peak = results.get(PEAK)
    if isinstance(peak, int | float) and np.isfinite(peak) and abs(peak - peak_nits) > PEAK_SLACK * peak_nits:
        why = f"the wall's peak_nits is {peak_nits:g}"
        entries.append(approximated(name, f"{PEAK} = {peak:g}", why, "Calibrate at the wall's peak, or correct it"))
    return tuple(entries)


def _gamut(name: str, said: str, result: OpenVPCalResult) -> PassportEntry:
    asks = f"{GAMUT} = {said[:60]!r}"
    if result.target_gamut is not None:
        return drawn(name, asks)
    if result.target_from_scene is not None:
        return drawn(name, asks, "by its own matrix to XYZ, in place of the wall's gamut")
    why = "a gamut of its own, of which nothing is known: the matrix acts on the wall's gamut"
    return lost(name, asks, why, "Calibrate to Rec.709, P3-D65 or Rec.2020")


def _head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
