"""PLY files (binary, little endian) as tables of numbers: the format of splat files. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stage.errors import InputError

Table = NDArray[np.void]
"""A structured array: one field for each property of an element."""

LONGEST_HEADER = 65_536
_END = re.compile(rb"end_header\r?\n")
"""Some write lines as Windows does; what follows is binary all the same."""
MOST_ROWS = 2**31 - 1
_TYPES = {
    **{"char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "<i2", "int16": "<i2"},
    **{"ushort": "<u2", "uint16": "<u2", "int": "<i4", "int32": "<i4", "uint": "<u4", "uint32": "<u4"},
    **{"float": "<f4", "float32": "<f4", "double": "<f8", "float64": "<f8"},
}


class _Element(NamedTuple):
    name: str
    rows: int
    properties: list[tuple[str, str]]


def read_ply(content: bytes, where: str) -> dict[str, Table]:
    """Every element of a PLY file by its name. Raises InputError that names what is wrong or missing."""
    found = _END.search(content, 0, LONGEST_HEADER)
    if not content.startswith(b"ply") or found is None:
        problem = "is not a PLY file (no header from `ply` to `end_header`)"
        raise InputError(where, "", problem, "Give a .ply, .splat, .spz, .ksplat or .sog")
    end = found.start()
    elements = _elements(content[:end].decode("ascii", "replace").splitlines(), where)
    tables: dict[str, Table] = {}
    offset = found.end()
    for element in elements:
        dtype = np.dtype(element.properties)
        needed = dtype.itemsize * element.rows
        if needed > len(content) - offset:
            there = (len(content) - offset) // max(1, dtype.itemsize)
            problem = f"announces {element.rows} rows but has {there}"
            raise InputError(where, f"element {element.name}", problem, "The file is cut off: copy it again")
        tables[element.name] = np.frombuffer(content, dtype, element.rows, offset)
        offset += needed
    return tables


def _elements(lines: list[str], where: str) -> list[_Element]:
    elements: list[_Element] = []
    for number, line in enumerate(lines, start=1):
        words = line.split()
        field = f"header line {number}"
        match words:
            case [] | ["ply"] | ["comment" | "obj_info", *_]:
                continue
            case ["format", kind, *_]:
                if kind != "binary_little_endian":
                    raise InputError(where, field, f"has format {kind}", "Export it as binary little endian")
            case ["element", name, count] if count.isascii() and count.isdigit() and int(count) <= MOST_ROWS:
                elements.append(_Element(name, int(count), []))
            case ["property", kind, name] if kind in _TYPES and elements:
                if name in dict(elements[-1].properties):
                    raise InputError(where, field, f"names property {name} a second time", "Export it again")
                elements[-1].properties.append((name, _TYPES[kind]))
            case _:
                raise InputError(
                    where, field, f"`{line[:60]}` is not part of a splat file", "Export it as Gaussian splats"
                )
    if not any(line.split()[:1] == ["format"] for line in lines):
        raise InputError(where, "header", "names no format", "Export it as binary little endian")
    if bare := next((element.name for element in elements if not element.properties), None):
        raise InputError(where, f"element {bare}", "has no property", "Export it again")
    return elements
