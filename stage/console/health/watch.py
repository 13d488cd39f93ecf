"""The stage's health from records of the bus: the health bar, alerts, graphs and the log. Pure."""

from __future__ import annotations

from collections.abc import Callable

from stage.bus.inbox import Inbox
from stage.console.door.wrong_tries import Suspect
from stage.console.health.alert_book import AlertBook, AlertView, PastAlert
from stage.console.health.alert_rules import Heard, stranger_symptoms, symptoms
from stage.console.health.frame_stats import FrameStats
from stage.console.health.lookback import Lookback
from stage.console.health.pulse import history_point, pulse_of
from stage.console.link.description import StageDescription
from stage.console.link.part import NOTHING, Changes
from stage.console.link.plain import Plain, plain
from stage.messages.commands import Command, CommandResult
from stage.messages.control import AlertState
from stage.messages.frames import Frame, FrameReport
from stage.messages.topics import Record
from stage.show.orders.alerts import ACKNOWLEDGE
from stage.units import NS_PER_S

PULSE_NS = NS_PER_S // 5
REPEAT_NS = NS_PER_S
"""Alerts that are raised are said again, for whoever began to listen after they were."""
HISTORY_NS = NS_PER_S // 2
HOUR_NS = 15 * NS_PER_S
MOST_ASKED = 32
"""Acknowledgements that await the conductor's answer."""

PULSE = "pulse/"
WATCHED_TOPICS = (
    "tracking.health",
    "conductor.frame",
    "camera.margin",
    "camera.forecast",
    "frame.report",
    "process.state",
    "lights.state",
    "send.state",
    "take.state",
    "alert",
    "command.given",
    "command.result",
)


class Watch:
    """Fed with records of its topics; returns the changes of each window. Time is an argument.

    `lookback`: stores past alerts, commands and graph points, also those of a console before this one.
    `suspects`: addresses that try wrong PINs; read with each pulse.
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
        self._lookback = lookback or Lookback()
        self._book = AlertBook(self._lookback.seen, began_ns)
        self._asked: dict[str, Command] = {}
        self._alerts: tuple[AlertState, ...] = ()
        self._shown_alerts: dict[str, AlertView] = {}
        self._next_pulse_ns = 0
        self._next_repeat_ns = 0
        self._next_history_ns = 0
        self._next_hour_ns = began_ns + HOUR_NS
        self._last_result: CommandResult | None = None
        self._suspects = suspects

    def hear(self, record: Record, now_ns: int) -> None:
        """Take in a record of the bus."""
        self._inbox.put((record,), now_ns)
        if isinstance(record, AlertState):
            self._book.hear(record)
        elif isinstance(record, Command):
            self._ask(record)
        elif isinstance(record, CommandResult):
            self._log(record)
            self._acknowledge(record)
        elif isinstance(record, Frame):
            self._stats.observe_frame(record)
        elif isinstance(record, FrameReport):
            self._stats.observe_report(record)

    def fetch(self) -> tuple[AlertState, ...]:
        """Alerts this console has raised and cleared since the last call, to publish."""
        alerts, self._alerts = self._alerts, ()
        return alerts

    def turn(self, now_ns: int) -> Changes:
        """What is new since the last call: pulse and alerts five times a second, a history point twice a second, and
        every command."""
        if now_ns < self._next_pulse_ns:
            news = self._lookback.news()
            return Changes(news) if news else NOTHING
        self._next_pulse_ns = now_ns + PULSE_NS
        self._stats.forget_before(now_ns)
        heard = Heard(self._stage, self._inbox, self._stats, self._began_ns, now_ns)
        found = [*symptoms(heard), *stranger_symptoms(self._suspects(), now_ns)]
        self._alerts += tuple(self._book.update(found, now_ns))
        if now_ns >= self._next_repeat_ns:
            self._next_repeat_ns = now_ns + REPEAT_NS
            self._alerts += tuple(self._book.raised())
        views = self._book.views()
        self._lookback.seen = self._book.seen
        changed: dict[str, Plain] = {}
        gone = self._alert_changes(views, changed, now_ns)
        changed[PULSE] = plain(pulse_of(heard, views))
        self._history(heard)
        return Changes(changed | self._lookback.news(), gone)

    def _alert_changes(self, views: list[AlertView], changed: dict[str, Plain], now_ns: int) -> tuple[str, ...]:
        shown = {f"alert/{view.code}/{view.subject}": view for view in views}
        changed |= {key: plain(view) for key, view in shown.items() if self._shown_alerts.get(key) != view}
        gone = tuple(key for key in self._shown_alerts if key not in shown)
        for key in gone:
            view = self._shown_alerts[key]
            past = PastAlert(view.text, view.severity, view.detail, view.since_ns, now_ns, view.seen_by)
            self._lookback.past.add(plain(past))
        self._shown_alerts = shown
        return gone

    def _ask(self, command: Command) -> None:
        if command.name == ACKNOWLEDGE.name:
            self._asked[command.number] = command
            while len(self._asked) > MOST_ASKED:
                del self._asked[next(iter(self._asked))]

    def _acknowledge(self, result: CommandResult) -> None:
        """An alert was seen, once the conductor has accepted the command: its arguments are then valid."""
        command = self._asked.pop(result.number, None)
        if command is not None and result.accepted:
            given = command.arguments
            self._book.acknowledge(given.get("code"), given.get("subject"), result.who)
            self._lookback.seen = self._book.seen
            self._next_pulse_ns = 0

    def _log(self, result: CommandResult) -> None:
        """One line for each command; a repeated one (a slider being dragged) replaces the line before."""
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
