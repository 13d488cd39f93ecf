"""Header bombs of every format of pictures, and the memory of pictures as large as stages use, each read alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from render.pictures.picture_header import picture_header
from render.pictures.plate_picture import read_plate
from stage.errors import InputError
from tools.bench.content.bombs import MAKERS

REFUSED_S = 0.1
"""The longest that a refusal may take."""
MOST_OF_DECODED = 2.5
PICTURES = {"16k x 8k JPEG card": (16384, 8192, "card"), "16k x 8k JPEG equirect": (16384, 8192, "equirect"),
            "23k x 2k JPEG panorama": (23040, 2160, "card")}  # fmt: skip
BYTES_PER_PIXEL = 3
"""Of a JPEG that is decoded."""
READ_ONE = """
import json, resource, sys
from pathlib import Path
import numpy as np
from render.scene.readers import READERS
from stage.model.scene import Scene
layer = Scene.model_validate_json(sys.argv[1]).layers[0]
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
READERS[type(layer)].read(layer, Path(sys.argv[2]))
print(json.dumps([before, peak()]))
"""


@dataclass(frozen=True, slots=True)
class BombRow:
    """One format's bomb: what it claims, and how long its refusal took."""

    format: str
    claims_mpx: float
    bytes: int
    refused_ms: float
    good: bool


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """One picture: decoded, the peak of the process that reads it over what it had before, and their ratio."""

    picture: str
    decoded_mb: float
    peak_mb: float
    ratio: float
    seconds: float
    good: bool


def content_figures(pictures: bool, tell: Callable[[str], None]) -> tuple[list[BombRow], list[MemoryRow]]:
    """A row for every format's bomb, and with `pictures` one for every large picture, whose name `tell` is told."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bombs = [_bomb(folder, form, make(15_000, 60_000)) for form, make in MAKERS.items()]
        memory = []
        for called, (width, height, kind) in PICTURES.items() if pictures else ():
            tell(called)
            memory.append(_memory(folder, called, (width, height), kind))
    return bombs, memory


def _bomb(folder: Path, form: str, content: bytes) -> BombRow:
    path = folder / "bomb"
    path.write_bytes(content)
    header = picture_header(memoryview(content))
    begun = perf_counter()
    try:
        read_plate(path, None, alpha=True)
        refused = False
    except InputError:
        refused = True
    took = perf_counter() - begun
    claims = 0.0 if header is None else header.width * header.height / 1e6
    return BombRow(form, round(claims, 1), len(content), round(took * 1000, 2), refused and took <= REFUSED_S)


def _memory(folder: Path, called: str, size: tuple[int, int], kind: str) -> MemoryRow:
    width, height = size
    ramp = np.linspace(0, 255, width, dtype=np.uint8)
    rows = np.broadcast_to(ramp[None, :, None], (height, width, 3)).copy()
    cv2.imwrite(str(folder / "large.jpg"), rows)
    del rows
    layer = {"kind": kind, "file": "large.jpg"} | ({"size_m": 1.0, "alpha": "opaque"} if kind == "card" else {})
    scene = json.dumps({"schema": "scene/1", "name": "large", "layers": [layer]})
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", READ_ONE, scene, str(folder)], capture_output=True, text=True, check=True
    )
    took = perf_counter() - begun
    before, peak = json.loads(done.stdout)
    decoded = width * height * BYTES_PER_PIXEL
    ratio = (peak - before) / decoded
    return MemoryRow(
        called,
        round(decoded / 1e6),
        round((peak - before) / 1e6),
        round(ratio, 2),
        round(took, 1),
        ratio <= MOST_OF_DECODED,
    )
