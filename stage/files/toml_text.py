"""The text of a file that a person wrote, whatever editor saved it. Pure.

TOML is UTF-8. Windows' Notepad puts a byte order mark before it, some editors save UTF-16: both are read. For anything
else, the error names the kind of file or the encoding.
"""

from __future__ import annotations

import codecs
import tomllib

from stage.errors import InputError
from stage.files.signatures import what_it_is

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose little-endian mark is the beginning of the other's."""
WESTERN = "windows-1252"


def decoded(data: bytes, where: str) -> str:
    """The text. Raises InputError where the file is not text, or is neither UTF-8 nor UTF-16."""
    if (kind := what_it_is(data)) is not None:
        raise InputError(where, "", f"is {kind}, not a TOML file", "Give the TOML file")
    mark, encoding = next(((m, e) for m, e in BYTE_ORDER_MARKS if data.startswith(m)), (b"", _guessed(data)))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(body, encoding, error, where) from error
    if "\0" in text:
        raise InputError(where, "", "is not a text file", "Give the TOML file")
    return text


def document_of(data: bytes, where: str) -> dict[str, object]:
    """The bytes of a file as TOML. Raises InputError with the line where they are not valid TOML."""
    text = decoded(data, where)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(where, "", f"is not valid TOML: {error}", "Correct that line") from error
    except RecursionError as error:
        raise InputError(where, "", "is not valid TOML: it is nested too deeply", "Give the TOML file") from error


def _guessed(data: bytes) -> str:
    """UTF-16 without a mark has a zero in every other byte, as long as its first characters are Latin."""
    if len(data) >= 4 and data[1] == data[3] == 0 != data[0]:
        return "utf-16-le"
    if len(data) >= 4 and data[0] == data[2] == 0 != data[1]:
        return "utf-16-be"
    return "utf-8"


def _undecodable(body: bytes, encoding: str, error: UnicodeDecodeError, where: str) -> InputError:
    if encoding != "utf-8":
        return InputError(where, "", f"starts as {encoding.upper()} text but is damaged", "Save it again as UTF-8")
    line = body.count(b"\n", 0, error.start) + 1
    byte = body[error.start : error.start + 1]
    meant = byte.decode(WESTERN, errors="replace")
    likely = f" ({meant!r} in Windows-1252 and Latin-1)" if meant.isprintable() and meant != "\ufffd" else ""
    problem = f"is not UTF-8 text: line {line} has the byte 0x{byte.hex()}{likely}"
    return InputError(where, "", problem, "Save it as UTF-8 in your editor")
