"""Which way of computing Mitsuba has on this machine: compiled through LLVM where that is there, else plain."""

from __future__ import annotations

import ctypes.util
import importlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from stage.errors import InputError

COMPILED, PLAIN = "llvm_ad_rgb", "scalar_rgb"
LLVM_VERSIONS = ("21", "20", "19", "18", "17")
"""Versions of LLVM's library that code for any processor here was made with; 14 is refused, 15 and 16 die on
processors with AVX-512."""
LIBRARY_FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
LIBRARY_PATH = "DRJIT_LIBLLVM_PATH"
MISSING = "Install the extra: make reference, or pip install 'openstage[reference]'"


@dataclass(frozen=True, slots=True)
class Tracer:
    """Mitsuba, ready. `mi`: its module, `compiled`: through LLVM, `line`: what was chosen, for people."""

    mi: Any
    compiled: bool
    line: str


@lru_cache(maxsize=1)
def tracer() -> Tracer:
    """Mitsuba in the fastest variant that works here. Raises InputError without the extra `reference`."""
    library = llvm_library()
    if library is not None:
        os.environ.setdefault(LIBRARY_PATH, str(library))
    try:
        mi: Any = importlib.import_module("mitsuba")
    except ImportError as error:
        raise InputError("mitsuba", "", "the path tracer is not installed", MISSING) from error
    compiled = library is not None and _compiles(mi)
    if not compiled:
        mi.set_variant(PLAIN)
    how = f"{COMPILED} with {library}" if compiled else f"{PLAIN}: slower; install libllvm19 for {COMPILED}"
    return Tracer(mi, compiled, f"Mitsuba {mi.__version__}, {how}")


def llvm_library() -> Path | None:
    """The newest LLVM library that works with Mitsuba, or the one that DRJIT_LIBLLVM_PATH names."""
    given = os.environ.get(LIBRARY_PATH)
    if given:
        return Path(given)
    for version in LLVM_VERSIONS:
        for folder in LIBRARY_FOLDERS:
            for name in (f"libLLVM.so.{version}.1", f"libLLVM-{version}.so"):
                if (path := Path(folder) / name).is_file():
                    return path
        found = ctypes.util.find_library(f"LLVM-{version}")
        if found:
            return Path(found)
    return None


def _compiles(mi: Any) -> bool:
    """Whether a sum goes through LLVM."""
    try:
        mi.set_variant(COMPILED)
        drjit: Any = importlib.import_module("drjit")
        return float(drjit.sum(drjit.arange(mi.Float, 4))[0]) == 6.0
    except (ImportError, RuntimeError):
        return False
