"""What PNG, JPEG and TIFF say of themselves is followed (which way is up, which colours), or it is said."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from render.pictures.embedded import embedded_in
from render.pictures.icc import ProfileError, read_profile
from render.pictures.plate_picture import read_plate
from stage.errors import InputError
from stage.maths.colour_transfer import srgb_linear, srgb_signal

P3_COLORANTS = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
"""rXYZ, gXYZ, bXYZ of Apple's Display P3, D50."""
SRGB_COLORANTS = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
SRGB_PARA = (3, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _para(kind: int, values: tuple[float, ...]) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + _fixed(*values)


def _profile(
    colorants: tuple[tuple[float, ...], ...] = P3_COLORANTS,
    curve: bytes | None = None,
    space: bytes = b"RGB ",
    leave_out: bytes = b"",
) -> bytes:
    curve = _para(*SRGB_PARA) if curve is None else curve
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 6) + b"Maker\0"}
    for letter, own in zip("rgb", colorants, strict=True):
        tags[f"{letter}XYZ".encode()] = b"XYZ " + bytes(4) + _fixed(*own)
        tags[f"{letter}TRC".encode()] = curve
    tags.pop(leave_out, None)
    table, body, place = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += struct.pack(">4sII", name, place + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = bytearray(128)
    head[12:16], head[16:20], head[20:24], head[36:40] = b"mntr", space, b"XYZ ", b"acsp"
    return bytes(head) + table + body


def _exif(orientation: int, order: str = "<") -> bytes:
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HIHHHIHH", 42, 8, 1, 0x0112, 3, 1, orientation, 0) + bytes(4)


def _jpeg(path: Path, pixels: NDArray[np.uint8], *segments: tuple[int, bytes]) -> bytes:
    content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 100])[1].tobytes()
    more = b"".join(struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body for mark, body in segments)
    path.write_bytes(content[:2] + more + content[2:])
    return path.read_bytes()


def _png(path: Path, pixels: NDArray[np.uint8], name: bytes, body: bytes) -> None:
    content = cv2.imencode(".png", pixels)[1].tobytes()
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    path.write_bytes(content[:33] + chunk + content[33:])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_stands_as_it_was_taken(tmp_path: Path, orientation: int, order: str) -> None:
    """OpenCV's own reader for photos is the oracle."""
    pixels = np.random.default_rng(1).integers(0, 255, (16, 24, 3), np.uint8)
    content = _jpeg(tmp_path / "a.jpg", pixels, (0xE1, b"Exif\0\0" + _exif(orientation, order)))
    expected = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    plate = read_plate(tmp_path / "a.jpg", "linear", alpha=False)
    got = np.rint(plate.radiance[:, :, 2::-1].astype(float) * 255.0)
    assert got.shape == np.asarray(expected).shape
    assert np.abs(got - np.asarray(expected)).max() <= 1.0
    assert ("upright" in str(plate.passport)) == (orientation != 1)
    _png(tmp_path / "a.png", pixels, b"eXIf", _exif(orientation, order))
    turned = read_plate(tmp_path / "a.png", "linear", alpha=False).radiance
    assert turned.shape == plate.radiance.shape


def test_colours_of_a_p3_picture_are_those_of_its_primaries(tmp_path: Path) -> None:
    """By the primaries of SMPTE EG 432-1, (200, 100, 50) of Display P3 is (214.9, 92.6, 30.9) of sRGB."""
    pixels = np.full((8, 8, 3), (50, 100, 200), np.uint8)
    _png(tmp_path / "a.png", pixels, b"iCCP", b"P3\0\0" + zlib.compress(_profile()))
    plate = read_plate(tmp_path / "a.png", None, alpha=True)
    codes = srgb_signal(plate.radiance[0, 0, :3].astype(float)) * 255.0
    assert np.allclose(codes, (214.9, 92.6, 30.9), atol=0.3)
    assert "a.png: colour profile Maker is drawn (its colours are converted to Rec.709)" in map(str, plate.passport)
    named = read_plate(tmp_path / "a.png", "srgb", alpha=True)
    assert np.allclose(named.radiance[0, 0, 0].astype(float), srgb_linear(200 / 255), rtol=1e-3)
    profile, half = _profile(), 100
    parts = [(0xE2, b"ICC_PROFILE\0\2\2" + profile[half:]), (0xE2, b"ICC_PROFILE\0\1\2" + profile[:half])]
    _jpeg(tmp_path / "a.jpg", pixels, *parts)
    jpeg = read_plate(tmp_path / "a.jpg", None, alpha=True).radiance[4, 4].astype(float)
    assert np.allclose(jpeg, plate.radiance[4, 4].astype(float), atol=0.02)


@pytest.mark.parametrize(
    ("curve", "light"),
    [
        (b"curv" + bytes(4) + struct.pack(">I", 0), 0.5),
        (b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)), 0.5**2.2),
        (b"curv" + bytes(4) + struct.pack(">I5H", 5, 0, 4096, 16384, 36864, 65535), 0.25),
        (_para(0, (1.8,)), 0.5**1.8),
        (_para(1, (2.0, 1.0, -0.25)), 0.0625),
        (_para(2, (2.0, 1.0, -0.25, 0.1)), 0.1625),
        (_para(3, (1.0, 1.0, 0.0, 0.5, 0.75)), 0.25),
        (_para(4, (2.0, 1.0, 0.0, 0.5, 0.1, 0.05, 0.0)), 0.3),
    ],
)
def test_every_kind_of_curve(curve: bytes, light: float) -> None:
    profile = read_profile(_profile(SRGB_COLORANTS, curve))
    grey = profile.light(np.full((1, 3), 0.5, np.float32))[0]
    assert np.allclose(grey, light, atol=1e-3)


def test_a_profile_of_srgb_changes_nothing(tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 255, (8, 8, 3), np.uint8)
    _png(tmp_path / "a.png", pixels, b"iCCP", b"s\0\0" + zlib.compress(_profile(SRGB_COLORANTS)))
    cv2.imwrite(str(tmp_path / "b.png"), pixels)
    read = [read_plate(tmp_path / name, None, alpha=True) for name in ("a.png", "b.png")]
    assert (read[0].radiance == read[1].radiance).all()
    assert read[0].passport == ()


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (_profile(leave_out=b"rXYZ"), "it is a table"),
        (_profile(space=b"CMYK"), "it is for CMYK"),
        (_profile(leave_out=b"gTRC"), "it is damaged"),
        (_profile()[:140], "it is damaged"),
        (b"rubbish", "it is damaged"),
        (_profile(curve=b"mAB " + bytes(20)), "unknown kind"),
        (_profile(curve=b"curv" + bytes(4) + struct.pack(">I", 9000)), "it is damaged"),
    ],
)
def test_profiles_that_cannot_be_applied_are_said(tmp_path: Path, profile: bytes, why: str) -> None:
    with pytest.raises(ProfileError, match=why):
        read_profile(profile)
    _png(tmp_path / "a.png", np.full((4, 4, 3), 128, np.uint8), b"iCCP", b"x\0\0" + zlib.compress(profile))
    plate = read_plate(tmp_path / "a.png", None, alpha=True)
    assert why in str(plate.passport[0])
    assert np.allclose(plate.radiance[0, 0, :3].astype(float), srgb_linear(128 / 255), rtol=1e-3)


def test_damaged_remarks_are_as_if_they_were_not_there() -> None:
    rng = np.random.default_rng(4)
    whole = b"\xff\xd8" + struct.pack(">BBH", 0xFF, 0xE1, 8 + len(_exif(6))) + b"Exif\0\0" + _exif(6) + b"\xff\xda\0\2"
    for content in (whole, b"II*\0" + _exif(6)[4:]):
        for _ in range(500):
            damaged = bytearray(content[: rng.integers(1, len(content) + 1)])
            for place in rng.integers(0, len(damaged), 3):
                damaged[place] = rng.integers(0, 256)
            assert 1 <= embedded_in(memoryview(bytes(damaged))).orientation <= 8


def test_a_tiff_whose_alpha_is_in_its_colours(tmp_path: Path) -> None:
    """Tag ExtraSamples = 1: a bright edge is not darkened a second time."""
    pixels = np.full((4, 4, 4), (64, 64, 64, 128), np.uint8)
    plain = cv2.imencode(".tif", pixels, [cv2.IMWRITE_TIFF_COMPRESSION, 1])[1].tobytes()
    (start,) = struct.unpack_from("<I", plain, 4)
    (count,) = struct.unpack_from("<H", plain, start)
    entries = [plain[start + 2 + 12 * row : start + 14 + 12 * row] for row in range(count)]
    entries = sorted([*entries, struct.pack("<HHIHH", 0x0152, 3, 1, 1, 0)], key=lambda entry: entry[1::-1])
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    content = plain[:4] + struct.pack("<I", len(plain)) + plain[8:] + directory
    (tmp_path / "a.tif").write_bytes(content)
    read = read_plate(tmp_path / "a.tif", None, alpha=True).radiance[0, 0].astype(float)
    assert embedded_in(memoryview(content)).premultiplied
    assert np.allclose(read, [float(srgb_linear(64 / 128)) * 128 / 255] * 3 + [128 / 255], rtol=0.02)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_a_small_file_of_many_pixels_is_refused_by_its_header(tmp_path: Path, suffix: str) -> None:
    """30000 x 30000 of one bit: 100 kB that would take 2 GB."""
    if suffix == "png":
        head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
        chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(3751) * 30_000)), (b"IEND", b""))
        parts = [struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in chunks]
        (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    else:
        entries = [(0x0100, 4, 1, 30_000), (0x0101, 4, 1, 30_000), (0x0111, 4, 1, 8), (0x0117, 4, 1, 100)]
        body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
        (tmp_path / "b.tif").write_bytes(b"II*\0" + struct.pack("<I", 8) + body + bytes(120_000))
    with pytest.raises(InputError, match="is 30000 x 30000 pixels, more than 128 million"):
        read_plate(tmp_path / f"b.{suffix}", None, alpha=True)
