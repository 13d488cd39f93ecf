"""A set between two processes: what comes out is what went in, and a file that names a program runs none."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest
from pydantic import BaseModel

from render.scene.loading import load_scene_data
from render.scene.set_file import read_set, write_set
from stage.errors import MessageError
from stage.files.loading import find_scene, load_scene


def same(one: Any, other: Any) -> bool:
    """Equal in every array, number and type."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, BaseModel):
        return bool(one == other)
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (hasattr(one, "__dict__") and same(vars(one), vars(other)))


@pytest.mark.parametrize("name", ["courtyard_crowd", "open_sky", "painted_valley"])
def test_a_set_comes_out_as_it_went_in(tmp_path: Path, name: str) -> None:
    path = find_scene(name)
    scene = load_scene_data(load_scene(path), path.parent)
    write_set(scene, tmp_path / "set.npz")
    assert same(read_set(tmp_path / "set.npz"), scene)


class Program:
    """Runs when Python's pickle reads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("ran").touch, ())


@pytest.mark.parametrize(
    "tree",
    [
        ["record", "subprocess:Popen", [["args", "touch ran"]]], ["tuple", "os:system", ["touch ran"]],
        ["enum", "stage.clock:realtime_ns", ""], ["record", "render.scene.read_apart:subprocess", []],
        ["record", "stage.errors:InputError", []], ["array", "a9", False], ["what"], [], 7, ["record", "render.:x", []],
    ],
)  # fmt: skip
def test_a_swapped_file_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tree: Any) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("set.npz", tree=np.frombuffer(msgpack.packb(tree), np.uint8))
    with pytest.raises(MessageError):
        read_set(Path("set.npz"))
    assert not Path("ran").exists()


def test_a_pickle_in_its_place_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("set.npz").write_bytes(pickle.dumps(Program()))
    np.savez("objects.npz", tree=np.array([Program()], dtype=object))
    for name in ("set.npz", "objects.npz"):
        with pytest.raises(MessageError):
            read_set(Path(name))
    assert not Path("ran").exists()
