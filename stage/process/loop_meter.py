"""Measures a real-time loop: lateness and CPU per turn, reported once a second, never logged per turn."""

from __future__ import annotations

import numpy as np

from stage.messages.control import LoopReport
from stage.units import NS_PER_MS, NS_PER_S

RING = 1024


class LoopMeter:
    """Fed once per turn; gives a LoopReport once a second. Allocates nothing per turn."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._lateness_ns = np.zeros(RING)
        self._cpu_ns = np.zeros(RING)
        self._turns = 0
        self._missed = 0
        self._since_report = 0
        self._next_report_ns = 0

    def turn(self, lateness_ns: int, cpu_ns: int, missed: int = 0) -> None:
        """One turn of the loop; `missed` = ticks it skipped before this one."""
        slot = self._turns % RING
        self._lateness_ns[slot] = lateness_ns
        self._cpu_ns[slot] = cpu_ns
        self._turns += 1
        self._since_report += 1
        self._missed += missed

    def report(self, now_ns: int) -> LoopReport | None:
        """The report of the last second, where one is due and the loop has turned."""
        if now_ns < self._next_report_ns or self._since_report == 0:
            return None
        self._next_report_ns = now_ns + NS_PER_S
        slots = np.arange(self._turns - min(self._since_report, RING), self._turns) % RING
        self._since_report = 0
        late, cpu = self._lateness_ns[slots] / NS_PER_MS, self._cpu_ns[slots] / NS_PER_MS
        return LoopReport(
            role=self._role,
            turns=self._turns,
            missed=self._missed,
            lateness_p50_ms=float(np.median(late)),
            lateness_p99_ms=float(np.percentile(late, 99)),
            cpu_p50_ms=float(np.median(cpu)),
            cpu_p99_ms=float(np.percentile(cpu, 99)),
            sent_ns=now_ns,
        )
