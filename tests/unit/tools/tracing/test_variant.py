"""Which way of computing is found, and what is said where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stage.errors import InputError
from tools.tracing import variant


def test_the_newest_library_in_the_systems_folders_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variant.LIBRARY_PATH, raising=False)
    monkeypatch.setattr(variant, "LIBRARY_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    for name in ("libLLVM-14.so", "libLLVM-17.so", "libLLVM.so.19.1"):
        (tmp_path / name).touch()
    assert variant.llvm_library() == tmp_path / "libLLVM.so.19.1"
    (tmp_path / "libLLVM.so.19.1").unlink()
    assert variant.llvm_library() == tmp_path / "libLLVM-17.so"
    (tmp_path / "libLLVM-17.so").unlink()
    assert variant.llvm_library() is None


def test_a_library_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variant.LIBRARY_PATH, str(tmp_path / "own.so"))
    assert variant.llvm_library() == tmp_path / "own.so"


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mitsuba", None)
    with pytest.raises(InputError, match="make reference"):
        variant.tracer.__wrapped__()
