"""OpenEXR files: the part and the layer that are the picture, its window, its colours; deep ones flattened. IO.

The library takes 0.4 s to load: it is imported only where a file needs it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from render.pictures.exr_channels import Channels, Wanted, channels_of
from render.pictures.exr_chroma import at_every_pixel, rgb_from_luminance_chroma
from render.pictures.exr_colour import colours_of
from render.pictures.exr_deep import MOST_DEEP_PIXELS, flattened
from render.pictures.picture_bytes import MOST_PIXELS, PictureError, check_header, check_size
from stage.files.passport import Passport, PassportEntry, approximated, drawn, lost

EXR = b"\x76\x2f\x31\x01"
CUBE_MAP = 1
"""The value of the attribute envmap for six faces of a cube, one under the other."""
Corner = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ExrPicture:
    """`values` (h, w, c) as the file has them, in its display window, rows from the top; c = 1, 3 or 4 (alpha; the
    colours are multiplied by it). `rec709_from_file` (3, 3), None where that is what they are. `cube`: six faces of a
    cube, one under the other."""

    values: NDArray[Any]
    rec709_from_file: NDArray[np.float64] | None = None
    cube: bool = False
    passport: Passport = ()


class _Part(NamedTuple):
    number: int
    header: Mapping[str, Any]
    channels: Channels
    deep: bool


def read_exr(content: memoryview, name: str, wanted: Wanted = "colour") -> ExrPicture:
    """The picture of an OpenEXR file, or its depth. Raises PictureError."""
    check_header(content)
    import OpenEXR

    try:
        part, said = _part(OpenEXR.File(io.BytesIO(content), header_only=True), name, wanted, len(content))
        file = OpenEXR.File(io.BytesIO(content), separate_channels=True)
        planes = file.channels(part.number)
        return _picture(part, planes, name, said)
    except PictureError:
        raise
    except Exception as error:  # OpenEXR raises RuntimeError, ValueError, TypeError, IndexError unpredictably
        raise PictureError("cannot be decoded") from error


def _part(file: Any, name: str, wanted: Wanted, byte_count: int) -> tuple[_Part, list[PassportEntry]]:
    """The first part that has what is wanted, flat ones before deep ones."""
    found, all_names = list[_Part](), list[str]()
    for number, part in enumerate(file.parts):
        header = part.header
        names = [str(channel.name) for channel in header["channels"]]
        deep = str(header.get("type", "")).rpartition(".")[2].startswith("deep")
        width, height = _size(*_corners(header["dataWindow"]))
        check_size(width, height, byte_count)
        if deep and width * height > MOST_DEEP_PIXELS:
            raise PictureError(f"is deep, {width} x {height} pixels: too many to flatten. Flatten it in compositing")
        all_names += names
        if (channels := channels_of(names, wanted)) is not None:
            found.append(_Part(number, header, channels, deep))
    if not found:
        raise PictureError(f"has no R, G, B channels but {', '.join(sorted(set(all_names)))[:200]}")
    chosen = min(found, key=lambda part: (part.deep, part.number))
    said = list[PassportEntry]()
    if len(file.parts) > 1:
        rest = len(file.parts) - 1
        said.append(lost(name, f"{rest} further parts", f"part {chosen.number} is shown", "Save that part alone"))
    if chosen.channels.layer:
        said.append(drawn(name, f"layer {chosen.channels.layer}", "is shown; the file's other layers are not"))
    return chosen, said


def _picture(part: _Part, planes: Mapping[str, Any], name: str, said: list[PassportEntry]) -> ExrPicture:
    header = part.header
    matrix, weights, colours = colours_of(header, name)
    data = _corners(header["dataWindow"])
    if part.deep:
        values = _flat(part, planes)
        said.append(drawn(name, "deep samples", "they are flattened while it is read", "Flatten it to load faster"))
    else:
        values = _stacked(part.channels, planes, data, weights)
    values, windows = _in_display(values, data, _corners(header["displayWindow"]), name)
    said += [*windows, *_pixel_shape(header, name)]
    if part.channels.kind == "grey":
        matrix, colours = None, ()
    cube = _number(header.get("envmap")) == CUBE_MAP
    return ExrPicture(values, matrix, cube, (*said, *colours))


def _flat(part: _Part, planes: Mapping[str, Any]) -> NDArray[np.float32]:
    if part.channels.kind == "luminance-chroma":
        raise PictureError("is deep luminance-chroma, which is not supported. Flatten it in compositing")
    pixels = {key: channel.pixels for key, channel in planes.items()}
    return flattened(pixels, part.channels.names, "Z" if "Z" in pixels else None)


def _stacked(
    channels: Channels, planes: Mapping[str, Any], data: tuple[Corner, Corner], weights: NDArray[np.float64]
) -> NDArray[Any]:
    """(h, w, c) at every pixel of the data window."""
    width, height = _size(*data)
    if channels.kind == "luminance-chroma":
        y, ry, by = (_at_all(planes[name], data).astype(np.float32) for name in channels.names[:3])
        rgb = rgb_from_luminance_chroma(y, ry, by, weights)
        alpha = [_at_all(planes[name], data)[:, :, None].astype(np.float32) for name in channels.names[3:]]
        return np.concatenate([rgb, *alpha], axis=2)
    pixels = [_at_all(planes[name], data) for name in channels.names]
    if any(plane.shape != (height, width) for plane in pixels):
        raise PictureError("has channels of different sizes")
    return np.stack(pixels, axis=2)


def _at_all(channel: Any, data: tuple[Corner, Corner]) -> NDArray[Any]:
    """A channel at every pixel; OpenEXR's samples are where column and row divide by their step."""
    pixels, step = np.asarray(channel.pixels), (int(channel.ySampling), int(channel.xSampling))
    if step == (1, 1):
        return pixels
    (left, top), _ = data
    width, height = _size(*data)
    return at_every_pixel(pixels.astype(np.float32), (height, width), step, (-top % step[0], -left % step[1]))


def _in_display(
    values: NDArray[Any], data: tuple[Corner, Corner], display: tuple[Corner, Corner], name: str
) -> tuple[NDArray[Any], list[PassportEntry]]:
    """The picture in its display window: what the data window does not reach is black and clear, what is beyond the
    display window is cut off."""
    if data == display:
        return values, []
    width, height = _size(*display)
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise PictureError(f"has a display window of {width} x {height} pixels")
    (left, top), (right, bottom) = display
    (data_left, data_top), (data_right, data_bottom) = data
    rows = slice(max(top, data_top), min(bottom, data_bottom) + 1)
    columns = slice(max(left, data_left), min(right, data_right) + 1)
    if rows.stop <= rows.start or columns.stop <= columns.start:
        raise PictureError("has a data window outside its display window: nothing of it is visible")
    inside = values[rows.start - data_top : rows.stop - data_top, columns.start - data_left : columns.stop - data_left]
    said = list[PassportEntry]()
    if inside.shape[:2] != values.shape[:2]:
        said.append(drawn(name, "a data window beyond its display window", "what is beyond (overscan) is cut off"))
    if inside.shape[:2] == (height, width):
        return inside, said
    if values.shape[2] == 3:
        inside = np.concatenate([inside, np.ones((*inside.shape[:2], 1), values.dtype)], axis=2)
    whole = np.zeros((height, width, inside.shape[2]), values.dtype)
    whole[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = inside
    said.append(drawn(name, "a data window smaller than its display window", "the rest is clear"))
    return whole, said


def _pixel_shape(header: Mapping[str, Any], name: str) -> list[PassportEntry]:
    ratio = float(header.get("pixelAspectRatio", 1.0))
    if abs(ratio - 1.0) < 1e-3 or not ratio > 0.0:
        return []
    remedy = "Give the card its width and height in size_m, or desqueeze the picture"
    return [approximated(name, f"pixelAspectRatio {ratio:.4g}", "its pixels are drawn square", remedy)]


def _corners(window: Any) -> tuple[Corner, Corner]:
    low, high = window
    return (int(low[0]), int(low[1])), (int(high[0]), int(high[1]))


def _size(low: Corner, high: Corner) -> tuple[int, int]:
    return high[0] - low[0] + 1, high[1] - low[1] + 1


def _number(attribute: Any) -> int | None:
    return None if attribute is None else int(getattr(attribute, "value", attribute))
