"""The type of a file by its first bytes, for messages about a wrong file. Pure."""

from __future__ import annotations

SIGNATURES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (or a document of an office program)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"glTF", "a binary glTF (GLB) file"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"<?xml", "an XML file"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)
"""The first bytes of other kinds of files."""


def what_it_is(data: bytes) -> str | None:
    """The type of a file by its first bytes: "a PNG picture"; None where they are not known."""
    if data[4:8] == b"ftyp":
        return "a video or picture in an MP4 container"
    return next((name for signature, name in SIGNATURES if data.startswith(signature)), None)
