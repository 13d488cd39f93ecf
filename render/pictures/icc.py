"""ICC profiles of pictures (ICC.1:2022): three primaries and a curve each, as light of Rec.709. Pure.

Display P3, Adobe RGB, ProPhoto, scanners' and cameras' matrix profiles are of this kind; printers' are tables, which
are not read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stage.maths.colour_matrix import rec709_from_xyz
from stage.maths.colour_transfer import srgb_linear

Floats = NDArray[np.float64]

CODES = 65536
D50 = (0.345704, 0.358540)
"""The white that every profile's colours are adapted to (ICC.1:2022, 6.3)."""
MOST_TAGS = 256
LIKE_SRGB = 2e-3
"""The largest difference in light from sRGB that is sRGB."""
_HEADER_BYTES = 128
_PARA = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
"""Kinds of parametric curves and their numbers of parameters (table 68)."""


class ProfileError(ValueError):
    """A profile that cannot be applied; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """`name` of the file; `curves` (65536, 3) float32 linear light of codes; `rec709_from_own` (3, 3)."""

    name: str
    curves: NDArray[np.float32]
    rec709_from_own: Floats

    def light(self, colour: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., 3) codes 0 to 1 as scene-linear Rec.709."""
        codes = np.clip(np.rint(colour * (CODES - 1)), 0, CODES - 1).astype(np.uint16)
        linear = np.stack([self.curves[codes[..., channel], channel] for channel in range(3)], axis=-1)
        return np.asarray(linear @ self.rec709_from_own.T.astype(np.float32), np.float32)

    @property
    def is_srgb(self) -> bool:
        """Whether it says no more than sRGB does."""
        steps = np.linspace(0.0, 1.0, 9, dtype=np.float32)
        some = np.stack(np.meshgrid(steps, steps, steps), axis=-1)
        return bool(np.abs(self.light(some) - srgb_linear(some)).max() < LIKE_SRGB)


def read_profile(content: bytes) -> Profile:
    """A profile. Raises ProfileError: damaged, of tables, for print."""
    try:
        if len(content) < _HEADER_BYTES + 4 or content[36:40] != b"acsp":
            raise ProfileError("it is damaged")
        space = content[16:20]
        if space not in (b"RGB ", b"GRAY"):
            raise ProfileError(f"it is for {space.decode('latin-1').strip()}")
        tags = _tags(content)
        name = _text(tags.get(b"desc", b"")) or "without a name"
        if space == b"GRAY":
            grey = _curve(tags[b"kTRC"])
            return Profile(name, np.stack([grey] * 3, axis=1), np.eye(3))
        if b"rXYZ" not in tags:
            raise ProfileError(f"it is a table ({name})")
        columns = np.array([_xyz(tags[key]) for key in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
        curves = np.stack([_curve(tags[key]) for key in (b"rTRC", b"gTRC", b"bTRC")], axis=1)
    except (KeyError, struct.error, IndexError) as error:
        raise ProfileError("it is damaged") from error
    if not np.isfinite(curves).all():
        raise ProfileError("its curves are not finite")
    return Profile(name, curves, rec709_from_xyz(D50) @ columns)


def _tags(content: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", content, _HEADER_BYTES)
    tags = dict[bytes, bytes]()
    for number in range(min(count, MOST_TAGS)):
        key, place, size = struct.unpack_from(">4sII", content, _HEADER_BYTES + 4 + 12 * number)
        tags[key] = content[place : place + size]
    return tags


def _xyz(tag: bytes) -> tuple[float, ...]:
    return tuple(value / 65536.0 for value in struct.unpack_from(">3i", tag, 8))


def _curve(tag: bytes) -> NDArray[np.float32]:
    """(65536,) light of codes."""
    code = np.linspace(0.0, 1.0, CODES)
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return code.astype(np.float32)
        values = np.frombuffer(tag, ">u2", count, 12) if len(tag) >= 12 + 2 * count else None
        if values is None:
            raise ProfileError("it is damaged")
        if count == 1:
            return np.asarray(code ** (float(values[0]) / 256.0), np.float32)
        return np.interp(code, np.linspace(0.0, 1.0, count), values / 65535.0).astype(np.float32)
    if tag[:4] != b"para":
        raise ProfileError("it has curves of an unknown kind")
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind not in _PARA:
        raise ProfileError("it has curves of an unknown kind")
    numbers = [value / 65536.0 for value in struct.unpack_from(f">{_PARA[kind]}i", tag, 12)]
    return _parametric(code, kind, numbers)


def _parametric(code: Floats, kind: int, numbers: list[float]) -> NDArray[np.float32]:
    """Table 68: (a x + b)^g + e above d, c x + f below."""
    g, a, b, c, d, e, f = [*numbers, *[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0][len(numbers) :]]
    if kind in (1, 2):
        c, d, e, f = 0.0, (-b / a if a else 0.0), (c if kind == 2 else 0.0), (c if kind == 2 else 0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        power = np.maximum(a * code + b, 0.0) ** g + e
    return np.where(code >= d, power, c * code + f).astype(np.float32)


def _text(tag: bytes) -> str:
    """A description, old (ASCII) or new (several languages, UTF-16)."""
    if tag[:4] == b"desc":
        (count,) = struct.unpack_from(">I", tag, 8)
        return tag[12 : 12 + count].rstrip(b"\0").decode("ascii", "replace")[:60]
    if tag[:4] == b"mluc":
        length, place = struct.unpack_from(">II", tag, 20)
        return tag[place : place + length].decode("utf-16-be", "replace").rstrip("\0")[:60]
    return ""
