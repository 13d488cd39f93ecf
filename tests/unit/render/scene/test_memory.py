"""A reader's memory is bounded, and what it says when that is not enough."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from render.scene import loading, memory
from render.scene.memory import LEAST_BYTES, free_bytes, out_of_memory
from render.scene.readers import Place, Reader
from stage.errors import InputError
from stage.model.scene import Scene

GREEDY = """
import numpy as np, sys
from render.scene import memory
memory.free_bytes = lambda: 0
bound = memory.limit_memory()
try:
    held = np.ones(int(bound * 1.2), np.uint8)
except MemoryError as error:
    print(memory.out_of_memory("a.exr", "layers[0]", error))
    memory.lift_limit()
    held = np.zeros(int(bound * 1.2), np.uint8)
    print("lifted")
"""


def test_a_reader_that_wants_more_than_its_bound_says_what_it_had_and_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", GREEDY], capture_output=True, text=True, check=True)
    first, second = done.stdout.strip().splitlines()
    assert first.startswith("a.exr: layers[0]: needs more memory than there is: it had ")
    assert "Unable to allocate 1.68 GiB" in first
    assert "reading a set may use 1.5 GB here" in first
    assert second == "lifted"


def test_the_machine_says_what_is_free() -> None:
    free = free_bytes()
    assert free is not None
    assert 0 < free < 1e15
    assert LEAST_BYTES > 1e9


def test_a_layer_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object) -> None:
        raise MemoryError("Unable to allocate 7 TiB")

    monkeypatch.setattr(loading, "_reader", lambda *_: Reader(Place.LAYERS, greedy))
    (tmp_path / "wide.png").write_bytes(b"x")
    scene = Scene.model_validate(
        {"schema": "scene/1", "name": "s", "layers": [{"kind": "card", "file": "wide.png", "size_m": 1.0}]}
    )
    with pytest.raises(InputError, match=r"wide\.png: layers\[0\]: needs more memory .* 7 TiB"):
        loading.load_scene_data(scene, tmp_path)


def test_without_a_bound_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    unbound = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: unbound)
    assert "may use" not in str(out_of_memory("a", "", MemoryError()))
    assert np.isfinite(memory.peak_bytes())
