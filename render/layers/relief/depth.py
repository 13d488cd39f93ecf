"""Depth maps of reliefs: read, checked against their picture, converted to metres."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from render.layers.relief.mesh import UNMEASURED_M
from render.pictures.plane import Plane, read_plane
from stage.errors import InputError
from stage.files.passport import Passport, PassportEntry, approximated, lost
from stage.model.layers import ReliefLayer

Depth = NDArray[np.float32]
MOST_COLUMNS = 640
"""Larger depth maps are reduced: half a million triangles. The picture keeps its size."""
FARTHEST_M = 2000.0
"""Beyond it nothing visibly moves against the sky; anything farther in a map is placed here."""
NEAREST_M = 0.05
ASPECT_SLACK = 0.02
FLAT_SHARE = 0.01
SATURATED_SHARE = 0.25
SWAPPED_RATIO = 0.8
FIELD = "depth_file"


def read_depth(layer: ReliefLayer, folder: Path, picture_px: tuple[int, int]) -> tuple[Depth, Passport]:
    """(h, w) metres along the view's axis, rows from the top, and what it asks for.

    Raises InputError: unreadable, different aspect from the picture (`picture_px` = width, height), no numbers in it,
    the same depth everywhere.
    """
    path = folder / layer.depth_file
    plane = read_plane(path, "depth")
    values = _numbers(plane, layer, path)
    _check(values, path, picture_px)
    if max(values.shape) > MOST_COLUMNS:
        scale = MOST_COLUMNS / max(values.shape)
        size = (round(values.shape[1] * scale), round(values.shape[0] * scale))
        values = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_NEAREST))
    metres = _metres(values, layer, path)
    with np.errstate(invalid="ignore"):
        measured = metres >= NEAREST_M
    if not measured.any():
        raise InputError(str(path), FIELD, "has no depth beyond 5 cm", "Check depth_kind, near_m and far_m")
    placed = np.where(measured, np.minimum(metres, FARTHEST_M), np.float32(UNMEASURED_M)).astype(np.float32)
    said = (*plane.passport, *_unmeasured(layer.depth_file, measured), *_passport(plane, placed[measured], layer))
    return placed, (*said, *_turned_round(layer.depth_file, np.where(measured, placed, np.nan)))


def _numbers(plane: Plane, layer: ReliefLayer, path: Path) -> Depth:
    """The first channel: whole numbers as they are where the kind has a unit, else as 0 to 1."""
    if layer.depth_kind == "metres" and plane.integer:
        raise InputError(
            str(path), "depth_kind", "whole numbers are not metres",
            'Set depth_kind = "millimetres", or "linear" or "inverse" with near_m and far_m, or write floats',
        )  # fmt: skip
    if layer.depth_kind == "millimetres":
        return np.asarray(plane.codes[:, :, 0], np.float32)
    return plane.values()[:, :, 0]


def _check(values: Depth, path: Path, picture_px: tuple[int, int]) -> None:
    height, width = values.shape
    aspect = (width / height) / (picture_px[0] / picture_px[1])
    if abs(aspect - 1.0) > ASPECT_SLACK:
        raise InputError(
            str(path), FIELD, f"is {width} x {height} pixels, its picture {picture_px[0]} x {picture_px[1]}: no match",
            "Make both from the same view, without cropping one of them",
        )  # fmt: skip
    if not np.isfinite(values).any() or float(np.ptp(values[np.isfinite(values)])) == 0.0:
        raise InputError(str(path), FIELD, "has the same depth everywhere", "Is this the depth map of this picture?")


def _metres(values: Depth, layer: ReliefLayer, path: Path) -> Depth:
    """Metres along the view's axis; below 5 cm, or not a number, where nothing was measured."""
    near, far = layer.near_m, layer.far_m
    if layer.depth_kind in ("metres", "millimetres"):
        return values if layer.depth_kind == "metres" else values * np.float32(0.001)
    if far <= near:
        raise InputError(str(path), "far_m", f"{far} is not beyond near_m = {near}", "Make far_m larger than near_m")
    share = np.clip(values, 0.0, 1.0)
    linear = layer.depth_kind == "linear"
    metres = near + share * (far - near) if linear else 1.0 / (1.0 / far + share * (1.0 / near - 1.0 / far))
    return np.asarray(metres, np.float32)


def _unmeasured(name: str, measured: NDArray[np.bool_]) -> Passport:
    missing = 100.0 * float((~measured).mean())
    if missing == 0.0:
        return ()
    asks, why = f"{missing:.2g} % of the pixels without depth", "0, no number, or nearer than 5 cm: holes"
    return (lost(name, asks, why, "Fill them in the map to close the holes"),)


def _passport(plane: Plane, metres: Depth, layer: ReliefLayer) -> Passport:
    name, entries = layer.depth_file, list[PassportEntry]()
    if plane.bits == 8:
        entries.append(
            approximated(name, "depth", "8 bits: surfaces become steps", "Use 16 bit PNG, float TIFF or EXR")
        )
    if plane.codes.shape[2] > 1:
        entries.append(approximated(name, "a picture in colour", "its red channel is used as depth", "Save it as grey"))
    nearest, farthest = float(metres.min()), float(metres.max())
    if float((metres <= nearest * 1.0001).mean()) > SATURATED_SHARE:
        why = f"much of it is at the nearest depth, {nearest:.3g} m"
        entries.append(approximated(name, "depth", why, "Look whether it is clipped"))
    if farthest < nearest * (1.0 + FLAT_SHARE):
        why = f"is flat, {nearest:.3g} to {farthest:.3g} m"
        entries.append(approximated(name, "depth", why, "Check near_m and far_m"))
    return tuple(entries)


def _turned_round(name: str, metres: NDArray[np.float32]) -> Passport:
    """(h, w) NaN where nothing was measured."""
    rows = max(1, len(metres) // 10)
    if np.isnan(metres[:rows]).all() or np.isnan(metres[-rows:]).all():
        return ()
    top, bottom = float(np.nanmedian(metres[:rows])), float(np.nanmedian(metres[-rows:]))
    if top >= bottom * SWAPPED_RATIO:
        return ()
    why = f"the upper part ({top:.3g} m) is nearer than the lower ({bottom:.3g} m): near and far may be swapped"
    remedy = "Linear maps are bright far away, inverse ones near by: check depth_kind"
    return (approximated(name, "depth", why, remedy),)
