"""Splat files made in tests: random splats, and the bytes of both kinds of PLY."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.layers.splats.coding import CONSTANT_HARMONIC, RawSplats

Floats = NDArray[np.float32]


def random_splats(count: int, degree: int = 3, seed: int = 1) -> RawSplats:
    """Splats of 2 to 40 cm in a box of 3 x 2 x 3 m round the origin, of every opacity."""
    random = np.random.default_rng(seed)
    harmonics = random.normal(0.0, 0.25, (count, (degree + 1) ** 2, 3))
    harmonics[:, 0] = random.uniform(-1.2, 1.6, (count, 3))
    return RawSplats(
        random.uniform((-1.5, -1.0, -1.5), (1.5, 1.0, 1.5), (count, 3)).astype(np.float32),
        random.normal(size=(count, 4)).astype(np.float32),
        np.exp(random.uniform(np.log(0.02), np.log(0.4), (count, 3))).astype(np.float32),
        random.uniform(0.05, 1.0, count).astype(np.float32),
        harmonics.astype(np.float32),
    )


def plain_ply(splats: RawSplats) -> bytes:
    """The file of the 3DGS reference, normals and all."""
    count, coefficients = splats.harmonics.shape[:2]
    rest = 3 * (coefficients - 1)
    names = ["x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2", *(f"f_rest_{i}" for i in range(rest))]
    names += ["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"]
    with np.errstate(divide="ignore"):
        columns = [
            splats.position, np.zeros((count, 3)), splats.harmonics[:, 0],
            splats.harmonics[:, 1:].transpose(0, 2, 1).reshape(count, rest),
            np.log(splats.opacity / (1 - splats.opacity))[:, None], np.log(splats.scale), splats.rotation,
        ]  # fmt: skip
    lines = [f"element vertex {count}", *(f"property float {name}" for name in names)]
    return ply_header(lines) + np.concatenate(columns, axis=1).astype("<f4").tobytes()


def packed_ply(splats: RawSplats) -> bytes:
    """The compressed file of SuperSplat: chunks with bounds, four words a splat, harmonics in bytes."""
    count, coefficients = splats.harmonics.shape[:2]
    rest = 3 * (coefficients - 1)
    logs, colour = np.log(splats.scale), splats.harmonics[:, 0] * CONSTANT_HARMONIC + 0.5
    chunks, words = [], []
    for first in range(0, count, 256):
        own = slice(first, first + 256)
        bounds = [(values[own].min(axis=0), values[own].max(axis=0)) for values in (splats.position, logs, colour)]
        chunks.append(np.concatenate([side for pair in bounds for side in pair]))
        shares = [
            (values[own] - low) / (high - low)
            for values, (low, high) in zip((splats.position, logs, colour), bounds, strict=True)
        ]
        alpha = splats.opacity[own, None]
        words.append(
            np.stack(
                [
                    _packed(shares[0], (11, 10, 11)), _packed_rotation(splats.rotation[own]),
                    _packed(shares[1], (11, 10, 11)), _packed(np.hstack([shares[2], alpha]), (8, 8, 8, 8)),
                ],
                axis=1,
            )
        )  # fmt: skip
    sides = [f"{side}_{{}}{axis}" for side in ("min", "max") for axis in "xyz"]
    names = [*(side.format("") for side in sides), *(side.format("scale_") for side in sides)]
    names += [f"{side}_{channel}" for side in ("min", "max") for channel in "rgb"]
    lines = [f"element chunk {len(chunks)}", *(f"property float {name}" for name in names)]
    lines += [f"element vertex {count}"]
    lines += [f"property uint packed_{name}" for name in ("position", "rotation", "scale", "color")]
    body = np.array(chunks).astype("<f4").tobytes() + np.concatenate(words).astype("<u4").tobytes()
    if rest:
        lines += [f"element sh {count}", *(f"property uchar f_rest_{i}" for i in range(rest))]
        higher = splats.harmonics[:, 1:].transpose(0, 2, 1).reshape(count, rest)
        body += np.clip(np.rint((higher + 4.0) * 255.0 / 8.0), 0, 255).astype(np.uint8).tobytes()
    return ply_header(lines) + body


def ply_header(lines: list[str]) -> bytes:
    return "\n".join(
        ["ply", "format binary_little_endian 1.0", "comment made in a test", *lines, "end_header\n"]
    ).encode()


def _packed(shares: NDArray[np.floating], bits: tuple[int, ...]) -> NDArray[np.uint32]:
    word = np.zeros(len(shares), np.uint32)
    for axis, size in enumerate(bits):
        word = (word << np.uint32(size)) | np.rint(shares[:, axis] * ((1 << size) - 1)).astype(np.uint32)
    return word


def _packed_rotation(rotation: Floats) -> NDArray[np.uint32]:
    unit = rotation / np.linalg.norm(rotation, axis=1, keepdims=True)
    words = []
    for quaternion in unit:
        largest = int(np.abs(quaternion).argmax())
        word, signed = largest, quaternion * np.sign(quaternion[largest])
        for part in np.delete(signed, largest):
            word = (word << 10) | round((part / np.sqrt(2.0) + 0.5) * 1023)
        words.append(word)
    return np.array(words, np.uint32)
