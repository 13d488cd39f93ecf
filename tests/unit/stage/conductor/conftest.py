"""Nothing of a conductor stays in shared memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stage.bus.slot import remove_slots


@pytest.fixture(autouse=True)
def no_slots_stay(tmp_path: Path) -> Iterator[None]:
    yield
    remove_slots(tmp_path)
