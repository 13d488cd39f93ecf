"""Numbers of units that the whole house shares."""

from __future__ import annotations

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
NS_PER_US = 1_000
NITS_PER_UNIT = 100.0
"""Scene-linear light of 1.0 is 100 cd/m2."""
