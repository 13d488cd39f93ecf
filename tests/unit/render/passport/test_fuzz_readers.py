"""Damaged files of every kind of layer: what a reader raises is an InputError, and it takes bounded memory."""

from __future__ import annotations

import random
import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import cv2
import numpy as np
import OpenEXR
import pytest

from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.model.scene import Scene
from tests.clips import write_clip
from tests.unit.render.passport.lossy_gltf import plain, write

Layer = dict[str, object]
SECONDS_EACH = 60.0
QUICK_TRIES = 40
MOST_BYTES = 3_000_000_000
CARD: Layer = {"kind": "card", "size_m": 1.0}
PIXELS = np.random.default_rng(3).integers(0, 256, (24, 48, 3), np.uint8)


def _gltf(folder: Path) -> tuple[str, Layer]:
    write(plain(), folder)
    return "a.gltf", {"kind": "gltf", "file": "a.gltf"}


def _picture(suffix: str, **layer: object) -> Callable[[Path], tuple[str, Layer]]:
    def made(folder: Path) -> tuple[str, Layer]:
        name = f"a{suffix}"
        pixels = PIXELS.astype(np.float32) / 50 if suffix in (".hdr", ".pfm") else PIXELS
        assert cv2.imwrite(str(folder / name), pixels)
        return name, {**CARD, "file": name, **layer}

    return made


def _exr(folder: Path) -> tuple[str, Layer]:
    planes = {name: PIXELS[:, :, 0].astype(np.float32) for name in "RGBA"}
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, planes).write(str(folder / "a.exr"))
    return "a.exr", {**CARD, "file": "a.exr"}


def _splats(folder: Path) -> tuple[str, Layer]:
    names = ["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2"]
    names += [f"rot_{number}" for number in range(4)]
    head = "ply\nformat binary_little_endian 1.0\nelement vertex 20\n"
    head += "".join(f"property float {name}\n" for name in names) + "end_header\n"
    (folder / "a.ply").write_bytes(head.encode() + np.ones((20, len(names)), np.float32).tobytes())
    return "a.ply", {"kind": "splats", "file": "a.ply"}


def _video(folder: Path) -> tuple[str, Layer]:
    write_clip(folder / "h264.mp4", count=3, size_px=(64, 32))
    return "h264.mp4", {"kind": "video", "files": ["h264.mp4"]}


KINDS: dict[str, Callable[[Path], tuple[str, Layer]]] = {
    "gltf": _gltf,
    "png": _picture(".png"),
    "jpg": _picture(".jpg"),
    "tif": _picture(".tif"),
    "hdr": _picture(".hdr"),
    "pfm": _picture(".pfm"),
    "exr": _exr,
    "equirect": _picture(".png", kind="equirect"),
    "splats": _splats,
    "video": _video,
}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, a run taken out, doubled or zeroed, or the end cut off."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made))
        run = chance.randint(1, 16)
        what = chance.randrange(5)
        if what == 0:
            made[at] = chance.randrange(256)
        elif what == 1:
            made[at : at + run] = b""
        elif what == 2:
            made[at:at] = made[at : at + run]
        elif what == 3:
            made[at : at + run] = bytes([chance.choice((0, 255))]) * run
        else:
            del made[max(1, at) :]
        made = made or bytearray(b"\0")
    return bytes(made)


def tried(kind: str, folder: Path, more: Callable[[int], bool]) -> int:
    """Reads damaged copies as long as `more(count)`; how many. Anything but InputError comes through."""
    name, layer = KINDS[kind](folder)
    if layer["kind"] == "equirect":
        layer = {"kind": "equirect", "file": name}
    scene = Scene.model_validate({"schema": "scene/1", "name": "s", "layers": [layer]})
    whole, chance, count = (folder / name).read_bytes(), random.Random(7), 0
    load_scene_data(scene, folder)
    while more(count):
        (folder / name).write_bytes(damaged(whole, chance))
        count += 1
        with suppress(InputError):
            load_scene_data(scene, folder)
    return count


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_few_damaged_files_of_each_kind(kind: str, tmp_path: Path) -> None:
    assert tried(kind, tmp_path, lambda count: count < QUICK_TRIES) == QUICK_TRIES


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_damaged_files_of_each_kind_for_a_minute(kind: str, tmp_path: Path) -> None:
    end = monotonic() + SECONDS_EACH
    assert tried(kind, tmp_path, lambda count: monotonic() < end) > QUICK_TRIES
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MOST_BYTES
