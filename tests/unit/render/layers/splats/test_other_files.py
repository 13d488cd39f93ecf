"""Splats of web viewers and phones: .splat, .spz, .ksplat, .sog, and .ply with lines as Windows writes them."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from scipy.special import sph_harm_y

from render.layers.splats.coding import CONSTANT_HARMONIC, RawSplats
from render.layers.splats.ksplat import read_ksplat
from render.layers.splats.sog import read_sog
from render.layers.splats.splat_file import read_splat
from render.layers.splats.splats import read_splats
from render.layers.splats.spz import read_spz
from stage.errors import InputError
from stage.model.layers import SplatLayer
from tests.sets.splat_files import plain_ply, random_splats

SMALLEST = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])


def _packed(content: bytes) -> bytes:
    """Without the time of day: test names must not change."""
    return gzip.compress(content, mtime=0)


def _unit(rotation: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(rotation / np.linalg.norm(rotation, axis=1, keepdims=True))


def _codes(share: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(share * 255.0), 0, 255), np.uint8)


def _splat(splats: RawSplats) -> bytes:
    rows = np.zeros(len(splats.position), "<3f4, <3f4, 4u1, 4u1")
    rows["f0"], rows["f1"] = splats.position, splats.scale
    colour = 0.5 + CONSTANT_HARMONIC * splats.harmonics[:, 0]
    rows["f2"] = _codes(np.concatenate([colour, splats.opacity[:, None]], axis=1))
    rows["f3"] = np.clip(np.rint(_unit(splats.rotation) * 128.0 + 128.0), 0, 255)
    return rows.tobytes()


def _turned(splats: RawSplats) -> RawSplats:
    """Half a turn about x, as between .ply and SPZ; harmonics by evaluating them anew."""
    signs = _turn_signs(splats.harmonics.shape[1])
    return RawSplats(
        splats.position * np.array([1, -1, -1], np.float32),
        splats.rotation * np.array([1, 1, -1, -1], np.float32),
        splats.scale,
        splats.opacity,
        splats.harmonics * signs[None, :, None],
    )


def _real_harmonic(degree: int, order: int, directions: NDArray[np.float64]) -> NDArray[np.float64]:
    polar, around = np.arccos(directions[:, 2]), np.arctan2(directions[:, 1], directions[:, 0])
    value = sph_harm_y(degree, abs(order), polar, around)
    return np.asarray(value.real if order >= 0 else value.imag)


def _turn_signs(count: int) -> NDArray[np.float32]:
    """What each harmonic is multiplied by where y and z change their signs."""
    some = np.random.default_rng(1).normal(size=(50, 3))
    some /= np.linalg.norm(some, axis=1, keepdims=True)
    signs = []
    for degree in range(4):
        for order in range(-degree, degree + 1):
            before = _real_harmonic(degree, order, some)
            after = _real_harmonic(degree, order, some * (1.0, -1.0, -1.0))
            signs.append(float(np.sign((before * after).sum())))
            assert np.allclose(after, signs[-1] * before)
    return np.array(signs[:count], np.float32)


def _spz(splats: RawSplats, version: int, degree: int) -> bytes:
    own = _turned(splats)
    count = len(own.position)
    fixed = np.rint(own.position * 4096.0).astype(np.int64)
    place = np.stack([(fixed >> shift) & 255 for shift in (0, 8, 16)], axis=2).astype(np.uint8)
    unit = _unit(own.rotation)
    if version == 2:
        turn = np.rint(unit[:, 1:] * np.where(unit[:, :1] < 0, -127.5, 127.5) + 127.5).astype(np.uint8).tobytes()
    else:
        xyzw = unit[:, [1, 2, 3, 0]]
        words = []
        for q in xyzw:
            which = int(np.abs(q).argmax())
            q = q * np.sign(q[which])
            word = which
            for part in range(4):
                if part != which:
                    size = int(511 * abs(q[part]) * np.sqrt(2) + 0.5)
                    word = (word << 10) | (int(q[part] < 0) << 9) | size
            words.append(word)
        turn = np.array(words, "<u4").tobytes()
    columns = [
        place.tobytes(),
        _codes(own.opacity).tobytes(),
        np.clip(np.rint(own.harmonics[:, 0] * 0.15 * 255.0 + 127.5), 0, 255).astype(np.uint8).tobytes(),
        np.clip(np.rint((np.log(own.scale) + 10.0) * 16.0), 0, 255).astype(np.uint8).tobytes(),
        turn,
        np.clip(np.rint(own.harmonics[:, 1:] * 128.0 + 128.0), 0, 255).astype(np.uint8).tobytes(),
    ]
    return _packed(struct.pack("<IIIBBBB", 0x5053474E, version, count, degree, 12, 0, 0) + b"".join(columns))


def _sog(splats: RawSplats, degree: int, version: int = 2) -> bytes:
    count = len(splats.position)
    width = 16
    height = -(-count // width)

    def picture(values: NDArray[np.uint8], size: tuple[int, int] = (height, width)) -> bytes:
        full = np.full((size[0] * size[1], 4), 255, np.uint8)
        full[: len(values), : values.shape[1]] = values
        pixels = cv2.cvtColor(full.reshape(*size, 4), cv2.COLOR_RGBA2BGRA)
        return cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, 101])[1].tobytes()

    logs = np.sign(splats.position) * np.log1p(np.abs(splats.position))
    low, high = logs.min(axis=0), logs.max(axis=0)
    share = np.rint((logs - low) / (high - low) * 65535.0).astype(np.uint32)
    unit = _unit(splats.rotation)
    which = np.abs(unit).argmax(axis=1)
    unit = unit * np.sign(np.take_along_axis(unit, which[:, None], axis=1))
    three = np.take_along_axis(unit, SMALLEST[which], axis=1)
    quats = np.concatenate([_codes(three / np.sqrt(2.0) + 0.5), (252 + which[:, None]).astype(np.uint8)], axis=1)
    table = np.linspace(-4.0, 4.0, 256)
    nearest = np.abs(table[None, None] - splats.harmonics[:, 0, :, None]).argmin(axis=2).astype(np.uint8)
    sizes = np.linspace(-6.0, 2.0, 256)
    scales = np.abs(sizes[None, None] - np.log(splats.scale)[:, :, None]).argmin(axis=2).astype(np.uint8)
    parts = {
        "l.webp": picture((share & 255).astype(np.uint8)),
        "u.webp": picture((share >> 8).astype(np.uint8)),
        "s.webp": picture(scales),
        "q.webp": picture(quats),
        "c.webp": picture(np.concatenate([nearest, _codes(splats.opacity)[:, None]], axis=1)),
    }
    meta: dict[str, object] = {
        "version": version, "count": count,
        "means": {"mins": low.tolist(), "maxs": high.tolist(), "files": ["l.webp", "u.webp"]},
        "scales": {"codebook": sizes.tolist(), "files": ["s.webp"]}, "quats": {"files": ["q.webp"]},
        "sh0": {"codebook": table.tolist(), "files": ["c.webp"]},
    }  # fmt: skip
    if degree:
        each = (degree + 1) ** 2 - 1
        rest = np.abs(table[None, None, None] - splats.harmonics[:, 1:, :, None]).argmin(axis=3).astype(np.uint8)
        palette = np.zeros((-(-count // 64) * 64, each, 3), np.uint8)
        palette[:count] = rest
        labels = np.arange(count)
        parts["p.webp"] = picture(palette.reshape(-1, 3), (len(palette) // 64, 64 * each))
        parts["n.webp"] = picture(np.stack([labels & 255, labels >> 8], axis=1).astype(np.uint8))
        own = {"count": count, "bands": degree, "codebook": table.tolist(), "files": ["p.webp", "n.webp"]}
        meta["shN"] = own
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**parts, "meta.json": json.dumps(meta).encode()}.items():
            archive.writestr(name, content)
    return out.getvalue()


def _ksplat(splats: RawSplats, level: int, degree: int) -> bytes:
    """One section; full buckets of 64, the rest in one that is not full."""
    count, size, block, most = len(splats.position), 64, 8.0, 32767
    full, left = divmod(count, size)
    partial = int(left > 0)
    real = "<f4" if level == 0 else "<f2"
    rest = 3 * ((degree + 1) ** 2 - 1)
    kinds = {0: "<f4", 1: "<f2", 2: "u1"}
    fields = [("p", "<f4" if level == 0 else "<u2", 3), ("s", real, 3), ("r", real, 4), ("c", "u1", 4),
              ("h", kinds[level], (rest,))]  # fmt: skip
    rows = np.zeros(count, fields)
    bucket = np.arange(count) // size
    centres = np.stack([splats.position[bucket == one].mean(axis=0) for one in range(full + partial)])
    codes = (splats.position - centres[bucket]) / (block / 2.0 / most) + most
    rows["p"] = splats.position if level == 0 else np.rint(codes)
    rows["s"], rows["r"] = splats.scale, splats.rotation
    colour = 0.5 + CONSTANT_HARMONIC * splats.harmonics[:, 0]
    rows["c"] = _codes(np.concatenate([colour, splats.opacity[:, None]], axis=1))
    bands = [splats.harmonics[:, 1:4], splats.harmonics[:, 4:9]][:degree]
    flat = [band.transpose(0, 2, 1).reshape(count, -1) for band in bands]
    values = np.concatenate(flat, axis=1) if flat else np.zeros((count, 0))
    rows["h"] = np.rint((values + 1.5) / 3.0 * 255.0) if level == 2 else values
    head, section = bytearray(4096), bytearray(1024)
    struct.pack_into("<BB", head, 0, 0, 1)
    struct.pack_into("<IIIIH", head, 4, 1, 1, count, count, level)
    struct.pack_into("<2f", head, 36, -1.5, 1.5)
    struct.pack_into("<IIIIf", section, 0, count, count, size, full + partial, block)
    struct.pack_into("<H", section, 20, 12)
    struct.pack_into("<IIIIH", section, 24, most, 0, full, partial, degree)
    meta = struct.pack("<I", left) * partial + centres.astype("<f4").tobytes()
    return bytes(head) + bytes(section) + meta + rows.tobytes()


def _calm(splats: RawSplats) -> RawSplats:
    """Harmonics within what the packed files hold."""
    return replace(splats, harmonics=np.clip(splats.harmonics, -0.9, 0.9))


def _same(back: RawSplats, splats: RawSplats, place: float, size: float, turn_deg: float, harmonic: float) -> None:
    assert np.abs(back.position - splats.position).max() < place
    assert np.abs(np.log(back.scale / splats.scale)).max() < size
    assert np.abs(back.opacity - splats.opacity).max() < 0.6 / 255
    turns = [Rotation.from_quat(_unit(one.rotation)[:, [1, 2, 3, 0]]) for one in (back, splats)]
    assert np.degrees((turns[0] * turns[1].inv()).magnitude()).max() < turn_deg
    assert back.harmonics.shape == splats.harmonics.shape
    assert np.abs(back.harmonics[:, 0] - splats.harmonics[:, 0]).max() < 0.03
    assert np.abs(back.harmonics[:, 1:] - splats.harmonics[:, 1:]).max(initial=0.0) < harmonic


def test_a_splat_file_comes_back() -> None:
    splats = _calm(random_splats(300, 0))
    _same(read_splat(_splat(splats), "a.splat"), splats, 1e-6, 1e-6, 1.0, 1e-6)


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_spz_comes_back_in_the_axes_of_ply(version: int, degree: int) -> None:
    splats = _calm(random_splats(300, degree))
    back = read_spz(_spz(splats, version, degree), "a.spz")
    _same(back, splats, 1.3e-4, 0.032, 12.0 if version == 2 else 0.3, 0.005)


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_sog_comes_back(degree: int) -> None:
    splats = _calm(random_splats(300, degree))
    _same(read_sog(_sog(splats, degree), "a.sog"), splats, 2e-4, 0.017, 1.0, 0.017)


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("degree", [0, 1, 2])
def test_ksplat_comes_back(level: int, degree: int) -> None:
    splats = _calm(random_splats(300, degree))
    back = read_ksplat(_ksplat(splats, level, degree), "a.ksplat")
    _same(back, splats, 1e-6 if level == 0 else 2e-4, 2e-3, 0.2, (1e-6, 1e-3, 0.007)[level])


def test_each_is_known_by_its_content_or_its_name(tmp_path: Path) -> None:
    splats = _calm(random_splats(100, 0))
    crlf = plain_ply(splats)
    end = crlf.index(b"end_header\n") + len(b"end_header\n")
    crlf = crlf[:end].replace(b"\n", b"\r\n") + crlf[end:]
    files = {"a.splat": _splat(splats), "a.spz": _spz(splats, 3, 0), "a.sog": _sog(splats, 0),
             "a.ksplat": _ksplat(splats, 1, 0), "crlf.ply": crlf, "renamed.ply": _spz(splats, 2, 0)}  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        data = read_splats(SplatLayer(kind="splats", file=name), tmp_path)
        assert len(data.centre_m) == 100
        seen = np.sort(data.centre_m[:, 2] + data.origin_m[2])
        assert np.allclose(seen, np.sort(-splats.position[:, 1]), atol=1e-3), f"{name} is the right way up"
    (tmp_path / "a.txt").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"not a PLY file.*Give a \.ply, \.splat"):
        read_splats(SplatLayer(kind="splats", file="a.txt"), tmp_path)


Read = Callable[[bytes, str], RawSplats]
GOOD: tuple[tuple[Read, bytes], ...] = (
    (read_splat, _splat(_calm(random_splats(20, 0)))),
    (read_spz, _spz(_calm(random_splats(20, 1)), 3, 1)),
    (read_sog, _sog(_calm(random_splats(20, 1)), 1)),
    (read_ksplat, _ksplat(_calm(random_splats(20, 1)), 2, 1)),
)


@pytest.mark.parametrize(
    ("read", "content", "problem"),
    [
        (read_splat, b"", "not a whole number"),
        (read_splat, bytes(33), "not a whole number"),
        (read_spz, b"NGSP\4\0\0\0", "version 4"),
        (read_spz, b"\x1f\x8brubbish", "is damaged"),
        (read_spz, _packed(struct.pack("<IIIBBBB", 0x5053474E, 2, 2**31, 0, 12, 0, 0)), "more than 8000000"),
        (read_spz, _packed(struct.pack("<IIIBBBB", 0x5053474E, 3, 5, 0, 12, 0, 0)), "cut off"),
        (read_sog, b"PK\3\4", "is not a sound SOG file"),
        (read_sog, _sog(_calm(random_splats(20, 0)), 0, version=1), "is of version 1"),
        (read_ksplat, bytes(10), "cut off in its header"),
        (read_ksplat, bytes(5000), "has no section"),
    ],
)
def test_what_is_wrong_is_said(read: Read, content: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read(content, "a")


@given(
    which=st.sampled_from(GOOD),
    changes=st.lists(st.tuples(st.integers(0, 6_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4),
    length=st.integers(0, 8_000),
)
def test_damaged_files_are_read_or_refused(
    which: tuple[Read, bytes], changes: list[tuple[int, bytes]], length: int
) -> None:
    read, good = which
    content = bytearray(good[:length])
    for place, new in changes:
        content[place : place + len(new)] = new
    with suppress(InputError):
        read(bytes(content), "a")
