"""What the operator is shown, from what the bus says: records in, changes of the shown state out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stage.bus.inbox import Inbox
from stage.console.door.wrong_tries import Suspect
from stage.console.health.alert_book import AlertBook, AlertView, PastAlert
from stage.console.health.alert_rules import Heard, findings, stranger_findings
from stage.console.health.frame_stats import FrameStats
from stage.console.health.lookback import Lookback
from stage.console.health.pulse import history_point, pulse_of
from stage.console.kinds import state_key
from stage.console.link.description import StageDescription
from stage.console.link.plain import Plain, plain
from stage.messages.commands import CommandResult
from stage.messages.control import AlertState
from stage.messages.frames import Frame, FrameReport
from stage.messages.topics import Record
from stage.units import NS_PER_S

PULSE_NS = NS_PER_S // 5
HISTORY_NS = NS_PER_S // 2
HOUR_NS = 15 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys with new values, keys that are gone, and what this console has to tell the others."""

    changed: dict[str, Plain]
    gone: tuple[str, ...]
    alerts: tuple[AlertState, ...]


class Desk:
    """Fed with every record; asked for the changes of each window. Time is an argument.

    `lookback`: where past alerts, commands and points of the graphs go, and those of a console before this one.
    `suspects`: who tries wrong PINs; asked with each pulse.
    """

    def __init__(
        self,
        stage: StageDescription,
        began_ns: int,
        lookback: Lookback | None = None,
        suspects: Callable[[], tuple[Suspect, ...]] = tuple,
    ) -> None:
        self._stage = stage
        self._began_ns = began_ns
        self._inbox = Inbox()
        self._stats = FrameStats(stage.rate_hz)
        self._book = AlertBook()
        self._lookback = lookback or Lookback()
        self._changed: dict[str, Record] = {}
        self._shown_alerts: dict[str, AlertView] = {}
        self._next_pulse_ns = 0
        self._next_history_ns = 0
        self._next_hour_ns = began_ns + HOUR_NS
        self._last_result: CommandResult | None = None
        self._suspects = suspects

    def hear(self, records: Iterable[Record], now_ns: int) -> None:
        """Take in what came from the bus."""
        for record in records:
            self._inbox.put((record,), now_ns)
            if isinstance(record, AlertState):
                self._book.hear(record)
                continue
            if isinstance(record, CommandResult):
                self._log(record)
                continue
            if isinstance(record, Frame):
                self._stats.observe_frame(record)
            elif isinstance(record, FrameReport):
                self._stats.observe_report(record)
            self._changed[state_key(record)] = record

    def changes(self, now_ns: int) -> Changes:
        """What is new since the last call: the newest record of each key; five times a second the pulse and the
        alerts; twice a second a point of the history."""
        changed: dict[str, Plain] = {key: plain(record) for key, record in self._changed.items()}
        self._changed.clear()
        gone: tuple[str, ...] = ()
        alerts: tuple[AlertState, ...] = ()
        if now_ns >= self._next_pulse_ns:
            self._next_pulse_ns = now_ns + PULSE_NS
            self._stats.forget_before(now_ns)
            heard = Heard(self._stage, self._inbox, self._stats, self._began_ns, now_ns)
            found = [*findings(heard), *stranger_findings(self._suspects(), now_ns)]
            alerts = tuple(self._book.update(found, now_ns))
            views = self._book.views()
            gone = self._alert_changes(views, changed, now_ns)
            changed["pulse/"] = plain(pulse_of(heard, views))
            self._history(heard)
        return Changes(changed | self._lookback.news(), gone, alerts)

    def _alert_changes(self, views: list[AlertView], changed: dict[str, Plain], now_ns: int) -> tuple[str, ...]:
        shown = {f"alert/{view.code}/{view.subject}": view for view in views}
        changed |= {key: plain(view) for key, view in shown.items() if self._shown_alerts.get(key) != view}
        gone = tuple(key for key in self._shown_alerts if key not in shown)
        for key in gone:
            view = self._shown_alerts[key]
            past = PastAlert(view.text, view.severity, view.detail, view.since_ns, now_ns)
            self._lookback.past.add(plain(past))
        self._shown_alerts = shown
        return gone

    def _log(self, result: CommandResult) -> None:
        """One line for each command; the same one again (a slider that is dragged) takes the line before."""
        last, self._last_result = self._last_result, result
        if last is not None and _line_of(last) == _line_of(result):
            self._lookback.log.replace(plain(result))
        else:
            self._lookback.log.add(plain(result))

    def _history(self, heard: Heard) -> None:
        if heard.now_ns >= self._next_hour_ns:
            self._next_hour_ns = heard.now_ns + HOUR_NS
            self._lookback.hour.add(plain(history_point(heard, HOUR_NS)))
        if heard.now_ns < self._next_history_ns:
            return
        self._next_history_ns = heard.now_ns + HISTORY_NS
        self._lookback.history.add(plain(history_point(heard, HISTORY_NS)))


def _line_of(result: CommandResult) -> tuple[str, str, bool, str]:
    return (result.name, result.who, result.accepted, result.text)
