"""OpenEXR as it is made elsewhere: glow, other primaries, luminance-chroma, windows, deep samples, layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import PyOpenColorIO
import pytest

from render.pictures.exr_deep import MOST_DEEP_PIXELS
from render.pictures.plate_picture import Plate, read_plate
from stage.errors import InputError
from stage.maths.scene_linear import CONFIG
from tests.unit.render.pictures.exr_files import Box, write_exr, write_sampled_exr

CASES = Path(__file__).parents[3] / "data" / "content"
AP0 = (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767)
REC709_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def _read(path: Path, alpha: bool = True, colour_space: str | None = None) -> Plate:
    return read_plate(path, colour_space, alpha)


def _said(plate: Plate) -> str:
    return "\n".join(str(entry) for entry in plate.passport)


def test_light_without_alpha_is_kept(tmp_path: Path) -> None:
    rgba = np.zeros((4, 8, 4), np.float32)
    rgba[1, 2], rgba[2, 3], rgba[3, 3] = (3.0, 1.5, 0.5, 0.0), (0.25, 0.25, 0.25, 0.5), (1.0, 1.0, 1.0, 5e-5)
    write_exr(tmp_path / "flame.exr", {"RGBA": rgba})
    for space in (None, "linear", "ACEScg"):
        radiance = _read(tmp_path / "flame.exr", colour_space=space).radiance.astype(float)
        assert radiance[1, 2].sum() == pytest.approx(5.0, rel=0.2)
        assert radiance[1, 2, 3] == 0.0
        assert np.allclose(radiance[2, 3], (0.25, 0.25, 0.25, 0.5), rtol=1e-3)
        assert np.allclose(radiance[3, 3, :3], 1.0, rtol=1e-3)


def test_glow_of_a_flame_from_elsewhere() -> None:
    channels = OpenEXR.File(str(CASES / "glow_alpha0.exr"), separate_channels=True).channels()
    own = np.stack([channels[name].pixels for name in "RGBA"], axis=2).astype(float)
    assert own[own[:, :, 3] == 0.0].mean() > 0.05
    assert np.allclose(_read(CASES / "glow_alpha0.exr").radiance.astype(float), own, rtol=1e-3, atol=1e-4)


def _primaries_file(path: Path) -> np.ndarray[Any, Any]:
    rgb = np.random.default_rng(3).uniform(0.05, 2.0, (6, 7, 3)).astype(np.float32)
    write_exr(path, {"RGB": rgb}, chromaticities=AP0)
    return rgb


def test_primaries_of_the_file_are_followed_as_opencolorio_does(tmp_path: Path) -> None:
    rgb = _primaries_file(tmp_path / "a.exr")
    config = PyOpenColorIO.Config.CreateFromBuiltinConfig(CONFIG)
    expected = rgb.reshape(-1, 3).copy()
    config.getProcessor("ACES2065-1", "Linear Rec.709 (sRGB)").getDefaultCPUProcessor().applyRGB(expected)
    plate = _read(tmp_path / "a.exr")
    got = plate.radiance[:, :, :3].reshape(-1, 3).astype(float)
    assert np.allclose(got, np.maximum(expected, 0.0), atol=6e-3), "its CAT02 or Bradford may differ by a little"
    assert "primaries ACES AP0 is drawn (its colours are converted to Rec.709)" in _said(plate)
    named = _read(tmp_path / "a.exr", colour_space="linear")
    assert np.allclose(named.radiance[:, :, :3].astype(float), rgb, rtol=1e-3), "a named space is believed"
    assert "converted" not in _said(named)


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        ({"chromaticities": (0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3)}, "span no colours"),
        ({"chromaticities": (0.0,) * 8}, "span no colours"),
        ({"colorInteropID": "lin_awg4_scene"}, "this name is not known"),
        ({"whiteLuminance": 250.0}, "Set gain = 2.5"),
        ({"pixelAspectRatio": 2.0}, "drawn square"),
    ],
)
def test_what_is_not_followed_is_said(tmp_path: Path, attributes: dict[str, object], word: str) -> None:
    write_exr(tmp_path / "a.exr", {"RGB": np.full((2, 4, 3), 0.5, np.float32)}, **attributes)
    plate = _read(tmp_path / "a.exr")
    assert word.lower() in _said(plate).lower()
    assert np.allclose(plate.radiance[:, :, :3].astype(float), 0.5)


def test_xyz_and_names_of_spaces(tmp_path: Path) -> None:
    """White of the D65 XYZ is grey; AP1 by name is AP1 by numbers."""
    white = np.array([0.95047, 1.0, 1.08883], np.float32)
    write_exr(
        tmp_path / "xyz.exr", {"RGB": np.broadcast_to(white, (2, 2, 3)).copy()}, colorInteropID="lin_ciexyzd65_scene"
    )
    assert np.allclose(_read(tmp_path / "xyz.exr").radiance[0, 0, :3].astype(float), 1.0, atol=3e-3)
    rgb = np.random.default_rng(1).uniform(0.2, 1.0, (2, 2, 3)).astype(np.float32)
    write_exr(tmp_path / "name.exr", {"RGB": rgb}, colorInteropID="lin_ap1_scene")
    ap1 = (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)
    write_exr(tmp_path / "numbers.exr", {"RGB": rgb}, chromaticities=ap1)
    assert (_read(tmp_path / "name.exr").radiance == _read(tmp_path / "numbers.exr").radiance).all()


@pytest.mark.parametrize("box", [(0, 0, 63, 31), (-4, 8, 59, 43)])
@pytest.mark.parametrize("step", [1, 2, 4])
def test_luminance_and_chroma_become_colour(tmp_path: Path, box: Box, step: int) -> None:
    """Smooth colours come back from a quarter of the differences."""
    across = np.arange(box[0], box[2] + 1)[None, :] / 40.0
    down = np.arange(box[1], box[3] + 1)[:, None] / 40.0
    rgb = np.stack(
        [0.6 + 0.2 * np.sin(across + down), 0.5 + 0.1 * across + 0 * down, 0.4 + 0.1 * down + 0 * across], axis=2
    )
    y = rgb @ REC709_LUMINANCE
    ry, by = (rgb[:, :, 0] - y) / y, (rgb[:, :, 2] - y) / y
    rows, columns = (slice(-low % step, None, step) for low in (box[1], box[0]))
    some = {name: (values[rows, columns].astype(np.float32), step) for name, values in (("RY", ry), ("BY", by))}
    write_sampled_exr(tmp_path / "yc.exr", {"Y": (y.astype(np.float32), 1), **some}, box)
    radiance = _read(tmp_path / "yc.exr").radiance.astype(float)
    margin = 0 if step == 1 else 14
    inner = (slice(margin, -margin or None),) * 2
    assert np.allclose(radiance[inner][:, :, :3], rgb[inner], rtol=4e-3)
    assert np.allclose(radiance[:, :, :3], rgb, rtol=0.05)


def _windowed(path: Path, data: Box, display: Box, names: str = "RGB") -> np.ndarray[Any, Any]:
    size = (data[3] - data[1] + 1, data[2] - data[0] + 1)
    values = np.random.default_rng(5).uniform(0.1, 1.0, (*size, len(names))).astype(np.float32)
    boxes = [tuple(np.array(corner, np.int32) for corner in (box[:2], box[2:])) for box in (data, display)]
    write_exr(path, {names: values}, dataWindow=boxes[0], displayWindow=boxes[1])
    return values


@pytest.mark.parametrize("names", ["RGB", "RGBA"])
def test_a_cropped_picture_stands_where_it_was(tmp_path: Path, names: str) -> None:
    values = _windowed(tmp_path / "a.exr", (10, 4, 19, 9), (0, 0, 31, 15), names)
    plate = _read(tmp_path / "a.exr")
    assert plate.radiance.shape == (16, 32, 4)
    inside = plate.radiance[4:10, 10:20].astype(float)
    assert np.allclose(inside[:, :, :3], values[:, :, :3], rtol=1e-3)
    whole = plate.radiance.astype(float).sum()
    assert whole == pytest.approx(inside.sum()), "black and clear around it"
    assert "smaller than its display window" in _said(plate)


def test_overscan_is_cut_off_and_said(tmp_path: Path) -> None:
    values = _windowed(tmp_path / "a.exr", (-4, -2, 35, 17), (0, 0, 31, 15))
    plate = _read(tmp_path / "a.exr")
    assert np.allclose(plate.radiance[:, :, :3].astype(float), values[2:18, 4:36], rtol=1e-3)
    assert "overscan" in _said(plate)


def test_impossible_windows_are_refused(tmp_path: Path) -> None:
    _windowed(tmp_path / "beside.exr", (100, 0, 110, 5), (0, 0, 31, 15))
    with pytest.raises(InputError, match="outside its display window"):
        _read(tmp_path / "beside.exr")
    _windowed(tmp_path / "bomb.exr", (0, 0, 3, 3), (0, 0, 2_000_000, 1_000_000))
    with pytest.raises(InputError, match="display window of 2000001 x 1000001"):
        _read(tmp_path / "bomb.exr")


def test_the_window_of_a_file_from_elsewhere() -> None:
    radiance = _read(CASES / "data_window.exr").radiance
    assert radiance.shape == (128, 256, 4)
    assert radiance[:64, 100:228, 3].all()
    assert not radiance[64:].any()
    assert not radiance[:, :100].any()


def _deep(path: Path, samples: dict[str, list[float]], size: tuple[int, int] = (2, 3)) -> None:
    """All pixels but the first alike; that one is empty."""
    planes = {}
    for name, values in samples.items():
        plane = np.empty(size, object)
        for place in np.ndindex(size):
            plane[place] = None if place == (0, 0) else np.array(values, np.float32)
        planes[name] = plane
    OpenEXR.File({"compression": OpenEXR.ZIPS_COMPRESSION, "type": OpenEXR.deepscanline}, planes).write(str(path))


def test_deep_samples_are_laid_over_each_other(tmp_path: Path) -> None:
    """Far sample first in the file: red at 5 m, half covered by blue at 2 m."""
    red, blue = [1.0, 0.0], [0.0, 0.5]
    _deep(tmp_path / "d.exr", {"R": red, "G": [0.0, 0.0], "B": blue, "A": [1.0, 0.5], "Z": [5.0, 2.0]})
    plate = _read(tmp_path / "d.exr")
    assert np.allclose(plate.radiance[1, 2].astype(float), (0.5, 0.0, 0.5, 1.0))
    assert not plate.radiance[0, 0].any()
    assert "flattened" in _said(plate)


def test_deep_pictures_without_alpha_or_too_large(tmp_path: Path) -> None:
    _deep(tmp_path / "d.exr", {"R": [1.0, 2.0], "G": [1.0, 2.0], "B": [1.0, 2.0], "Z": [5.0, 2.0]})
    assert np.allclose(_read(tmp_path / "d.exr").radiance[1, 1, :3].astype(float), 2.0), "the nearest one"
    content = bytearray((tmp_path / "d.exr").read_bytes())
    wide = int(MOST_DEEP_PIXELS).to_bytes(4, "little")
    place = content.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    content[place + 8 : place + 12] = wide
    (tmp_path / "d.exr").write_bytes(bytes(content) + bytes(2000))
    with pytest.raises(InputError, match="Flatten it in compositing"):
        _read(tmp_path / "d.exr")


def test_the_picture_of_a_file_of_many_layers(tmp_path: Path) -> None:
    """As Blender names them."""
    layers = {"View.Depth.V": 7.0, "View.Normal.X": 3.0}
    colours = {f"View.{name}.{letter}": value for name, value in (("Combined", 0.5), ("AO", 0.1)) for letter in "RGB"}
    channels = {name: np.full((2, 2), value, np.float32) for name, value in {**colours, **layers}.items()}
    write_exr(tmp_path / "m.exr", channels)
    plate = _read(tmp_path / "m.exr")
    assert np.allclose(plate.radiance[0, 0, :3].astype(float), 0.5)
    assert "layer View.Combined is drawn" in _said(plate)


def test_a_second_part_is_said_to_be_lost(tmp_path: Path) -> None:
    parts = [
        OpenEXR.Part({"name": name}, {"RGB": np.full((2, 2, 3), value, np.float32)})
        for name, value in (("left", 0.25), ("right", 0.75))
    ]
    OpenEXR.File(parts).write(str(tmp_path / "p.exr"))
    plate = _read(tmp_path / "p.exr")
    assert np.allclose(plate.radiance[0, 0, :3].astype(float), 0.25)
    assert "1 further parts is lost" in _said(plate)
