"""What a stage survives, over minutes: the benches' own figures, which take too long for every day."""

from __future__ import annotations

from pathlib import Path

import pytest

from stage.files.loading import find_stage
from tools.bench.survival.connections import connection_figures
from tools.bench.survival.disk import disk_figures
from tools.bench.survival.fuzz import fuzz_figures
from tools.bench.survival.kills import kill_figures
from tools.bench.survival.soak import soak_figures

STAGE = find_stage("two-walls")
TEN_MINUTES = 10.0
LIMIT_S = 2400

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LIMIT_S)]


def test_nothing_but_memory_grows_in_ten_minutes_of_work_and_faults(tmp_path: Path) -> None:
    """Memory is judged by the four hours of `make soak`: in ten minutes histories and caches are still filling."""
    figures = soak_figures(STAGE, TEN_MINUTES, 1, tmp_path)
    growing = figures["growing"]
    assert isinstance(growing, list)
    assert [name for name in growing if not str(name).endswith("memory_mb")] == []
    assert (tmp_path / "series.svg").read_text(encoding="utf-8").count("<polyline") > 10


def test_nothing_is_lost_when_processes_are_killed_amid_orders() -> None:
    """The walls' gaps are the bench's matter: they depend on what else the machine does."""
    lost = kill_figures(STAGE, 12, 7)["lost"]
    assert isinstance(lost, dict)
    assert not any(lost.values())


def test_nothing_is_lost_when_the_disk_fails() -> None:
    assert disk_figures(STAGE, 6, 7)["good"]


def test_hostile_messages_end_no_process() -> None:
    figures = fuzz_figures(STAGE, 20_000, 7, 500)
    assert figures["processes_ended"] == []
    assert figures["operator_is_heard_afterwards"]


def test_operators_stay_in_beside_thousands_of_connections() -> None:
    assert connection_figures(STAGE, 2_000)["good"]
