"""Decodes the two kinds of splat files: that of the 3-D Gaussian splatting reference, and the packed one. Pure.

The plain file is that of Kerbl et al. 2023 (one float for each number, scales as logarithms, opacity as a logit,
harmonics channel by channel). The packed one is SuperSplat's: chunks of 256 splats with their bounds, and for each
splat four words: position and scale 11-10-11 bits, rotation 2-10-10-10 (the largest part omitted), colour 8-8-8-8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.ply import Table
from stage.errors import InputError

Floats = NDArray[np.float32]

CONSTANT_HARMONIC = 0.28209479177387814
"""Y00 = 1 / (2 sqrt(pi))."""
CHUNK_SPLATS = 256
_REST_DEGREE = {0: 0, 9: 1, 24: 2, 45: 3}
_BOUNDS = ("x", "y", "z"), ("scale_x", "scale_y", "scale_z"), ("r", "g", "b")


@dataclass(frozen=True, slots=True)
class RawSplats:
    """Splats in the file's own axes and unit. `position` (N, 3); `rotation` (N, 4) w, x, y, z, not normalised;
    `scale` (N, 3) standard deviations; `opacity` (N,) 0 to 1; `harmonics` (N, K, 3), K = (degree + 1)^2."""

    position: Floats
    rotation: Floats
    scale: Floats
    opacity: Floats
    harmonics: Floats


def decode_splats(tables: dict[str, Table], where: str) -> RawSplats:
    """The splats of a PLY file's elements. Raises InputError if it is not a file of splats."""
    vertex = tables.get("vertex")
    if vertex is None:
        raise InputError(where, "", "has no element vertex", "Export it as Gaussian splats")
    packed = "packed_position" in (vertex.dtype.names or ())
    return _packed(tables, vertex, where) if packed else _plain(vertex, where)


def _plain(vertex: Table, where: str) -> RawSplats:
    rest = sum(name.startswith("f_rest_") for name in vertex.dtype.names or ())
    degree = _degree(rest, "element vertex", where)
    constant = _columns(vertex, [f"f_dc_{i}" for i in range(3)], where)
    higher = _columns(vertex, [f"f_rest_{i}" for i in range(rest)], where)
    with np.errstate(over="ignore"):
        opacity = 1.0 / (1.0 + np.exp(-_columns(vertex, ["opacity"], where)[:, 0]))
        scale = np.exp(_columns(vertex, [f"scale_{i}" for i in range(3)], where))
    return RawSplats(
        _columns(vertex, ["x", "y", "z"], where),
        _columns(vertex, [f"rot_{i}" for i in range(4)], where),
        scale,
        np.asarray(opacity, np.float32),
        _joined(constant, higher, degree),
    )


def _packed(tables: dict[str, Table], vertex: Table, where: str) -> RawSplats:
    names = [f"packed_{name}" for name in ("position", "rotation", "scale", "color")]
    for name in names:
        if name not in (vertex.dtype.names or ()) or vertex.dtype[name] != np.uint32:
            raise InputError(where, f"vertex.{name}", "is missing or not uint", "Export it as compressed PLY again")
    chunk = tables.get("chunk")
    if chunk is None or len(chunk) * CHUNK_SPLATS < len(vertex):
        raise InputError(where, "element chunk", "has fewer chunks than the splats need", "Export it again")
    own = np.arange(len(vertex)) // CHUNK_SPLATS
    place, rotation, size, colour = (vertex[name] for name in names)
    coloured = "min_r" in (chunk.dtype.names or ())
    rgba = np.stack([_share(colour, shift, 8) for shift in (24, 16, 8, 0)], axis=1)
    rgb = _between(chunk, _BOUNDS[2], own, rgba[:, :3], where) if coloured else rgba[:, :3]
    higher, degree = _packed_harmonics(tables.get("sh"), len(vertex), where)
    with np.errstate(over="ignore"):
        scale = np.exp(_between(chunk, _BOUNDS[1], own, _unpack_11_10_11(size), where))
    return RawSplats(
        _between(chunk, _BOUNDS[0], own, _unpack_11_10_11(place), where),
        _unpack_rotation(rotation),
        scale,
        rgba[:, 3],
        _joined((rgb - np.float32(0.5)) / np.float32(CONSTANT_HARMONIC), higher, degree),
    )


def _packed_harmonics(table: Table | None, rows: int, where: str) -> tuple[Floats, int]:
    """(N, 3 (K - 1)) in steps of 8 / 255 from -4 to 4."""
    if table is None:
        return np.zeros((rows, 0), np.float32), 0
    names = [f"f_rest_{i}" for i in range(len(table.dtype.names or ()))]
    degree = _degree(len(names), "element sh", where)
    if len(table) != rows:
        raise InputError(where, "element sh", f"has {len(table)} rows for {rows} splats", "Export it again")
    return _columns(table, names, where) * np.float32(8.0 / 255.0) - np.float32(4.0), degree


def _degree(rest: int, field: str, where: str) -> int:
    if rest not in _REST_DEGREE:
        raise InputError(where, field, f"has {rest} values f_rest_*", "Export 0, 9, 24 or 45 of them (degrees 0 to 3)")
    return _REST_DEGREE[rest]


def _columns(table: Table, names: list[str], where: str) -> Floats:
    missing = [name for name in names if name not in (table.dtype.names or ())]
    if missing:
        raise InputError(where, f"property {missing[0]}", "is missing", "Export it as Gaussian splats")
    columns = np.empty((len(table), len(names)), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for number, name in enumerate(names):
            columns[:, number] = table[name]
    return columns


def _joined(constant: Floats, higher: Floats, degree: int) -> Floats:
    """(N, K, 3): channel by channel in the file becomes coefficient by coefficient."""
    rest = higher.reshape(len(constant), 3, (degree + 1) ** 2 - 1).transpose(0, 2, 1)
    return np.concatenate([constant[:, None, :], rest], axis=1)


def _share(words: NDArray[np.uint32], shift: int, bits: int) -> Floats:
    """A part of each word as 0 to 1."""
    largest = (1 << bits) - 1
    return (((words >> np.uint32(shift)) & np.uint32(largest)) / np.float32(largest)).astype(np.float32)


def _unpack_11_10_11(words: NDArray[np.uint32]) -> Floats:
    return np.stack([_share(words, 21, 11), _share(words, 11, 10), _share(words, 0, 11)], axis=1)


def _unpack_rotation(words: NDArray[np.uint32]) -> Floats:
    """(N, 4): three parts of the unit quaternion, each -1/sqrt 2 to 1/sqrt 2; they determine the largest."""
    three = (np.stack([_share(words, shift, 10) for shift in (20, 10, 0)], axis=1) - 0.5) * np.sqrt(2.0)
    largest = np.sqrt(np.maximum(0.0, 1.0 - (three**2).sum(axis=1)))
    which = (words >> np.uint32(30)).astype(np.intp)
    slots = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])[which]
    rotation = np.empty((len(words), 4), np.float32)
    np.put_along_axis(rotation, slots, three.astype(np.float32), axis=1)
    np.put_along_axis(rotation, which[:, None], largest.astype(np.float32)[:, None], axis=1)
    return rotation


def _between(chunk: Table, axes: tuple[str, ...], own: NDArray[np.intp], share: Floats, where: str) -> Floats:
    """Shares between the bounds of each splat's chunk."""
    low = _columns(chunk, [f"min_{axis}" for axis in axes], where)[own]
    high = _columns(chunk, [f"max_{axis}" for axis in axes], where)[own]
    with np.errstate(over="ignore", invalid="ignore"):
        return low * (1 - share) + high * share
