"""How the stage stands, for remote controls: alerts, trackers, figures, and whether all is well. Pure: time is an
argument.

The console judges the stage and repeats its alerts every second. Without the console nobody judges, so a stage whose
console is silent is not called healthy.
"""

from __future__ import annotations

from dataclasses import dataclass

from stage.messages.control import AlertState, Heartbeat
from stage.messages.frames import FrameReport
from stage.messages.samples import SourceHealth, Validity
from stage.messages.topics import Record
from stage.model.alerts import ALERTS, Severity
from stage.units import NS_PER_S

JUDGE = "console"
SILENT_NS = 3 * NS_PER_S
"""An alert that was not repeated for so long, and a tracker that was not reported, are no longer known."""
FIGURES_NS = NS_PER_S
UNWATCHED = "the console is silent: nobody watches the stage"


@dataclass(frozen=True, slots=True)
class Standing:
    """One moment. `alert`: the text of the worst alert, None where there is none. `sources`: name and state of every
    tracker."""

    fps: float = 0.0
    late: int = 0
    healthy: bool = False
    critical: int = 0
    warnings: int = 0
    alert: str | None = None
    sources: tuple[tuple[str, str], ...] = ()


class StandingWatch:
    """Fed with records of the bus."""

    def __init__(self) -> None:
        self._alerts: dict[tuple[str, str], tuple[AlertState, int]] = {}
        self._sources: dict[str, tuple[Validity, int]] = {}
        self._judged_ns = -SILENT_NS
        self._frames = self._late = 0
        self._fps, self._late_last_s = 0.0, 0
        self._figures_ns = 0

    def hear(self, record: Record, now_ns: int) -> None:
        """Take in a record; others than these are ignored."""
        if isinstance(record, FrameReport):
            self._frames += 1
            self._late += record.skipped
        elif isinstance(record, SourceHealth):
            self._sources[record.source] = (record.validity, now_ns)
        elif isinstance(record, Heartbeat) and record.role == JUDGE:
            self._judged_ns = now_ns
        elif isinstance(record, AlertState) and record.active:
            self._alerts[record.code, record.subject] = (record, now_ns)
        elif isinstance(record, AlertState):
            self._alerts.pop((record.code, record.subject), None)

    def standing(self, now_ns: int) -> Standing:
        """How the stage stands; rates are of the last whole second."""
        self._count(now_ns)
        alerts = [alert for alert, heard_ns in self._alerts.values() if now_ns - heard_ns <= SILENT_NS]
        ranked = sorted(alerts, key=lambda alert: (list(Severity).index(_severity(alert)), -alert.since_ns))
        critical = sum(_severity(alert) is Severity.CRITICAL for alert in alerts)
        watched = now_ns - self._judged_ns <= SILENT_NS
        worst = _text(ranked[0]) if ranked else None
        return Standing(
            fps=self._fps,
            late=self._late_last_s,
            healthy=watched and critical == 0 and self._fps > 0.0,
            critical=critical,
            warnings=sum(_severity(alert) is Severity.WARNING for alert in alerts),
            alert=worst if watched else UNWATCHED,
            sources=tuple((name, self._word(name, now_ns)) for name in sorted(self._sources)),
        )

    def _word(self, source: str, now_ns: int) -> str:
        validity, heard_ns = self._sources[source]
        return (validity if now_ns - heard_ns <= SILENT_NS else Validity.LOST).name.lower()

    def _count(self, now_ns: int) -> None:
        if now_ns < self._figures_ns:
            return
        span_s = (now_ns - self._figures_ns + FIGURES_NS) / NS_PER_S if self._figures_ns else 1.0
        self._figures_ns = now_ns + FIGURES_NS
        self._fps, self._frames = self._frames / span_s, 0
        self._late_last_s, self._late = self._late, 0


def _severity(alert: AlertState) -> Severity:
    known = ALERTS.get(alert.code)
    return Severity.WARNING if known is None else known.severity


def _text(alert: AlertState) -> str:
    known = ALERTS.get(alert.code)
    return alert.code if known is None else known.text.format(subject=alert.subject)
