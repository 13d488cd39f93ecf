"""Backgrounds: every format gives the scene-linear numbers that are in it; what is wrong is told."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray

from render.pictures.equirect import read_equirect
from render.pictures.plate_picture import read_plate
from render.scene.loading import load_scene_data
from stage.errors import InputError
from stage.model.scene import Scene

RGB = np.array(
    [[[0.0, 0.5, 1.0], [2.0, 4.0, 8.0], [0.25, 0.25, 0.25]], [[16.0, 1.0, 0.5], [1.0, 1.0, 1.0], [0.125, 8.0, 2.0]]],
    dtype=np.float32,
)
"""(2, 3, 3), exact in 16-bit floats and in Radiance's shared exponent."""


def write_hdr(path: Path, rgb: NDArray[np.float32]) -> None:
    assert cv2.imwrite(str(path), rgb[:, :, ::-1])


def write_exr(path: Path, rgb: NDArray[np.float32]) -> None:
    OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}, {"RGB": rgb}).write(str(path))


@pytest.mark.parametrize(("name", "write"), [("sky.hdr", write_hdr), ("sky.exr", write_exr)])
def test_float_files_are_taken_as_they_are(
    name: str, write: Callable[[Path, NDArray[np.float32]], None], tmp_path: Path
) -> None:
    write(tmp_path / name, RGB)
    radiance = read_equirect(tmp_path / name)
    assert radiance.dtype == np.float16
    assert radiance.tolist() == RGB.tolist()


def test_an_exr_of_luminance_alone_is_grey(tmp_path: Path) -> None:
    luminance = np.ascontiguousarray(RGB[:, :, 2])
    header = {"compression": OpenEXR.PIZ_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"Y": luminance}).write(str(tmp_path / "sky.exr"))
    assert read_equirect(tmp_path / "sky.exr")[:, :, 1].tolist() == luminance.tolist()


def test_8_bit_files_are_srgb(tmp_path: Path) -> None:
    """Code 188 is 0.5029 linear, 10 lies on the straight part: 10 / 255 / 12.92 (IEC 61966-2-1)."""
    rgb = np.array([[[255, 0, 188], [10, 128, 64]]], dtype=np.uint8)
    assert cv2.imwrite(str(tmp_path / "sky.png"), rgb[:, :, ::-1])
    expected = [[[1.0, 0.0, 0.50289], [0.0030353, 0.21586, 0.051269]]]
    assert np.allclose(read_equirect(tmp_path / "sky.png"), np.array(expected), rtol=1e-3)
    assert cv2.imwrite(str(tmp_path / "sky.jpg"), np.full((8, 16, 3), 188, dtype=np.uint8))
    assert np.allclose(read_equirect(tmp_path / "sky.jpg"), 0.50289, atol=0.01)


def test_what_a_16_bit_float_cannot_hold_is_cut(tmp_path: Path) -> None:
    rgb = np.array([[[np.nan, np.inf, -np.inf], [1e9, -3.0, 65000.0]]], dtype=np.float32)
    write_exr(tmp_path / "sky.exr", rgb)
    assert read_equirect(tmp_path / "sky.exr").tolist() == [[[0.0, 60000.0, 0.0], [60000.0, 0.0, 60000.0]]]


def test_large_backgrounds_are_reduced_to_8192(tmp_path: Path) -> None:
    columns = np.repeat(np.array([0, 255], dtype=np.uint8), 8192)
    assert cv2.imwrite(str(tmp_path / "sky.png"), np.repeat(columns[None, :, None], 3, axis=2).repeat(64, axis=0))
    radiance = read_plate(tmp_path / "sky.png", None, alpha=False).radiance[:, :, :3]
    assert radiance.shape == (32, 8192, 3)
    assert (radiance[:, :4096] == 0.0).all()
    assert (radiance[:, 4096:] == 1.0).all()


def exr_of(width: int, height: int) -> bytes:
    """The header of an EXR that says this size, and nothing after."""
    box = struct.pack("<4i", 0, 0, width - 1, height - 1)
    channel = b"R\0" + struct.pack("<iiii", 1, 0, 1, 1) + b"\0"
    attributes = [
        (b"channels", b"chlist", channel),
        (b"compression", b"compression", b"\3"),
        (b"dataWindow", b"box2i", box),
        (b"displayWindow", b"box2i", box),
        (b"lineOrder", b"lineOrder", b"\0"),
        (b"pixelAspectRatio", b"float", struct.pack("<f", 1)),
        (b"screenWindowCenter", b"v2f", bytes(8)),
        (b"screenWindowWidth", b"float", struct.pack("<f", 1)),
    ]
    body = b"".join(
        name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value for name, kind, value in attributes
    )
    return b"\x76\x2f\x31\x01" + struct.pack("<i", 2) + body + b"\0"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is neither"),
        (b"GIF89a", "is neither"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n", "has no size"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4096 +X 8192\n", "cut off"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 99999 +X 99999\n", "more than 128 million"),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 0 +X 4\n", "is 4 x 0 pixels"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 4000, 4000), "cut off"),
        (b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03", "more than 128 million"),
        (b"\xff\xd8\xff\xd9", "no size in its header"),
        (b"\x76\x2f\x31\x01\2\0\0\0", "no size in its header"),
        (exr_of(8000, 4000), "cut off"),
        (exr_of(16, 8), "cannot be decoded"),
    ],
)
def test_what_is_no_background_is_refused(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "sky"
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem) as refused:
        read_equirect(path)
    assert refused.value.where == str(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_equirect(tmp_path / "sky.hdr")


def test_an_exr_without_colours_is_refused(tmp_path: Path) -> None:
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"Z": np.ones((2, 2), dtype=np.float32)}).write(str(tmp_path / "sky.exr"))
    with pytest.raises(InputError, match="but Z"):
        read_equirect(tmp_path / "sky.exr")


def scene_of(*layers: dict[str, object]) -> Scene:
    return Scene.model_validate({"schema": "scene/1", "name": "test", "layers": layers})


def test_a_scene_has_its_background_with_pan_and_gain(tmp_path: Path) -> None:
    write_hdr(tmp_path / "sky.hdr", RGB)
    layer = {"kind": "equirect", "file": "sky.hdr", "pan_deg": 30.0, "gain": 2.5}
    scene = load_scene_data(scene_of(layer), tmp_path)
    assert scene.background is not None
    assert (scene.background.pan_deg, scene.background.gain) == (30.0, 2.5)
    assert scene.background.radiance.tolist() == RGB.tolist()
    assert (scene.meshes.triangle_count, len(scene.meshes.instance_part)) == (0, 0)


def test_a_second_background_is_refused(tmp_path: Path) -> None:
    write_hdr(tmp_path / "sky.hdr", RGB)
    layer: dict[str, object] = {"kind": "equirect", "file": "sky.hdr"}
    with pytest.raises(InputError) as refused:
        load_scene_data(scene_of(layer, layer), tmp_path)
    assert refused.value.field == "layers[1]"


def test_a_colour_space_says_how_codes_become_light(tmp_path: Path) -> None:
    path = tmp_path / "sky.png"
    cv2.imwrite(str(path), np.full((4, 8, 3), 128, np.uint8))
    plain, linear = read_equirect(path), read_equirect(path, "linear")
    assert plain[0, 0] == pytest.approx([0.2158] * 3, abs=2e-3)
    assert linear[0, 0] == pytest.approx([128 / 255] * 3, abs=2e-3)
    with pytest.raises(InputError, match=r"sky\.png: colour_space.*no-such-space"):
        read_equirect(path, "no-such-space")


def test_a_scene_hands_its_colour_space_on(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "sky.png"), np.full((4, 8, 3), 128, np.uint8))
    layer = {"kind": "equirect", "file": "sky.png", "colour_space": "linear"}
    scene = Scene.model_validate({"schema": "scene/1", "name": "s", "layers": [layer]})
    background = load_scene_data(scene, tmp_path).background
    assert background is not None
    assert background.radiance[0, 0] == pytest.approx([128 / 255] * 3, abs=2e-3)
