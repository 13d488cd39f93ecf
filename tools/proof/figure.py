"""A figure of a proof: its value, its limit, and what to do where it is beyond it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and its limit: the most it may be, or the least where `at_least`.

    `unit` follows the value when it is printed. `remedy` says what is probably wrong, and what to do. A value that is
    not a number is never good: nothing was measured.
    """

    name: str
    value: float
    limit: float
    unit: str
    remedy: str
    at_least: bool = False

    @property
    def good(self) -> bool:
        """Within its limit."""
        if not math.isfinite(self.value):
            return False
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "name": self.name,
            "value": self.value if math.isfinite(self.value) else None,
            "limit": self.limit,
            "at_least": self.at_least,
            "unit": self.unit,
            "good": self.good,
            "remedy": self.remedy,
        }
