"""Sizes of another unit and lamps that nobody would see are named."""

from __future__ import annotations

import numpy as np
import pytest

from render.layers.mesh.mesh_data import MeshData, PunctualLight
from render.scene.doubts import doubts
from stage.files.passport import Fate
from stage.model.layers import GltfLayer

LAYER = GltfLayer(kind="gltf", file="models/a.glb")


def of_size(metres: float) -> MeshData:
    low, high = np.zeros((1, 3)), np.full((1, 3), metres)
    return MeshData(instance_part=np.zeros(1, np.int32), instance_low_m=low, instance_high_m=high)


@pytest.mark.parametrize(
    ("metres", "says"),
    [
        (0.06, None),
        (30.0, None),
        (19_000.0, None),
        (30_000.0, "centimetres, set unit_m = 0.01"),
        (200_000.0, "millimetres, set unit_m = 0.001"),
        (0.01, "Check unit_m"),
    ],
)
def test_a_size_that_few_sets_have(metres: float, says: str | None) -> None:
    found = doubts(LAYER, of_size(metres))
    assert len(found) == (says is not None)
    for entry in found:
        assert (entry.file, entry.fate) == ("a.glb", Fate.APPROXIMATED)
        assert says is not None
        assert says in entry.remedy


@pytest.mark.parametrize(("kind", "least"), [("point", 4 * np.pi), ("spot", 4 * np.pi), ("directional", np.pi)])
def test_a_lamp_is_seen_from_one_percent_of_white_two_metres_away(kind: str, least: float) -> None:
    for share, seen in ((0.99, False), (1.01, True)):
        level = least * share
        light = PunctualLight(kind, (level / 2, level, 0.0), name="bulb")  # type: ignore[arg-type]
        found = doubts(LAYER, MeshData(lights=(light, PunctualLight("point", (900.0,) * 3))))
        assert bool(found) is not seen
        assert all("1 of 2 lamps (bulb)" in entry.asks for entry in found)
