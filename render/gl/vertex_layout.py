"""The fields of a vertex buffer in moderngl's terms."""

from __future__ import annotations

import moderngl


def layout(program: moderngl.Program, fields: tuple[tuple[str, str], ...], step: str) -> tuple[str, ...]:
    """moderngl's buffer format and the names in it; fields that a variant does not read are skipped."""
    used = [name for name, _ in fields if name in program]
    parts = [size if name in program else f"{int(size[0]) * 4}x" for name, size in fields]
    return (f"{' '.join(parts)}/{step}", *used)
