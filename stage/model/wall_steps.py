"""The steps between the set's light and a wall's codes that can be bypassed, for comparison."""

from __future__ import annotations

STEPS = ("white-balance", "grade", "outer", "trim", "key", "cards", "calibration")
"""Names for `Show.bypass`. The signal's gamut, the peak limit, transfer and range cannot be bypassed."""

PATTERNS = (
    "ramps", "pluge", "flags", "bars", "zones", "focus", "ids", "markers", "flash", "white", "grey", "red", "green",
    "blue",
)  # fmt: skip
"""Names for `Show.pattern`."""
