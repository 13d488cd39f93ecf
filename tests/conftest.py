"""Fixtures of all tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings


@pytest.fixture
def run_dir() -> Iterator[Path]:
    """A run directory with a path short enough for Unix sockets (pytest's own are too long)."""
    path = Path(tempfile.mkdtemp(prefix="openstage-"))
    yield path
    shutil.rmtree(path)


settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")
