"""Orders in the conductor: carried out before the next frame is decided, answered once it has been sent."""

from __future__ import annotations

import logging

from stage.conductor.kept_show import keep
from stage.messages.commands import Command, CommandResult, OnAir
from stage.messages.frames import SetState
from stage.process.service import Service
from stage.show.orders.given import obey
from stage.show.orders.order import When
from stage.show.show_control import ShowControl

log = logging.getLogger("openstage.conductor")


class OrderIntake:
    """Receives orders, and the render nodes' reports of their sets, for one show."""

    def __init__(self, service: Service, control: ShowControl) -> None:
        self._service = service
        self._control = control
        self._heard = service.bus.subscriber("command.given", "render.set")
        self._obeyed: list[tuple[Command, CommandResult]] = []
        self._kept_wind = control.on_air().wind

    def obey(self, number: int, present_ns: int) -> None:
        """Carry out waiting orders; frame `number` shows them."""
        now_ns = self._service.clock.now_ns()
        commands: list[Command] = []
        for record in self._heard.receive():
            if isinstance(record, SetState):
                self._control.admission.hear(record, now_ns)
            elif isinstance(record, Command):
                commands.append(record)
        if (waited := self._control.ready_order(now_ns)) is not None:
            commands.insert(0, waited)
        for command in commands:
            result = obey(self._control, command, number, When(present_ns, self._service.clock.now_ns()))
            self._obeyed.append((command, result))

    def answer(self) -> None:
        """Once the frame has been sent: publish and save what is on air; answer and log every command with its sender.
        The answers come last, so a sender that reacts at once to one already has the new state."""
        if not self._obeyed:
            return
        obeyed, self._obeyed = self._obeyed, []
        air = self._control.on_air()
        self._service.publish(air)
        for _, result in obeyed:
            self._service.publish(result)
        self._keep(air)
        for command, result in obeyed:
            verdict = "done" if result.accepted else "refused"
            log.info("%s by %s %s: %s", command.name, command.who, verdict, result.text)

    def keep_wind(self, air: OnAir) -> None:
        """Save what is on air if the wind has changed since: a restarted conductor goes on with its way."""
        if air.wind != self._kept_wind:
            self._keep(air)

    def _keep(self, air: OnAir) -> None:
        keep(self._service.run_dir, air)
        self._kept_wind = air.wind

    def close(self) -> None:
        """Stop receiving."""
        self._heard.close()
