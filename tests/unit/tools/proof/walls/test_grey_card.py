"""The grey card's own curves: the standards' published values, and the product's."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from stage.maths.colour_matrix import rgb_from_rgb
from stage.maths.colour_transfer import TRANSFERS, code_range
from stage.model.wall import FlatWall
from tools.proof.walls.grey_card import expected_codes

TRANSFER = ("gamma-2.2", "gamma-2.4", "srgb", "pq", "hlg")
SIGNALS = list(itertools.product(TRANSFER, ("rec709", "p3-d65", "rec2020"), ("full", "narrow"), (8, 10)))


def wall(transfer: str, gamut: str = "rec709", range_: str = "full", peak_nits: float = 1000.0) -> FlatWall:
    cabinets = {"columns": 1, "rows": 1, "size_px": [16, 16], "pitch_mm": 4.0}
    return FlatWall.model_validate(
        {"name": "w", "kind": "flat", "cabinets": cabinets, "transfer": transfer, "gamut": gamut, "range": range_,
         "peak_nits": peak_nits}
    )  # fmt: skip


def test_published_values() -> None:
    assert expected_codes(wall("pq", peak_nits=10_000.0), (1.0,) * 3, 10)[0] == pytest.approx(520, abs=0.5)
    assert expected_codes(wall("srgb"), (1.0,) * 3, 8)[0] == pytest.approx(255 * 0.34919, abs=0.1)
    assert expected_codes(wall("gamma-2.4", range_="narrow"), (10.0,) * 3, 8)[0] == 235
    assert expected_codes(wall("hlg", "rec2020"), (10.0,) * 3, 10)[0] == pytest.approx(1023, abs=0.5)


@pytest.mark.parametrize(("transfer", "gamut", "range_", "bits"), SIGNALS)
def test_the_products_curves_say_the_same(transfer: str, gamut: str, range_: str, bits: int) -> None:
    on = wall(transfer, gamut, range_)
    low, high = code_range(bits, range_ == "narrow")
    for light in ((1.8, 1.8, 1.8), (0.05, 0.2, 1.0), (4.0, 2.0, 0.1)):
        nits = np.maximum(rgb_from_rgb("rec709", gamut) @ np.asarray(light), 0.0) * 100.0
        product = low + (high - low) * TRANSFERS[transfer][0](np.minimum(nits, 1000.0), 1000.0)
        assert expected_codes(on, light, bits) == pytest.approx(product, abs=0.02)
