"""Gaussian splats in the set: read, placed, cut to a box, neighbours kept together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.coding import RawSplats, decode_splats
from render.layers.splats.ksplat import read_ksplat
from render.layers.splats.ply import read_ply
from render.layers.splats.sog import ZIP, read_sog
from render.layers.splats.splat_file import read_splat
from render.layers.splats.spz import GZIP, PLAIN, read_spz
from stage.errors import InputError
from stage.files.passport import Passport, lost
from stage.maths.arrays import Floats
from stage.maths.pose import Vector
from stage.model.layers import SplatLayer

Numbers = NDArray[np.float32]

MOST_SPLATS = 8_000_000
FARTHEST_M = 1_000_000.0
FAINTEST = 1.0 / 255.0
"""A splat fainter than one code of 8 bits at its centre is left out."""
_AXES = {
    "y": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)),
    "-y": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0)),
    "z": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}
"""Rows: stage x, y, z from the file's axes, by the axis that points up."""


@dataclass(frozen=True, slots=True)
class SplatData:
    """Splats in stage space, neighbours in space near each other in the arrays (Morton order).

    `centre_m` (N, 3) float32 from `origin_m`; `covariance_m2` (N, 6) float32 xx, xy, xz, yy, yz, zz; `opacity` (N,);
    `harmonics` (N, K, 3) float16, of directions in the file's axes (`file_from_stage` (3, 3), a rotation), whose sum
    + 0.5 is display-referred sRGB.
    """

    centre_m: Numbers
    covariance_m2: Numbers
    opacity: Numbers
    harmonics: NDArray[np.float16]
    origin_m: Vector
    file_from_stage: Floats
    gain: float = 1.0
    passport: Passport = ()

    @property
    def animated(self) -> bool:
        """Splats stand still."""
        return False

    @property
    def degree(self) -> int:
        """Degree of the spherical harmonics: 0 to 3."""
        return math.isqrt(self.harmonics.shape[1]) - 1


def read_splats(layer: SplatLayer, folder: Path) -> SplatData:
    """The splats of a scene file's layer. Raises InputError if the file is missing, damaged or not of splats, or if
    there are too many splats or none inside the box."""
    path = folder / layer.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path), "", f"cannot be read ({error.strerror})", "Check the name in the scene file"
        ) from error
    return place_splats(_raw(content, path), layer, str(path))


def _raw(content: bytes, path: Path) -> RawSplats:
    """By what the file begins with; those without a beginning of their own by their names."""
    for start, read in _BY_START:
        if content.startswith(start):
            return read(content, str(path))
    for suffix, read in _BY_NAME:
        if path.suffix.lower() == suffix:
            return read(content, str(path))
    return _ply(content, str(path))


def _ply(content: bytes, where: str) -> RawSplats:
    return decode_splats(read_ply(content, where), where)


_BY_START = ((b"ply", _ply), (GZIP, read_spz), (PLAIN, read_spz), (ZIP, read_sog))
_BY_NAME = ((".splat", read_splat), (".ksplat", read_ksplat), (".spz", read_spz), (".sog", read_sog))


def place_splats(raw: RawSplats, layer: SplatLayer, where: str) -> SplatData:
    """The splats in stage space; those not finite, too faint to see, or outside the layer's box are left out."""
    if len(raw.position) > MOST_SPLATS:
        raise InputError(where, "", f"holds {len(raw.position)} splats, more than {MOST_SPLATS}", "Thin it out")
    turn = _stage_from_file(layer)
    sound = _finite(raw)
    with np.errstate(over="ignore", invalid="ignore"):
        position = raw.position.astype(np.float64) @ turn.T * layer.unit_m + layer.position_m
        near = np.abs(position).max(axis=1, initial=0.0) < FARTHEST_M
        sound &= near & (raw.scale.max(axis=1, initial=0.0) * layer.unit_m < FARTHEST_M)
    kept = sound & (raw.opacity >= FAINTEST) & _inside(position, layer)
    if not kept.any():
        raise InputError(where, "", "no splat is left inside low_m and high_m", "Check the box, unit_m and up_axis")
    position = position[kept]
    origin = (position.min(axis=0) + position.max(axis=0)) / 2.0
    order = morton_order(position)
    own = np.flatnonzero(kept)[order]
    damaged = int((~sound).sum())
    why = "they are not finite or beyond 1000 km"
    passport = (lost(layer.file, f"{damaged} splats", why, "Check unit_m, or clean the file"),) if damaged else ()
    return SplatData(
        centre_m=(position[order] - origin).astype(np.float32),
        covariance_m2=_covariances(raw.rotation[own], raw.scale[own] * np.float32(layer.unit_m), turn),
        opacity=raw.opacity[own],
        harmonics=np.clip(raw.harmonics[own], -60_000, 60_000).astype(np.float16),
        origin_m=(float(origin[0]), float(origin[1]), float(origin[2])),
        file_from_stage=turn.T,
        gain=layer.gain,
        passport=passport,
    )


def morton_order(position: Floats) -> NDArray[np.intp]:
    """(N,) the splats along a curve that keeps neighbours together: 10 bits of each axis, interleaved."""
    low, high = position.min(axis=0), position.max(axis=0)
    cells = ((position - low) / np.maximum(high - low, 1e-9) * 1023.0).astype(np.uint32)
    code = np.zeros(len(position), np.uint32)
    for bit in range(10):
        for axis in range(3):
            code |= ((cells[:, axis] >> np.uint32(bit)) & np.uint32(1)) << np.uint32(3 * bit + axis)
    return np.argsort(code, kind="stable")


def _stage_from_file(layer: SplatLayer) -> Floats:
    cosine, sine = math.cos(math.radians(layer.pan_deg)), math.sin(math.radians(layer.pan_deg))
    pan = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(pan @ np.array(_AXES[layer.up_axis]))


def _finite(raw: RawSplats) -> NDArray[np.bool_]:
    with np.errstate(over="ignore", invalid="ignore"):
        length = (raw.rotation**2).sum(axis=1)
        ok = np.isfinite(length) & (length > 0.0) & np.isfinite(raw.opacity)
        for values in (raw.position, raw.scale, raw.harmonics.reshape(len(raw.position), -1)):
            ok &= np.isfinite(values).all(axis=1)
    return np.asarray(ok)


def _inside(position: Floats, layer: SplatLayer) -> NDArray[np.bool_]:
    low = layer.low_m or (-math.inf,) * 3
    high = layer.high_m or (math.inf,) * 3
    with np.errstate(invalid="ignore"):
        return np.asarray(((position >= low) & (position <= high)).all(axis=1))


def _covariances(rotation: Numbers, scale_m: Numbers, turn: Floats) -> Numbers:
    """(N, 6): R S S R^T of each splat (Kerbl et al. 2023, eq. 6), turned into the stage's axes."""
    w, x, y, z = (rotation / np.linalg.norm(rotation, axis=1, keepdims=True)).T
    rows = np.empty((len(rotation), 3, 3), np.float32)
    rows[:, 0] = np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], axis=1)
    rows[:, 1] = np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], axis=1)
    rows[:, 2] = np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1)
    stretched = (turn.astype(np.float32) @ rows) * scale_m[:, None, :]
    whole = stretched @ stretched.transpose(0, 2, 1)
    return np.ascontiguousarray(whole[:, [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]])
