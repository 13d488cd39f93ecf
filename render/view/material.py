"""What a drawn pixel holds, and the largest value it may hold."""

from __future__ import annotations

from enum import IntEnum

BRIGHTEST = 60_000.0
"""The largest value written: below the largest 16-bit float, so mixing pixels later cannot overflow."""


class Material(IntEnum):
    """What a pixel holds. LIT: radiance (1.0 = 100 nits). PROBE: the stage position seen, metres; the background is
    eye + 1e5 * unit direction. Alpha is 1."""

    LIT = 0
    PROBE = 1
