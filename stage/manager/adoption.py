"""A new manager goes on with what the one before it left running.

Which of a role's processes does the work cannot be seen from outside, for a spare looks the same. But a spare sends no
heartbeat: whoever sends one is adopted. All others (spares, hung and stopped ones, those of other options) are ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stage.bus.bus import Subscriber
from stage.clock import Clock, wall_clock_utc_s
from stage.manager.child import Child
from stage.manager.supervision import Adopted
from stage.manager.survivors import Survivor
from stage.messages.control import Heartbeat
from stage.units import NS_PER_S

LISTEN_NS = 2 * NS_PER_S
"""Heartbeats come five times a second; a machine that is too slow gets so long."""
TURN_NS = NS_PER_S // 20


def adopt(
    children: Mapping[str, Child], survivors: Sequence[Survivor], heard: Subscriber, clock: Clock
) -> dict[str, Adopted]:
    """What runs on, by role: each child has adopted it. The other survivors are killed."""
    fit = [each for each in survivors if _fits(each, children.get(each.role))]
    chosen = {each.role: each for each in fit if not children[each.role].process.service}
    waited = {each.role for each in fit} - set(chosen)
    given_up_ns = clock.now_ns() + LISTEN_NS
    while waited and clock.now_ns() < given_up_ns:
        for record in heard.receive(TURN_NS):
            if isinstance(record, Heartbeat) and record.role in waited:
                chosen |= {each.role: each for each in fit if each.pid == record.pid and each.role == record.role}
        waited -= set(chosen)
    for each in survivors:
        if chosen.get(each.role) is not each:
            each.kill()
    return {role: _adopted(children[role], survivor) for role, survivor in chosen.items()}


def _fits(survivor: Survivor, child: Child | None) -> bool:
    return child is not None and survivor.command == child.command and not survivor.is_stopped


def _adopted(child: Child, survivor: Survivor) -> Adopted:
    child.adopt(survivor)
    age_s = max(0.0, wall_clock_utc_s() - survivor.started_utc_s)
    return Adopted(survivor.pid, round(age_s * NS_PER_S), silent=not child.process.service)
