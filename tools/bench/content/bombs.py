"""Small files whose headers claim huge pictures, one for each format."""

from __future__ import annotations

import struct
import zlib

HUGE = 60_000


def png(width: int, height: int, bits: int = 8, kind: int = 6) -> bytes:
    """A header, no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + end


def jpeg(width: int, height: int) -> bytes:
    """Two segments, the second with the size."""
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0" + frame + b"\xff\xd9"


def tiff(width: int, height: int, end: str = "<") -> bytes:
    """One directory; three channels of 16 bit, by an offset."""
    start = (b"II" if end == "<" else b"MM") + struct.pack(f"{end}HI", 42, 8)
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 62), (277, 3, 1, 3 if end == "<" else 3 << 16)]
    directory = b"".join(struct.pack(f"{end}HHII", *entry) for entry in entries)
    return (
        start + struct.pack(f"{end}H", 4) + directory + struct.pack(f"{end}I", 0) + struct.pack(f"{end}3H", 16, 16, 16)
    )


def bigtiff(width: int, height: int) -> bytes:
    """The same in 64 bits."""
    entries = [(256, 16, 1, width), (257, 16, 1, height), (277, 3, 1, 4)]
    directory = b"".join(struct.pack("<HHQQ", *entry) for entry in entries)
    return b"II+\x00" + struct.pack("<HHQQ", 8, 0, 16, 3) + directory + bytes(8)


def exr(width: int, height: int, shift: int = 0) -> bytes:
    """R, G, B of 16 bits; the data window begins at `shift`."""
    channels = b"".join(name + b"\0" + struct.pack("<iiii", 1, 0, 1, 1) for name in (b"B", b"G", b"R")) + b"\0"
    window = struct.pack("<4i", shift, shift, shift + width - 1, shift + height - 1)
    parts = [
        (b"channels", b"chlist", channels),
        (b"compression", b"compression", b"\3"),
        (b"dataWindow", b"box2i", window),
    ]
    body = b"".join(name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value for name, kind, value in parts)
    return b"\x76\x2f\x31\x01" + struct.pack("<i", 2) + body + b"\0"


def hdr(width: int, height: int) -> bytes:
    """Radiance."""
    return f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n".encode() + bytes(8)


def webp(width: int, height: int) -> bytes:
    """Extended, with alpha."""
    body = (
        b"VP8X"
        + struct.pack("<IB3x", 10, 0x10)
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def avif(width: int, height: int) -> bytes:
    """The boxes that lead to the size."""
    size = struct.pack(">I4sIII", 20, b"ispe", 0, width, height)
    return struct.pack(">I8sI4s", 20, b"ftypavif", 0, b"mif1") + size


def psd(width: int, height: int) -> bytes:
    """Version 2 (PSB)."""
    return b"8BPS" + struct.pack(">H6xHIIHH", 2, 4, height, width, 8, 3) + bytes(12)


def dpx(width: int, height: int) -> bytes:
    """10 bit RGB."""
    content = bytearray(2048)
    content[:4] = b"SDPX"
    struct.pack_into(">II", content, 772, width, height)
    content[800], content[803] = 50, 10
    return bytes(content)


def pfm(width: int, height: int) -> bytes:
    """Three channels."""
    return f"PF\n{width} {height}\n-1.0\n".encode() + bytes(12)


MAKERS = {
    "PNG": png, "JPEG": jpeg, "TIFF": tiff, "BigTIFF": bigtiff, "OpenEXR": exr, "Radiance HDR": hdr, "WebP": webp,
    "AVIF": avif, "Photoshop": psd, "DPX": dpx, "PFM": pfm,
}  # fmt: skip
"""From the format to who makes its header of a width and a height."""
