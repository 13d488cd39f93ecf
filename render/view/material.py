"""What a drawn pixel says, and the brightest it may say."""

from __future__ import annotations

from enum import IntEnum

BRIGHTEST = 60_000.0
"""The most that is written: below the largest 16-bit float, so that mixing pixels later cannot overflow."""


class Material(IntEnum):
    """What a pixel says. LIT: radiance (1.0 = 100 nits). PROBE: the stage position seen, metres; the background is
    eye + 1e5 * unit direction. Alpha is 1."""

    LIT = 0
    PROBE = 1
