"""OpenEXR files made in a test, some by hand: sub-sampled channels, which the library cannot write."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; the last pixels are inside."""


def write_exr(path: Path, channels: dict[str, NDArray[Any]], **attributes: object) -> None:
    """A file of one part by OpenEXR itself."""
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **attributes}
    OpenEXR.File(header, channels).write(str(path))


def write_sampled_exr(path: Path, channels: dict[str, tuple[NDArray[np.float32], int]], box: Box) -> None:
    """Uncompressed, one line a chunk, channels with their step; a line has the channels whose step divides its row."""
    names = sorted(channels)
    listed = b"".join(n.encode() + b"\0" + struct.pack("<iiii", 2, 0, channels[n][1], channels[n][1]) for n in names)
    window = struct.pack("<4i", *box)
    head = b"\x76\x2f\x31\x01" + struct.pack("<i", 2)
    for name, kind, value in (
        ("channels", "chlist", listed + b"\0"), ("compression", "compression", b"\0"), ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window), ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1)), ("screenWindowCenter", "v2f", bytes(8)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)),
    ):  # fmt: skip
        head += name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(value)) + value
    head += b"\0"
    lines, taken = [], dict.fromkeys(names, 0)
    for row in range(box[1], box[3] + 1):
        body = b""
        for name in names:
            values, step = channels[name]
            if row % step == 0:
                body += values[taken[name]].astype("<f4").tobytes()
                taken[name] += 1
        lines.append(struct.pack("<ii", row, len(body)) + body)
    start = len(head) + 8 * len(lines)
    offsets = np.cumsum([start, *[len(line) for line in lines[:-1]]]).astype("<u8")
    path.write_bytes(head + offsets.tobytes() + b"".join(lines))
