"""Which colours the numbers of an OpenEXR file are: its attributes, as a matrix to Rec.709. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stage.files.passport import Passport, approximated, drawn
from stage.maths.colour_matrix import D65, GAMUTS, rec709_from_primaries, xyz_from_rgb

Matrix = NDArray[np.float64]
Primaries = tuple[tuple[tuple[float, float], ...], tuple[float, float]]
"""Red, green, blue; white: CIE 1931 xy."""

ACES_WHITE = (0.32168, 0.33767)
AP0: Primaries = (((0.7347, 0.2653), (0.0, 1.0), (0.0001, -0.077)), ACES_WHITE)
AP1: Primaries = (((0.713, 0.293), (0.165, 0.830), (0.128, 0.044)), ACES_WHITE)
"""SMPTE ST 2065-1 and Academy S-2014-004."""
ADOBE: Primaries = (((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), D65)
XYZ = ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0))
"""Primaries of numbers that are CIE XYZ themselves. Whatever white goes with them, they are not adapted: a screen's
white has the XYZ of D65."""
INTEROP: dict[str, Primaries] = {
    "lin_rec709_scene": (GAMUTS["rec709"], D65), "lin_srgb_scene": (GAMUTS["rec709"], D65),
    "lin_p3d65_scene": (GAMUTS["p3-d65"], D65), "lin_rec2020_scene": (GAMUTS["rec2020"], D65),
    "lin_ap0_scene": AP0, "lin_ap1_scene": AP1, "lin_adobergb_scene": ADOBE,
    "lin_ciexyzd65_scene": (XYZ, (1 / 3, 1 / 3)),
}  # fmt: skip
"""Names of the Color Interop Forum in the attribute colorInteropID."""
KNOWN: tuple[tuple[str, Primaries], ...] = (
    ("ACES AP0", AP0), ("ACEScg AP1", AP1), ("P3-D65", INTEROP["lin_p3d65_scene"]),
    ("Rec.2020", INTEROP["lin_rec2020_scene"]), ("Adobe RGB", ADOBE),
)  # fmt: skip


REC709_FROM_XYZ: Matrix = np.asarray(np.linalg.inv(xyz_from_rgb("rec709")), np.float64)


def colours_of(header: Mapping[str, Any], name: str) -> tuple[Matrix | None, Matrix, Passport]:
    """The matrix from the file's primaries to Rec.709 (None: they are Rec.709), the luminance weights (3,) of its
    red, green and blue, and what it asks for."""
    weights = xyz_from_rgb("rec709")[1]
    given, asks = _primaries(header)
    passport = _luminance(header, name)
    if given is None:
        if asks:
            why = "this name is not known: its primaries are taken as Rec.709"
            return None, weights, (*passport, approximated(name, asks, why, "Set colour_space in the layer"))
        return None, weights, passport
    try:
        matrix = rec709_from_primaries(*given) if given[0] != XYZ else REC709_FROM_XYZ
    except (ValueError, np.linalg.LinAlgError):
        why = "they span no colours: taken as Rec.709"
        return None, weights, (*passport, approximated(name, asks, why, "Set colour_space in the layer"))
    if np.array_equal(matrix, np.eye(3)):
        return None, weights, passport
    return matrix, _weights(given), (*passport, drawn(name, asks, "its colours are converted to Rec.709"))


def _primaries(header: Mapping[str, Any]) -> tuple[Primaries | None, str]:
    """By chromaticities, else by the name of a colour space, else by the flag of ACES files."""
    eight = header.get("chromaticities")
    if eight is not None and len(eight) == 8:
        rx, ry, gx, gy, bx, by, wx, wy = (float(value) for value in eight)
        given = (((rx, ry), (gx, gy), (bx, by)), (wx, wy))
        return given, f"primaries {_named(given)}"
    interop = header.get("colorInteropID")
    if isinstance(interop, str) and interop:
        return INTEROP.get(interop), f"colorInteropID {interop[:60]}"
    if header.get("acesImageContainerFlag") == 1:
        return AP0, "primaries ACES AP0"
    return None, ""


def _named(given: Primaries) -> str:
    flat = np.array([*given[0], given[1]])
    for name, known in KNOWN:
        if np.abs(flat - np.array([*known[0], known[1]])).max() < 1e-3:
            return name
    return " ".join(f"({x:.3f}, {y:.3f})" for x, y in (*given[0], given[1]))


def _weights(given: Primaries) -> Matrix:
    """Luminance of red, green and blue, which are white together."""
    columns = np.array([[x, y, 1.0 - x - y] for x, y in given[0]]).T
    x, y = given[1]
    return np.asarray(columns[1] * np.linalg.solve(columns, np.array([x / y, 1.0, (1.0 - x - y) / y])))


def _luminance(header: Mapping[str, Any], name: str) -> Passport:
    nits = header.get("whiteLuminance")
    if not isinstance(nits, float) or not nits > 0.0 or abs(nits - 100.0) < 1.0:
        return ()
    remedy = f"Set gain = {nits / 100.0:.4g} for the light the file names"
    return (approximated(name, f"whiteLuminance {nits:.5g} nits", "1.0 is shown as 100 nits", remedy),)
