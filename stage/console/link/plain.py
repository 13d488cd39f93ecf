"""Records as the browser reads them: dataclasses become mappings of field names, tuples lists, enums
numbers or words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import IntEnum, StrEnum
from typing import Any

Plain = None | bool | int | float | str | bytes | list[Any] | dict[str, Any]
"""What msgpack and JSON both carry (bytes: msgpack only)."""


def plain(value: Any) -> Plain:
    """A record as names and values. A number that is not finite becomes None: JSON cannot express it."""
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str, bytes)):
        return value
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"the console cannot show a {type(value).__name__}")
