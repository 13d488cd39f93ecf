"""The conductor process: at every tick of the frame clock, one `Frame` for all render nodes."""

from __future__ import annotations

import logging

from stage.bus.bus import Subscriber
from stage.clock import process_cpu_ns
from stage.conductor.intake import SampleIntake
from stage.conductor.kept_show import keep, kept
from stage.errors import InputError
from stage.maths.frame_clock import FrameClock
from stage.messages.commands import Command, CommandResult
from stage.messages.frames import SetState
from stage.model.loading import find_look, find_scene, load_preset, load_scene, load_stage
from stage.model.scene import Scene
from stage.model.stagefile import Stage
from stage.process.loop_meter import LoopMeter
from stage.process.service import Service, run_service, settle
from stage.show.decide import Conductor
from stage.show.show_control import ShowControl
from stage.units import NS_PER_S

log = logging.getLogger("openstage.conductor")

READY_NS = 1_200_000
"""Samples that came are taken in, and the frame is rehearsed, this long before the tick: after a sleep everything is
cold (measured: 0.2 ms for what takes 0.02 ms the second time), and the tick itself must not pay for that."""
REHEARSAL_NS = 100_000
"""What a rehearsal takes after the first. It is repeated for as long as there is time for another one, or it would all
be cold again: caches are shared, and asleep or spinning they are lost within a millisecond."""
BATCH_SAMPLES = 32
"""More than so many are not left for the end: 8 trackers of 240 Hz at 24 frames/s bring 80, 3.5 ms of work."""


Obeyed = tuple[Command, CommandResult]


def conduct(service: Service) -> None:
    """Tick, newest samples, decide, publish. A missed tick is counted and left out, never caught up."""
    stage = load_stage(service.stage_path)
    control = _control(service, stage)
    conductor, clock, meter = Conductor(stage, control.look), FrameClock(stage.rate_hz), LoopMeter(service.role)
    lead_ms = stage.timing.draw_lead_ms
    lead_ns = clock.period_ns if lead_ms is None else int(lead_ms * 1e6)
    samples = SampleIntake(service.bus, (camera.name for camera in stage.cameras), conductor)
    orders = service.bus.subscriber("command.given", "render.set")
    batch_ns = int(BATCH_SAMPLES * NS_PER_S / max(1.0, sum(source.rate_hz for source in stage.sources)))
    settle()
    number = _next_number(clock, service.clock.now_ns() + lead_ns)
    while not service.stopping:
        tick_ns = clock.present_ns(number) - lead_ns
        cpu_ns = _listen(service, samples, tick_ns - READY_NS, batch_ns)
        obeyed = _obey(service, orders, control, number, clock.present_ns(number))
        conductor.air = control.air_at(clock.present_ns(number))
        cpu_ns += _rehearse(service, samples, conductor, number, clock.present_ns(number))
        while service.clock.now_ns() < tick_ns - REHEARSAL_NS:  # instead of spinning: it counts as waiting
            _rehearse(service, samples, conductor, number, clock.present_ns(number))
        service.clock.spin_until_ns(tick_ns)
        now_ns, started_ns = service.clock.now_ns(), process_cpu_ns()
        samples.take_newest()
        service.publish(conductor.decide(number, clock.present_ns(number), now_ns))
        cpu_ns += process_cpu_ns() - started_ns
        if obeyed:
            _answer(service, control, obeyed)
        following = _next_number(clock, service.clock.now_ns() + lead_ns)
        missed = max(0, following - number - 1)
        number = number + 1 + missed
        meter.turn(now_ns - tick_ns, cpu_ns, missed)
        service.beat(ready=True)
        if (report := meter.report(now_ns)) is not None:
            service.publish(report)
            service.publish(control.on_air())
    samples.close()
    orders.close()


def _control(service: Service, stage: Stage) -> ShowControl:
    """The show as the stage file starts it, or as it was before this process was started again."""
    folder = service.stage_path.parent

    def find(name: str) -> Scene:
        return load_scene(find_scene(name, folder))

    preset = load_preset(find_look(stage.look, folder))
    walls = tuple(wall.name for wall in stage.walls)
    fixtures = tuple(fixture.name for fixture in stage.fixtures)
    control = ShowControl(
        preset=preset,
        scene=find(stage.scene),
        scene_name=stage.scene,
        place=stage.place,
        find=find,
        walls=walls,
        fixtures=fixtures,
    )
    if (before := kept(service.run_dir)) is not None:
        try:
            control.restore(before)
        except InputError as error:
            log.error("the show starts anew: %s", error)
    return control


def _obey(service: Service, orders: Subscriber, control: ShowControl, number: int, present_ns: int) -> list[Obeyed]:
    """Carry out what came; frame `number` shows it."""
    now_ns = service.clock.now_ns()
    commands: list[Command] = []
    for record in orders.receive():
        if isinstance(record, SetState):
            control.admission.hear(record, now_ns)
        elif isinstance(record, Command):
            commands.append(record)
    if (waited := control.ready_order(now_ns)) is not None:
        commands.insert(0, waited)
    return [(command, control.obey(command, number, present_ns, service.clock.now_ns())) for command in commands]


def _answer(service: Service, control: ShowControl, obeyed: list[Obeyed]) -> None:
    """Once the frame is on its way: tell and keep what is on air; answer and log every command: who, from where, what.
    The answers come last: who has one, and asks for the next thing at once, knows how things stand."""
    air = control.on_air()
    service.publish(air)
    for _, result in obeyed:
        service.publish(result)
    keep(service.run_dir, air)
    for command, result in obeyed:
        verdict = "done" if result.accepted else "refused"
        log.info("%s by %s %s: %s", command.name, command.who, verdict, result.text)


def _next_number(clock: FrameClock, moment_ns: int) -> int:
    """The first frame after `moment_ns`."""
    return clock.number_at(moment_ns) + 1


def _listen(service: Service, samples: SampleIntake, until_ns: int, batch_ns: int) -> int:
    """Take in samples, a batch at a time, until `until_ns`; the CPU time it took, without the waiting."""
    cpu_ns = 0
    while (now_ns := service.clock.now_ns()) < until_ns and not service.stopping:
        service.clock.rest_until_ns(min(now_ns + batch_ns, until_ns))
        started_ns = process_cpu_ns()
        samples.take()
        cpu_ns += process_cpu_ns() - started_ns
    return cpu_ns


def _rehearse(service: Service, samples: SampleIntake, conductor: Conductor, number: int, present_ns: int) -> int:
    """Read the last sample, decide and send the coming frame once to nobody, so that code and data are at hand; the
    CPU time it took."""
    started_ns = process_cpu_ns()
    samples.rehearse()
    service.publisher.rehearse(conductor.decide(number, present_ns, present_ns))
    return process_cpu_ns() - started_ns


def main() -> None:
    """`python -m stage.conductor.service --stage FILE --run-dir DIR`."""
    run_service("conductor", conduct)


if __name__ == "__main__":
    main()
