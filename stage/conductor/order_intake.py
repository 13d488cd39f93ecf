"""Orders in the conductor: carried out before the next frame is decided, answered once it has been sent."""

from __future__ import annotations

import logging

from stage.conductor.kept_show import Kept, ShowKeeper
from stage.messages.commands import COMMAND_LIVES_NS, Command, CommandResult, OnAir
from stage.messages.frames import SetState
from stage.process.service import Service
from stage.show.decide import Conductor
from stage.show.orders.given import obey, unusable
from stage.show.orders.order import When
from stage.show.show_control import ShowControl
from stage.units import NS_PER_S

ANSWERS_KEPT = 64
"""Senders ask again for 2.5 s; an answer is some 200 bytes."""

log = logging.getLogger("openstage.conductor")


class OrderIntake:
    """Receives orders, and the render nodes' reports of their sets, for one show."""

    def __init__(
        self,
        service: Service,
        control: ShowControl,
        conductor: Conductor,
        keeper: ShowKeeper,
        answered: tuple[CommandResult, ...] = (),
    ) -> None:
        """`answered`: the last answers of the conductor before this one."""
        self._service = service
        self._control = control
        self._conductor = conductor
        self._keeper = keeper
        self._answers = {result.number: result for result in answered}
        self._newest_ns: dict[str, int] = {}
        self._heard = service.bus.subscriber("command.given", "render.set")
        self._obeyed: list[tuple[Command, CommandResult]] = []
        self._kept_wind = control.on_air().wind
        self._kept = not answered

    def obey(self, number: int, present_ns: int) -> None:
        """Carry out waiting orders; frame `number` shows them."""
        now_ns = self._service.clock.now_ns()
        commands: list[Command] = []
        for record in self._heard.receive():
            if isinstance(record, SetState):
                self._control.admission.hear(record, now_ns)
            elif isinstance(record, Command) and not self._refused(record, now_ns):
                commands.append(record)
        commands.sort(key=lambda command: command.sent_ns)
        if (waited := self._control.ready_order(now_ns)) is not None:
            commands.insert(0, waited)
        for command in {command.number: command for command in commands}.values():
            self._newest_ns[command.who] = max(command.sent_ns, self._newest_ns.get(command.who, 0))
            when = When(present_ns, self._service.clock.now_ns())
            with self._service.edge.net(f"order {command.name}", command.who) as net:
                self._obeyed.append((command, obey(self._control, command, number, when)))
            if net.caught is not None:
                self._obeyed.append((command, unusable(command, net.caught, when.now_ns)))

    def _refused(self, command: Command, now_ns: int) -> bool:
        """Whether a command was answered before, which is said again, or comes too late, or after a later one of its
        sender (the conductor before this one was the last to hear it), which is said."""
        if (before := self._answers.get(command.number)) is not None:
            self._service.publish(before)
            return True
        if (age_ns := now_ns - command.sent_ns) > COMMAND_LIVES_NS:
            text = f"came {age_ns / NS_PER_S:.1f} s after it was given, too late: nothing was changed. Give it again"
        elif command.sent_ns < self._newest_ns.get(command.who, 0):
            text = "was overtaken by a later order of the same sender: nothing was changed. Give it again"
        else:
            return False
        late = CommandResult(
            command.number, command.name, command.who, accepted=False, text=text, frame_number=None, done_ns=now_ns
        )
        self._obeyed.append((command, late))
        return True

    def answer(self) -> None:
        """Once the frame has been sent: save the show, publish what is on air, answer and log every command with its
        sender. It is saved first: what was answered is kept, whatever happens to this process. The answers come last,
        so a sender that reacts at once to one already has the new state."""
        if not self._obeyed:
            return
        obeyed, self._obeyed = self._obeyed, []
        self._answers |= {result.number: result for _, result in obeyed}
        while len(self._answers) > ANSWERS_KEPT:
            self._answers.pop(next(iter(self._answers)))
        self._service.publish(self._keep())
        for _, result in obeyed:
            self._service.publish(result)
        for command, result in obeyed:
            verdict = "done" if result.accepted else "refused"
            log.info("%s by %s %s: %s", command.name, command.who, verdict, result.text)

    def keep_again(self, air: OnAir) -> None:
        """Save what is on air if the wind has changed since (a restarted conductor goes on with its way), if it could
        not be saved, or has not been by this process, though it was by the one before."""
        if air.wind != self._kept_wind or not self._kept:
            self._keep()

    def _keep(self) -> OnAir:
        memory = self._control.memory()
        kept = Kept(memory, self._conductor.held, tuple(self._answers.values()))
        self._keeper.keep(kept, self._service.clock.now_ns())
        self._kept = not self._service.keeping.failing
        self._kept_wind = memory.air.wind
        return memory.air

    def close(self) -> None:
        """Stop receiving."""
        self._heard.close()
