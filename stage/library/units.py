"""The unit an operator reads beside a value of the look. Pure."""

from __future__ import annotations

UNITS = (
    ("_per_m", "1/m"),
    ("_mps", "m/s"),
    ("_deg", "°"),
    ("_k", "K"),
    ("_m", "m"),
    ("_h", "h"),
    ("gain", "x"),
    ("ev", "EV"),
    ("nits", "nits"),
)
"""Endings of keys and their units; the first match counts."""


def unit_of(path: str) -> str:
    """The unit of a value by its path (`sun.elevation_deg`); "" for a plain number or another type."""
    return next((unit for end, unit in UNITS if path.endswith(end)), "")
