"""Alerts over time: raised when a symptom persists, cleared when it stays away, with their texts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stage.console.health.alert_rules import Symptom
from stage.messages.control import AlertState
from stage.model.alerts import ALERTS, Alert, Severity
from stage.units import NS_PER_S

RAISE_AFTER_NS = NS_PER_S * 3 // 10
"""A symptom must persist this long: one late heartbeat raises no alert."""
CLEAR_AFTER_NS = 2 * NS_PER_S
"""An alert stays this long after its last symptom: long enough to read, and without flicker."""

FIND_AGAIN_NS = 30 * NS_PER_S
"""A console that was restarted has found by then whatever is still wrong."""

SEVERITIES = tuple(Severity)
"""Worst first."""

UNKNOWN = Alert(Severity.WARNING, "{subject}: an alert unknown to this console", "Update the console")


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert on the page: what is wrong, the figures, what to do, since when, who has seen it (None: nobody)."""

    code: str
    subject: str
    severity: Severity
    text: str
    detail: str
    remedy: str
    since_ns: int
    seen_by: str | None = None


@dataclass(frozen=True, slots=True)
class PastAlert:
    """A past alert: what it was, from when to when, and who had seen it."""

    text: str
    severity: Severity
    detail: str
    since_ns: int
    until_ns: int
    seen_by: str | None = None


@dataclass(slots=True)
class _Entry:
    detail: str
    first_ns: int
    last_ns: int
    raised: bool = False


class AlertBook:
    """Symptoms found by this console and alerts that other processes publish, joined by code and subject.

    `seen`: who has seen which alert, of a console before this one. It counts until the alert is over; one that comes
    again has not been seen.
    """

    def __init__(self, seen: Mapping[tuple[str, str], str] | None = None, began_ns: int = 0) -> None:
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._heard: dict[tuple[str, str], AlertState] = {}
        self._seen = dict(seen or {})
        self._began_ns = began_ns

    def hear(self, alert: AlertState) -> None:
        """An alert of another process: raised or cleared by it."""
        if alert.active:
            self._heard[alert.code, alert.subject] = alert
        else:
            self._heard.pop((alert.code, alert.subject), None)

    def acknowledge(self, code: str | None, subject: str | None, who: str) -> None:
        """Somebody has seen all alerts of a code and a subject; None: of every one."""
        for view in self.views():
            if code in (None, view.code) and subject in (None, view.subject):
                self._seen.setdefault((view.code, view.subject), who)

    @property
    def seen(self) -> dict[tuple[str, str], str]:
        """Who has seen which alert."""
        return dict(self._seen)

    def update(self, found: Iterable[Symptom], now_ns: int) -> list[AlertState]:
        """Take in the present symptoms. Returns the alerts that this console raises and clears."""
        for symptom in found:
            entry = self._entries.setdefault((symptom.code, symptom.subject), _Entry("", now_ns, now_ns))
            entry.detail, entry.last_ns = symptom.detail, now_ns
        changes = [*self._raise(now_ns), *self._clear(now_ns)]
        self._forget(now_ns)
        return changes

    def raised(self) -> list[AlertState]:
        """The alerts of this console that are raised, to be said again."""
        return [AlertState(*key, True, one.detail, one.first_ns) for key, one in self._entries.items() if one.raised]

    def views(self) -> list[AlertView]:
        """All raised alerts, those for information last: first what nobody has seen, of that the worst, of that the
        newest. So none hides behind an old one, or behind one that everybody knows."""
        raised = {(alert.code, alert.subject): alert for alert in self.raised()}
        views = [_view(alert, self._seen.get(key)) for key, alert in (self._heard | raised).items()]
        return sorted(views, key=lambda view: rank(asdict(view)))

    def _forget(self, now_ns: int) -> None:
        """Drop who has seen what is over. A console that has just started finds everything again first."""
        if now_ns - self._began_ns < FIND_AGAIN_NS:
            return
        for key in [key for key in self._seen if key not in self._heard and not self._is_raised(key)]:
            del self._seen[key]

    def _is_raised(self, key: tuple[str, str]) -> bool:
        entry = self._entries.get(key)
        return entry is not None and entry.raised

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


def rank(view: Mapping[str, Any]) -> tuple[bool, bool, int, int, str, str]:
    """The place of an alert in the list, from its fields by name."""
    severity = Severity(view["severity"])
    return (
        severity is Severity.INFO,
        view["seen_by"] is not None,
        SEVERITIES.index(severity),
        -view["since_ns"],
        view["code"],
        view["subject"],
    )


def _view(alert: AlertState, seen_by: str | None) -> AlertView:
    known = ALERTS.get(alert.code, UNKNOWN)
    return AlertView(
        code=alert.code,
        subject=alert.subject,
        severity=known.severity,
        text=known.text.format(subject=alert.subject),
        detail=alert.detail,
        remedy=known.remedy.format(subject=alert.subject),
        since_ns=alert.since_ns,
        seen_by=seen_by,
    )
