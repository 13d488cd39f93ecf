"""What the header of a picture file says: format, size, channels, bits. Nothing is decoded or allocated. Pure.

Formats: PNG (ISO/IEC 15948, 11.2.2), JPEG (ITU-T T.81, B.2.2), TIFF 6.0 and BigTIFF, OpenEXR (file layout, single and
multi-part), Radiance HDR, WebP (RFC 9649), AVIF (ISO/IEC 23008-12, `ispe`), Photoshop (PSD, PSB), DPX (SMPTE ST 268),
PFM, KTX2.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

_HDR_SIZE = re.compile(rb"\n([-+])([XY]) (\d{1,9}) [-+]([XY]) (\d{1,9})\n")
_PFM_SIZE = re.compile(rb"P([Ff])\s+(\d{1,9})\s+(\d{1,9})\s")
_TEXT_HEADER_BYTES = 65_536
_MOST_SEGMENTS = 10_000
"""The most parts read before the size; a camera writes about twenty."""
_MOST_ENTRIES = 4096
_JPEG_WITHOUT_SIZE = frozenset({0xC4, 0xC8, 0xCC})
_TIFF_BYTES = {1: 1, 3: 2, 4: 4, 16: 8}
_TIFF_TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}
_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_EXR_BITS = {0: 32, 1: 16, 2: 32}


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """`channels` and `bits` of each (0 = the header does not say)."""

    format: str
    width: int
    height: int
    channels: int = 0
    bits: int = 0

    @property
    def words(self) -> str:
        """For people: `1920 x 1080 px, PNG, 4 x 8 bit`."""
        depth = f", {self.channels} x {self.bits} bit" if self.channels and self.bits else ""
        return f"{self.width} x {self.height} px, {self.format}{depth}"


def picture_header(content: memoryview) -> PictureHeader | None:
    """What a file's header says; None where it is of no known format, or cut off or damaged before its size."""
    start = bytes(content[:16])
    for begins, read in _READERS:
        if begins(start):
            try:
                return read(content)
            except (struct.error, IndexError, KeyError, ValueError, OverflowError):
                return None
    return None


def _png(content: memoryview) -> PictureHeader | None:
    width, height, bits, kind = struct.unpack_from(">IIBB", content, 16)
    return PictureHeader("PNG", width, height, _PNG_CHANNELS.get(kind, 0), bits)


def _jpeg(content: memoryview) -> PictureHeader | None:
    position = 2
    for _ in range(_MOST_SEGMENTS):
        if position + 10 > len(content) or content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _JPEG_WITHOUT_SIZE:
            bits, height, width, channels = struct.unpack_from(">BHHB", content, position + 4)
            return PictureHeader("JPEG", width, height, channels, bits)
        position += 2 + int(struct.unpack_from(">H", content, position + 2)[0])
    return None


def _tiff(content: memoryview) -> PictureHeader | None:
    """The first directory's tags 256, 257, 258, 277."""
    end = "<" if content[0] == 0x49 else ">"
    big = struct.unpack_from(f"{end}H", content, 2)[0] == 43
    at = int(struct.unpack_from(f"{end}Q" if big else f"{end}I", content, 8 if big else 4)[0])
    count = int(struct.unpack_from(f"{end}Q" if big else f"{end}H", content, at)[0])
    at += 8 if big else 2
    size = 20 if big else 12
    tags: dict[int, int] = {}
    for number in range(min(count, _MOST_ENTRIES)):
        tag, kind = struct.unpack_from(f"{end}HH", content, at + number * size)
        if tag in (256, 257, 258, 277) and kind in _TIFF_TYPES:
            tags[tag] = _tiff_value(content, at + number * size, end, big, kind)
    return PictureHeader("TIFF", tags[256], tags[257], tags.get(277, 1), tags.get(258, 1))


def _tiff_value(content: memoryview, at: int, end: str, big: bool, kind: int) -> int:
    """The first value of an entry, in it or where it points."""
    count = int(struct.unpack_from(f"{end}Q" if big else f"{end}I", content, at + 4)[0])
    place = at + (12 if big else 8)
    if count * _TIFF_BYTES[kind] > (8 if big else 4):
        place = int(struct.unpack_from(f"{end}Q" if big else f"{end}I", content, place)[0])
    return int(struct.unpack_from(end + _TIFF_TYPES[kind], content, place)[0])


def _exr(content: memoryview) -> PictureHeader | None:
    """Of the first part: its data window and the channels of its first list."""
    at, channels, bits = 8, 0, 0
    for _ in range(_MOST_ENTRIES):
        name, at = _text(content, at)
        if not name:
            return None
        kind, at = _text(content, at)
        size = int(struct.unpack_from("<I", content, at)[0])
        at += 4
        if kind == b"chlist":
            channels, bits = _exr_channels(content, at, at + size)
        if name == b"dataWindow":
            left, top, right, bottom = struct.unpack_from("<4i", content, at)
            return PictureHeader("OpenEXR", right - left + 1, bottom - top + 1, channels, bits)
        at += size
    return None


def _exr_channels(content: memoryview, at: int, end: int) -> tuple[int, int]:
    count, bits = 0, 0
    while at < end and count < _MOST_ENTRIES:
        name, at = _text(content, at)
        if not name:
            break
        bits = max(bits, _EXR_BITS.get(struct.unpack_from("<i", content, at)[0], 32))
        count, at = count + 1, at + 16
    return count, bits


def _text(content: memoryview, at: int) -> tuple[bytes, int]:
    """A text that ends with a zero byte, and where the next thing begins."""
    part = bytes(content[at : at + 256])
    length = part.index(0)
    return part[:length], at + length + 1


def _hdr(content: memoryview) -> PictureHeader | None:
    found = _HDR_SIZE.search(bytes(content[:_TEXT_HEADER_BYTES]))
    if found is None or found[2] == found[4]:
        return None
    first, second = int(found[3]), int(found[5])
    width, height = (second, first) if found[2] == b"Y" else (first, second)
    return PictureHeader("Radiance HDR", width, height, 3, 32)


def _webp(content: memoryview) -> PictureHeader | None:
    kind = bytes(content[12:16])
    if kind == b"VP8X" and len(content) >= 30:
        width = 1 + int.from_bytes(content[24:27], "little")
        height = 1 + int.from_bytes(content[27:30], "little")
        return PictureHeader("WebP", width, height, 4 if content[20] & 0x10 else 3, 8)
    if kind == b"VP8L":
        packed = int(struct.unpack_from("<I", content, 21)[0])
        return PictureHeader("WebP", 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF), 4, 8)
    width, height = struct.unpack_from("<HH", content, 26)
    return PictureHeader("WebP", width & 0x3FFF, height & 0x3FFF, 3, 8)


def _avif(content: memoryview) -> PictureHeader | None:
    """The largest `ispe`: of a grid it is the whole picture's."""
    head = bytes(content[:_TEXT_HEADER_BYTES])
    sizes = [struct.unpack_from(">II", head, found.end() + 4) for found in re.finditer(b"ispe", head)]
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return PictureHeader("AVIF", width, height)


def _psd(content: memoryview) -> PictureHeader | None:
    channels, height, width, bits = struct.unpack_from(">HIIH", content, 12)
    return PictureHeader("Photoshop", width, height, channels, bits)


def _dpx(content: memoryview) -> PictureHeader | None:
    end = ">" if bytes(content[:4]) == b"SDPX" else "<"
    width, height = struct.unpack_from(f"{end}II", content, 772)
    descriptor = content[800]
    return PictureHeader("DPX", width, height, {50: 3, 51: 4, 52: 4}.get(descriptor, 1), content[803])


def _pfm(content: memoryview) -> PictureHeader | None:
    found = _PFM_SIZE.match(bytes(content[:256]))
    return (
        None if found is None else PictureHeader("PFM", int(found[2]), int(found[3]), 3 if found[1] == b"F" else 1, 32)
    )


def _ktx2(content: memoryview) -> PictureHeader | None:
    """KTX 2.0, section 3.3; a picture of one row has height 0."""
    if len(content) < 80:
        return None
    width, height = struct.unpack_from("<II", content, 20)
    return PictureHeader("KTX2", width, max(height, 1))


def _starts(*words: bytes) -> Callable[[bytes], bool]:
    return lambda start: start.startswith(words)


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[memoryview], PictureHeader | None]], ...] = (
    (_starts(b"\x89PNG\r\n\x1a\n"), _png),
    (_starts(b"\xff\xd8\xff"), _jpeg),
    (_starts(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"), _tiff),
    (_starts(b"\x76\x2f\x31\x01"), _exr),
    (_starts(b"#?"), _hdr),
    (lambda start: start[:4] == b"RIFF" and start[8:12] == b"WEBP", _webp),
    (lambda start: start[4:12] in (b"ftypavif", b"ftypavis", b"ftypmif1"), _avif),
    (_starts(b"8BPS"), _psd),
    (_starts(b"SDPX", b"XPDS"), _dpx),
    (_starts(b"PF", b"Pf"), _pfm),
    (_starts(b"\xabKTX 20\xbb\r\n\x1a\n"), _ktx2),
)
"""How a file begins, and who reads its header."""
