"""A take's samples through today's prediction: is every camera where it was drawn?

Each camera goes on from the memory that was written when the take rolled (`CameraMemory`), so what today's code does
with the same samples is compared, not what it would have made of an earlier hour. Which samples a frame knew, its
record says. What is on air (look, set, order of cameras) is the record's own: orders are not replayed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from stage.errors import MessageError
from stage.messages.commands import OnAir
from stage.messages.frames import CameraMemory, CameraState, Frame
from stage.messages.samples import TrackingSample
from stage.model.stagefile import Stage
from stage.show.decide import Air, Conductor
from stage.takes.take import Take
from stage.units import NS_PER_S
from tools.takes.replay.differences import CLOSE_DEG, CLOSE_MM, Difference, Differences, apart_deg, apart_mm

NO_MEMORY = (
    "no memory of the prediction is in the take: cameras begin with the pre-roll, and differ until they have learnt"
)
OTHER_MEMORY = "the prediction's memory was written by another release: cameras begin with the pre-roll"
RESTARTED = "the conductor was started again: cameras begin there as its spare had left them, which nobody wrote down"


@dataclass
class _Fed:
    """A camera's samples that no frame has known yet; `number` of the newest that one has; `from_frame`: compared from
    the frame after this one on."""

    waiting: deque[TrackingSample] = field(default_factory=deque)
    number: int = -1
    from_frame: int | None = None


def replay_conductor(take: Take, stage: Stage) -> Differences:
    """Every frame from the roll on, every camera."""
    return _Replay(take, stage).run()


class _Replay:
    def __init__(self, take: Take, stage: Stage) -> None:
        self._take, self._stage = take, stage
        self._found = Differences("conductor")
        numbers = take.numbers
        roll = min(take.info.pre_roll, len(numbers) - 1)
        self._roll = int(numbers[roll])
        self._roll_ns = int(take.present_ns[roll])
        self._memories = list(_memories(take, int(numbers[0])))
        self._cameras = {camera.name: _Fed() for camera in stage.cameras}
        self._conductor: Conductor | None = None
        self._before: Frame | None = None
        self._plays = False

    def run(self) -> Differences:
        remembered = {memory.camera for memory in self._memories}
        if not remembered:
            self._begin_with_pre_roll(NO_MEMORY)
        for each in _ahead(self._take):
            record = each
            if isinstance(record, TrackingSample) and record.camera in self._cameras:
                self._cameras[record.camera].waiting.append(record)
            elif isinstance(record, OnAir):
                self._plays = record.playing is not None
            elif isinstance(record, Frame):
                self._frame(record)
        return self._found

    def _begin_with_pre_roll(self, why: str) -> None:
        self._found.note(why)
        for fed in self._cameras.values():
            fed.from_frame = self._roll - 1

    def _frame(self, recorded: Frame) -> None:
        conductor = self._conductor
        if conductor is None:
            conductor = self._conductor = Conductor(self._stage, recorded.look)
        if recorded.skipped is None and self._before is not None:
            self._found.note(RESTARTED)
            for fed in self._cameras.values():
                fed.from_frame = None
        repeated = self._plays or _repeats(recorded, self._before)
        self._before = recorded
        for state in recorded.cameras:
            self._feed(conductor, state)
        if not repeated:
            self._decide(conductor, recorded)
        for memory in [each for each in self._memories if each.frame_number == recorded.number]:
            self._recall(conductor, memory, recorded)

    def _feed(self, conductor: Conductor, state: CameraState) -> None:
        """Everything up to the newest sample that the frame knew."""
        fed = self._cameras.get(state.name)
        if fed is None or state.sample_number is None:
            return
        while fed.waiting and fed.waiting[0].number <= state.sample_number:
            sample = fed.waiting.popleft()
            if sample.number > fed.number:
                conductor.observe(sample)
                fed.number = sample.number

    def _decide(self, conductor: Conductor, recorded: Frame) -> None:
        conductor.air = Air(
            scene=recorded.scene,
            look=recorded.look,
            heavens=recorded.heavens,
            show=recorded.show,
            wind=recorded.wind,
            choice=recorded.choice,
        )
        frame = conductor.decide(recorded.number, recorded.present_ns, recorded.decided_ns)
        conductor.drawn(frame, recorded.decided_ns)
        at_s = (recorded.present_ns - self._roll_ns) / NS_PER_S
        then = {state.name: state for state in recorded.cameras}
        for now in frame.cameras:
            begun = self._cameras[now.name].from_frame
            if begun is not None and recorded.number > begun and now.name in then:
                self._compare(recorded.number, at_s, then[now.name], now)
        if (frame.scene_time_s, frame.outer_number) != (recorded.scene_time_s, recorded.outer_number):
            what = f"scene time {frame.scene_time_s:.4f} s, not {recorded.scene_time_s:.4f} s"
            self._found.tell(Difference(recorded.number, at_s, "set", what))

    def _recall(self, conductor: Conductor, memory: CameraMemory, recorded: Frame) -> None:
        fed = self._cameras.get(memory.camera)
        if fed is None:
            return
        try:
            conductor.recall(memory, recorded.choice)
        except MessageError:
            self._begin_with_pre_roll(OTHER_MEMORY)
            return
        fed.from_frame = memory.frame_number
        known = next((state.sample_number for state in recorded.cameras if state.name == memory.camera), None)
        while known is None and fed.waiting and fed.waiting[0].received_ns <= recorded.decided_ns:
            fed.number = fed.waiting.popleft().number  # a new process that knew none of them

    def _compare(self, number: int, at_s: float, then: CameraState, now: CameraState) -> None:
        if now == then:
            self._found.same(exactly=True)
            return
        mm, deg = apart_mm(now.position_m, then.position_m), apart_deg(now.orientation, then.orientation)
        rest = _otherwise(then, now)
        if not rest and mm <= CLOSE_MM and deg <= CLOSE_DEG:
            self._found.same(exactly=False)
            return
        self._found.tell(Difference(number, at_s, f"camera {now.name}", rest or "is elsewhere", mm, deg))


def _otherwise(then: CameraState, now: CameraState) -> str:
    """What differs besides the pose."""
    said = []
    if now.validity is not then.validity:
        said.append(f"is {now.validity.name}, was {then.validity.name}")
    if now.sample_number != then.sample_number:
        said.append(f"is drawn from sample {now.sample_number}, was from {then.sample_number}")
    if now.lens != then.lens:
        said.append("has another lens")
    if abs(now.more_margin_deg - then.more_margin_deg) > CLOSE_DEG:
        said.append(f"has {now.more_margin_deg:.3g} deg more margin, had {then.more_margin_deg:.3g}")
    return ", ".join(said)


def _repeats(frame: Frame, before: Frame | None) -> bool:
    """Whether the picture of the frame before was held."""
    return before is not None and frame.scene_time_s == before.scene_time_s and frame.cameras == before.cameras


def _memories(take: Take, first: int) -> Iterator[CameraMemory]:
    """Those of this take: an earlier one's may stand in its head."""
    for each in take.records("camera.memory"):
        if isinstance(each.record, CameraMemory) and each.record.frame_number >= first:
            yield each.record


def _ahead(take: Take) -> Iterator[object]:
    """Records in order, but samples a little earlier: the conductor may have seen one in memory before the bus brought
    it to the recorder."""
    held: deque[tuple[int, object]] = deque()
    for each in take.records("tracking.sample", "conductor.frame", "show.air"):
        if isinstance(each.record, TrackingSample):
            yield each.record
        else:
            held.append((each.sent_ns, each.record))
        while held and each.sent_ns - held[0][0] > AHEAD_NS:
            yield held.popleft()[1]
    yield from (record for _, record in held)


AHEAD_NS = NS_PER_S // 2
