"""A figure is good within its limit, and never where nothing was measured."""

from __future__ import annotations

import math

import pytest

from tools.proof.figure import Figure


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "good"),
    [
        (1.0, 1.0, False, True),
        (1.1, 1.0, False, False),
        (100.0, 100.0, True, True),
        (99.9, 100.0, True, False),
        (math.nan, 1.0, False, False),
        (math.nan, 0.0, True, False),
        (math.inf, 0.0, True, False),
    ],
)
def test_within_its_limit(value: float, limit: float, at_least: bool, good: bool) -> None:
    figure = Figure("a figure", value, limit, "px", "do something", at_least)
    assert figure.good is good
    assert figure.document()["good"] is good
    assert math.isfinite(value) == (figure.document()["value"] is not None)
