"""Alerts over time: raised when a symptom persists, cleared when it stays away, with their texts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stage.console.health.alert_rules import Symptom
from stage.messages.control import AlertState
from stage.model.alerts import ALERTS, Alert, Severity
from stage.units import NS_PER_S

RAISE_AFTER_NS = NS_PER_S * 3 // 10
"""A symptom must persist this long: one late heartbeat raises no alert."""
CLEAR_AFTER_NS = 2 * NS_PER_S
"""An alert stays this long after its last symptom: long enough to read, and without flicker."""

SEVERITIES = tuple(Severity)
"""Worst first."""

UNKNOWN = Alert(Severity.WARNING, "{subject}: an alert unknown to this console", "Update the console")


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert on the page: what is wrong, the figures, what to do, since when."""

    code: str
    subject: str
    severity: Severity
    text: str
    detail: str
    remedy: str
    since_ns: int


@dataclass(frozen=True, slots=True)
class PastAlert:
    """A past alert: what it was, and from when to when."""

    text: str
    severity: Severity
    detail: str
    since_ns: int
    until_ns: int


@dataclass(slots=True)
class _Entry:
    detail: str
    first_ns: int
    last_ns: int
    raised: bool = False


class AlertBook:
    """Symptoms found by this console and alerts that other processes publish, joined by code and subject."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._heard: dict[tuple[str, str], AlertState] = {}

    def hear(self, alert: AlertState) -> None:
        """An alert of another process: raised or cleared by it."""
        if alert.active:
            self._heard[alert.code, alert.subject] = alert
        else:
            self._heard.pop((alert.code, alert.subject), None)

    def update(self, found: Iterable[Symptom], now_ns: int) -> list[AlertState]:
        """Take in the present symptoms. Returns the alerts that this console raises and clears."""
        for symptom in found:
            entry = self._entries.setdefault((symptom.code, symptom.subject), _Entry("", now_ns, now_ns))
            entry.detail, entry.last_ns = symptom.detail, now_ns
        return [*self._raise(now_ns), *self._clear(now_ns)]

    def raised(self) -> list[AlertState]:
        """The alerts of this console that are raised, to be said again."""
        return [AlertState(*key, True, one.detail, one.first_ns) for key, one in self._entries.items() if one.raised]

    def views(self) -> list[AlertView]:
        """All raised alerts: the worst first, then the newest, so none hides behind an old one."""
        raised = {(alert.code, alert.subject): alert for alert in self.raised()}
        views = [_view(alert) for alert in (self._heard | raised).values()]
        return sorted(views, key=lambda view: (SEVERITIES.index(view.severity), -view.since_ns, view.code))

    def _raise(self, now_ns: int) -> list[AlertState]:
        changes = []
        for (code, subject), entry in self._entries.items():
            if not entry.raised and entry.last_ns == now_ns and now_ns - entry.first_ns >= RAISE_AFTER_NS:
                entry.raised = True
                changes.append(AlertState(code, subject, True, entry.detail, entry.first_ns))
        return changes

    def _clear(self, now_ns: int) -> list[AlertState]:
        changes = []
        for (code, subject), entry in list(self._entries.items()):
            patience_ns = CLEAR_AFTER_NS if entry.raised else 0
            if entry.last_ns < now_ns - patience_ns:
                del self._entries[code, subject]
                if entry.raised:
                    changes.append(AlertState(code, subject, False, entry.detail, now_ns))
        return changes


def _view(alert: AlertState) -> AlertView:
    known = ALERTS.get(alert.code, UNKNOWN)
    return AlertView(
        code=alert.code,
        subject=alert.subject,
        severity=known.severity,
        text=known.text.format(subject=alert.subject),
        detail=alert.detail,
        remedy=known.remedy.format(subject=alert.subject),
        since_ns=alert.since_ns,
    )
