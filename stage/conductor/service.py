"""The conductor process: at every tick of the frame clock, one `Frame` for all render nodes."""

from __future__ import annotations

from functools import partial

from stage.clock import process_cpu_ns
from stage.conductor.intake import SampleIntake
from stage.conductor.kept_show import ShowKeeper
from stage.conductor.opening import gone_on, opened_show
from stage.conductor.order_intake import OrderIntake
from stage.conductor.played_take import PlayedTake
from stage.conductor.remembering import Remembering
from stage.conductor.reserve import Reserve
from stage.files.loading import load_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.frames import Frame
from stage.model.stagefile import Stage
from stage.process.coming_first import come_first
from stage.process.loop_meter import LoopMeter
from stage.process.service import Service, run_service, settle
from stage.process.waking import CONDUCTOR, Waking
from stage.show.decide import Conductor
from stage.takes.places import takes_folder
from stage.units import NS_PER_MS, NS_PER_S

STANDS_BY = True
"""A spare has the stage and the show's files loaded and follows the cameras: see `stage.manager.launch`."""
BATCH_SAMPLES = 32
"""The most samples to leave until the tick: 8 trackers of 240 Hz at 24 frames/s send 80, 3.5 ms of work."""


class ConductorLoop:
    """Frame after frame, each decided at its tick: its present time less the lead. A spare is made as far as its
    cameras, waits for its turn, and then goes on with the show as it was left."""

    def __init__(self, service: Service, stage: Stage) -> None:
        self._service, self._clock = service, service.clock
        self._frames, self._meter = FrameClock(stage.rate_hz), LoopMeter(service.role)
        lead_ms = stage.timing.draw_lead_ms
        self._lead_ns = self._frames.period_ns if lead_ms is None else int(lead_ms * NS_PER_MS)
        self._control = opened_show(service, stage)
        self._conductor = Conductor(stage, self._control.look)
        self._samples = SampleIntake(service.bus, (camera.name for camera in stage.cameras), self._conductor)
        self._batch_ns = int(BATCH_SAMPLES * NS_PER_S / max(1.0, sum(source.rate_hz for source in stage.sources)))
        self._waking = Waking(service.clock, CONDUCTOR)
        self._reserve = Reserve(service.run_dir)
        keeper = ShowKeeper(service.run_dir, service.stage_path, service.keeping, self._reserve)
        settle()
        service.await_turn(partial(self._follow, keeper))
        before = gone_on(self._control, keeper, service.clock.now_ns())
        if before is not None and self._control.held:
            self._conductor.hold(before.picture)
        answered = before.answered if before is not None else ()
        self._played = PlayedTake(takes_folder(service.stage_path, stage))
        self._control.find_take = self._played.find
        self._orders = OrderIntake(service, self._control, self._conductor, keeper, answered)
        self._number = self._following()
        self._remembering = Remembering(camera.name for camera in stage.cameras)

    def turn(self) -> None:
        """Take the newest samples and orders, decide at the tick, publish. A missed tick is counted and skipped, never
        made up."""
        number, present_ns = self._number, self._frames.present_ns(self._number)
        tick_ns = present_ns - self._lead_ns
        cpu_ns = self._listen(tick_ns - CONDUCTOR.waking_ns)
        self._orders.obey(number, present_ns)
        self._conductor.air = self._control.air_at(present_ns)
        self._conductor.taken = self._played.frame(self._control.playing, present_ns)
        cpu_ns += self._waking.make_ready(tick_ns, self._rehearse)
        self._clock.spin_until_ns(tick_ns)
        now_ns, started_ns = self._clock.now_ns(), process_cpu_ns()
        self._samples.take_newest()
        frame = self._conductor.decide(number, present_ns, now_ns)
        self._service.publish(frame)
        cpu_ns += process_cpu_ns() - started_ns
        self._orders.answer()
        self._number = max(number + 1, self._following())
        self._conductor.skipped = self._number - number - 1
        self._meter.turn(now_ns - tick_ns, cpu_ns, self._conductor.skipped)
        self._tell(frame, now_ns)

    def close(self) -> None:
        """Stop receiving."""
        self._samples.close()
        self._orders.close()
        self._played.close()
        self._reserve.close()

    def _follow(self, keeper: ShowKeeper) -> None:
        """As a spare: what the other process hears and keeps."""
        self._samples.take()
        keeper.follow()

    def _following(self) -> int:
        """The first frame whose tick is still to come."""
        return self._frames.number_at(self._clock.now_ns() + self._lead_ns) + 1

    def _listen(self, until_ns: int) -> int:
        """Take in samples, a batch at a time, until `until_ns`; returns the CPU time, without the waiting."""
        cpu_ns = 0
        while (now_ns := self._clock.now_ns()) < until_ns and not self._service.stopping:
            self._clock.rest_until_ns(min(now_ns + self._batch_ns, until_ns))
            started_ns = process_cpu_ns()
            self._samples.take()
            cpu_ns += process_cpu_ns() - started_ns
        return cpu_ns

    def _rehearse(self) -> None:
        """Rehearse: read the last samples, decide the coming frame and send it unheard."""
        present_ns = self._frames.present_ns(self._number)
        self._samples.rehearse()
        self._service.publisher.rehearse(self._conductor.decide(self._number, present_ns, present_ns, rehearsed=True))

    def _tell(self, frame: Frame, now_ns: int) -> None:
        """Publish the heartbeat, whether inner views covered what was filmed, and how well that was predicted; once
        a second also the loop's figures, and what is on air."""
        self._service.beat(ready=True)
        for told in self._conductor.drawn(frame, now_ns):
            self._service.publish(told)
        if (camera := self._remembering.due(self._control.slate)) is not None:
            self._service.publish(self._conductor.memory(camera, frame.number))
        if (report := self._meter.report(now_ns)) is not None:
            self._service.publish(report)
            air = self._control.on_air()
            self._service.publish(air)
            self._orders.keep_again(air)


def conduct(service: Service) -> None:
    """Decide frame after frame until told to stop."""
    loop = ConductorLoop(service, load_stage(service.stage_path))
    come_first()
    while not service.stopping:
        loop.turn()
    loop.close()


def main() -> None:
    """`python -m stage.conductor.service --stage FILE --run-dir DIR`."""
    run_service("conductor", conduct)


if __name__ == "__main__":
    main()
