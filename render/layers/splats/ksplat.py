"""KSPLAT files (GaussianSplats3D): sections of splats in buckets, plain or packed. Pure.

A header of 4096 bytes, headers of sections of 1024, then each section: lengths of its buckets that are not full, their
centres, its splats. Level 0 has floats; 1 and 2 have places of 16 bits in their bucket and 16-bit floats, 2 harmonics
of 8 bits. Axes are those of the .ply it was made of.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.coding import CONSTANT_HARMONIC, Floats, RawSplats
from stage.errors import InputError

HEADER_BYTES, SECTION_BYTES = 4096, 1024
MOST_SPLATS = 8_000_000
MOST_SECTIONS = 256
_COEFFICIENTS = {0: 0, 1: 3, 2: 8}
AGAIN = "Export it again, or as .ply"


class _Section(NamedTuple):
    splats: int
    bucket_size: int
    buckets: int
    block_m: float
    scale_range: int
    full: int
    partial: int
    degree: int


class _Head(NamedTuple):
    level: int
    least: float
    most: float


def read_ksplat(content: bytes, where: str) -> RawSplats:
    """Raises InputError: not such a file, cut off, more splats than are drawn."""
    try:
        most_sections, sections, _, total, level = struct.unpack_from("<IIIIH", content, 4)
        head = _Head(level, *struct.unpack_from("<2f", content, 36))
    except struct.error as error:
        raise InputError(where, "", "is cut off in its header", AGAIN) from error
    if content[0] != 0 or level > 2 or not sections <= most_sections <= MOST_SECTIONS:
        raise InputError(where, "", f"is not a KSPLAT file of version 0 (level {level})", AGAIN)
    if total > MOST_SPLATS:
        raise InputError(where, "", f"holds {total} splats, more than {MOST_SPLATS}", "Thin it out")
    start, parts = HEADER_BYTES + SECTION_BYTES * most_sections, list[RawSplats]()
    for number in range(sections):
        section = _section(content, HEADER_BYTES + SECTION_BYTES * number, where)
        if section.splats > MOST_SPLATS or section.buckets > section.splats + 1:
            raise InputError(where, f"section {number}", "has impossible counts", AGAIN)
        part, start = _read(content, start, section, head, where)
        parts.append(part)
    if not parts:
        raise InputError(where, "", "has no section", AGAIN)
    return _joined(parts)


def _section(content: bytes, place: int, where: str) -> _Section:
    try:
        count, _, size, buckets, block_m = struct.unpack_from("<IIIIf", content, place)
        scale_range, _, full, partial, degree = struct.unpack_from("<IIIIH", content, place + 24)
    except struct.error as error:
        raise InputError(where, "", "is cut off in its sections", AGAIN) from error
    if degree not in _COEFFICIENTS:
        raise InputError(where, "", f"has harmonics of degree {degree}", "Export degree 0 to 2, or as .ply")
    return _Section(
        splats=count,
        bucket_size=size,
        buckets=buckets,
        block_m=block_m,
        scale_range=scale_range,
        full=full,
        partial=partial,
        degree=degree,
    )


def _row(level: int, degree: int) -> np.dtype[np.void]:
    """One splat as it lies in the file."""
    real = "<f4" if level == 0 else "<f2"
    rest = 3 * _COEFFICIENTS[degree]
    fields = [
        ("place", "<f4" if level == 0 else "<u2", 3),
        ("scale", real, 3),
        ("rotation", real, 4),
        ("rgba", "u1", 4),
        ("rest", {0: "<f4", 1: "<f2", 2: "u1"}[level], (rest,)),
    ]
    return np.dtype(fields)


def _read(content: bytes, start: int, section: _Section, head: _Head, where: str) -> tuple[RawSplats, int]:
    """The splats of a section, and where the next one begins."""
    row = _row(head.level, section.degree)
    own = start + 4 * section.partial + 12 * section.buckets
    end = own + row.itemsize * section.splats
    if end > len(content):
        raise InputError(where, "", f"announces {section.splats} splats but is cut off", "Copy it again")
    rows = np.frombuffer(content, row, section.splats, own)
    place = rows["place"].astype(np.float32)
    if head.level > 0 and section.splats:
        place = _unpacked(content, start, section, place, where)
    colour = rows["rgba"].astype(np.float32) / np.float32(255.0)
    constant = (colour[:, None, :3] - np.float32(0.5)) / np.float32(CONSTANT_HARMONIC)
    rest = rows["rest"].astype(np.float32)
    if head.level == 2:
        rest = rest / np.float32(255.0) * np.float32(head.most - head.least) + np.float32(head.least)
    harmonics = np.concatenate([constant, *_bands(rest, section.degree)], axis=1)
    made = RawSplats(
        place,
        rows["rotation"].astype(np.float32),
        rows["scale"].astype(np.float32),
        colour[:, 3],
        harmonics.astype(np.float32),
    )
    return made, end


def _unpacked(content: bytes, start: int, section: _Section, codes: Floats, where: str) -> Floats:
    lengths = np.frombuffer(content, "<u4", section.partial, start).astype(np.int64)
    centres = np.frombuffer(content, "<f4", 3 * section.buckets, start + 4 * section.partial).reshape(-1, 3)
    sizes = np.concatenate([np.full(min(section.full, section.buckets), section.bucket_size, np.int64), lengths])
    if int(sizes.sum()) < section.splats or len(sizes) > len(centres) or section.scale_range < 1:
        raise InputError(where, "", "has buckets for fewer splats than it announces", AGAIN)
    bucket = np.searchsorted(np.cumsum(sizes), np.arange(section.splats), side="right")
    step = section.block_m / 2.0 / section.scale_range
    place = (codes - np.float32(section.scale_range)) * np.float32(step) + centres[bucket]
    return np.asarray(place, np.float32)


def _bands(rest: Floats, degree: int) -> list[Floats]:
    """(N, 3, 3) and (N, 5, 3): each band lies channel by channel in the file."""
    bands, place = list[NDArray[np.float32]](), 0
    for each in (3, 5)[:degree]:
        bands.append(rest[:, place : place + 3 * each].reshape(-1, 3, each).transpose(0, 2, 1))
        place += 3 * each
    return bands


def _joined(parts: list[RawSplats]) -> RawSplats:
    """Sections may have different degrees: what one lacks is zero."""
    most = max(part.harmonics.shape[1] for part in parts)
    wide = [np.pad(part.harmonics, ((0, 0), (0, most - part.harmonics.shape[1]), (0, 0))) for part in parts]
    return RawSplats(
        np.concatenate([part.position for part in parts]),
        np.concatenate([part.rotation for part in parts]),
        np.concatenate([part.scale for part in parts]),
        np.concatenate([part.opacity for part in parts]),
        np.concatenate(wide),
    )
