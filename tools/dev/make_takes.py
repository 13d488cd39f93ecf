"""The small takes with faults in `tests/data/takes`: `python -m tools.dev.make_takes`.

Datagrams of a simulated tracker go through the tracking, the conductor and the recorder of today, on a clock of their
own. They are what a replay is tested with: a change of the prediction that is meant is accepted by making them again.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from stage.bus.bus import Letter
from stage.files.loading import find_stage, load_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.codec import encode
from stage.messages.commands import OnAir, Slate
from stage.messages.frames import Show
from stage.messages.takes import Datagram
from stage.messages.topics import TOPIC_OF_RECORD, Record
from stage.model.look import Look
from stage.show.decide import Conductor
from stage.takes.content import ContentStore, stage_files
from stage.takes.places import parts_of, take_folders
from stage.takes.recorder import Recorder
from stage.takes.recording import Setting
from stage.takes.recovery import recover
from stage.units import NS_PER_MS, NS_PER_S
from tracking.protocols.freed import FreedPacket
from tracking.protocols.freed import encode as encode_freed
from tracking.service import tracks_at
from tracking.source_track import SharedPort, SourceTrack

TAKES = Path(__file__).resolve().parents[2] / "tests" / "data" / "takes"
STAGE = find_stage("two-walls").resolve()
CALENDAR_NS = 1_764_500_000 * NS_PER_S
RATE_HZ, LATE_NS = 60, 5 * NS_PER_MS
FIRST, ROLL, CUT = 240, 264, 336
"""Frames: the stage begins, the take rolls a second later, and is cut after three more."""
SENDER = "10.0.0.7"
CUT_OFF_BYTES = 700


@dataclass(frozen=True, slots=True)
class Scenario:
    """A slate, what becomes of packet `n` on its way, frames that are never decided, one that a new process decides."""

    slate: str
    sent: Callable[[int, bytes], list[bytes]]
    missed: frozenset[int] = frozenset()
    restarts: int | None = None
    cut_off: bool = False


def packet(number: int) -> bytes:
    """A hand-held camera."""
    t = number / RATE_HZ
    return encode_freed(
        FreedPacket(
            1,
            pan_deg=9.0 * math.sin(0.9 * t) + 0.3 * math.sin(11.0 * t),
            tilt_deg=4.0 + 1.5 * math.sin(0.7 * t),
            roll_deg=0.4 * math.sin(2.1 * t),
            x_mm=350.0 * math.sin(0.8 * t) + 6.0 * math.sin(9.0 * t),
            y_mm=-2600.0 + 120.0 * math.cos(0.5 * t),
            z_mm=1400.0 + 40.0 * math.sin(1.3 * t),
            zoom_raw=1000 + number,
            user=number,
        )
    )


def silent(number: int, data: bytes) -> list[bytes]:
    """A tracker that is silent for 0.8 s in the middle."""
    return [] if 720 <= number < 768 else [data]


def mangled(number: int, data: bytes) -> list[bytes]:
    """Packets lost, doubled, late, damaged, and one that is metres away."""
    if number % 19 == 0:
        return []
    if number % 23 == 0:
        return [data, data]
    if number % 29 == 0:
        return [data[:-1] + bytes([data[-1] ^ 0xFF])]
    if number % 31 == 0:
        return [data, packet(number - 2)]
    if number == 731:
        return [encode_freed(FreedPacket(1, x_mm=4000.0, y_mm=-2600.0, z_mm=1400.0, user=number))]
    return [data]


SCENARIOS = (
    Scenario("silent-tracker", silent),
    Scenario("mangled-packets", mangled),
    Scenario("power-cut", lambda number, data: [data], frozenset({290, 291, 292}), restarts=310, cut_off=True),
)


def make(root: Path) -> None:
    """Make the takes in a folder; what is there goes."""
    shutil.rmtree(root, ignore_errors=True)
    stage = load_stage(STAGE)
    store = ContentStore(root)
    content = {name: store.keep(path) for name, path in stage_files(STAGE, stage).items()}
    for scenario in SCENARIOS:
        _Shoot(root, scenario, content).run()
    for folder in take_folders(root):
        if any(folder.name.startswith(each.slate) and each.cut_off for each in SCENARIOS):
            part = parts_of(folder)[-1]
            part.write_bytes(part.read_bytes()[:-CUT_OFF_BYTES])
            recover(folder)


class _Shoot:
    def __init__(self, root: Path, scenario: Scenario, content: dict[str, str]) -> None:
        self._stage = load_stage(STAGE)
        self._scenario = scenario
        self._clock = FrameClock(self._stage.rate_hz)
        setting = Setting(
            root=root,
            stage=self._stage.name,
            stage_file=STAGE.name,
            rate_hz=Fraction(self._stage.rate_hz),
            rate=self._stage.frame_rate,
            software="a simulated shoot",
            calendar_ns=lambda: CALENDAR_NS,
        )
        self._recorder = Recorder(setting, NS_PER_S // 2, lambda scenes: content)
        tracks = [SourceTrack(source, self._stage.cameras) for source in self._stage.sources]
        self._ports = [SharedPort(at_one) for at_one in tracks_at(self._stage.sources, tracks)]
        self._conductor = Conductor(self._stage, Look())
        self._packet = FIRST * RATE_HZ // 24

    def run(self) -> None:
        """Shoot it."""
        scenario, slate = self._scenario, Slate(self._scenario.slate, 1, False, 0)
        skipped: int | None = None
        for number in range(FIRST, CUT + 12):
            present_ns = self._clock.present_ns(number)
            now_ns = present_ns - self._clock.period_ns
            if scenario.cut_off and number == CUT:
                break
            if number in (ROLL, CUT):
                slate = replace(slate, rolling=number == ROLL, since_ns=now_ns if number == ROLL else 0)
                self._send([self._air(slate, now_ns)], now_ns)
            self._listen(now_ns)
            if number == scenario.restarts:
                self._conductor, skipped = Conductor(self._stage, Look()), None
            if number in scenario.missed:
                skipped = (skipped or 0) + 1
                continue
            self._frame(number, present_ns, now_ns, skipped)
            skipped = 0
        if (recording := self._recorder.recording) is not None:
            recording.part.abandon()

    def _listen(self, until_ns: int) -> None:
        """The datagrams that arrive until then."""
        while (at_ns := self._packet * NS_PER_S // RATE_HZ + LATE_NS) <= until_ns:
            for data in self._scenario.sent(self._packet, packet(self._packet)):
                letters = [_letter(Datagram(0, SENDER, at_ns, data), at_ns)]
                for sample in self._ports[0].take(data, SENDER, at_ns):
                    letters.append(_letter(sample, at_ns))
                    self._conductor.observe(sample)
                self._send(letters, at_ns)
            self._packet += 1

    def _frame(self, number: int, present_ns: int, now_ns: int, skipped: int | None) -> None:
        self._conductor.skipped = skipped
        frame = self._conductor.decide(number, present_ns, now_ns)
        letters = [_letter(frame, now_ns)]
        letters += [_letter(told, now_ns) for told in self._conductor.drawn(frame, now_ns)]
        if number in (ROLL, self._scenario.restarts):
            letters += [_letter(self._conductor.memory(each.name, number), now_ns) for each in self._stage.cameras]
        self._send(letters, now_ns)

    def _send(self, letters: list[Letter], now_ns: int) -> None:
        self._recorder.take(letters, now_ns)

    def _air(self, slate: Slate, now_ns: int) -> Letter:
        air = OnAir(
            look=Look(),
            preset="neutral",
            scene=self._stage.scene,
            show=Show(),
            held=False,
            undo_steps=0,
            redo_steps=0,
            fade_until_ns=0,
            changed_by="script",
            since_ns=0,
            slate=slate,
        )
        return _letter(air, now_ns)


def _letter(record: Record, sent_ns: int) -> Letter:
    topic = TOPIC_OF_RECORD[type(record)]
    return Letter(topic.name, topic.key(record), sent_ns, encode(record))


def sizes(root: Path) -> Iterator[str]:
    """What each take weighs."""
    for folder in take_folders(root):
        yield f"{folder.name}: {sum(path.stat().st_size for path in folder.iterdir()) / 1e3:.0f} kB"


def main() -> None:
    """Make them in `tests/data/takes`."""
    make(TAKES)
    (TAKES / "README.md").write_text(README, encoding="utf-8")
    print("\n".join(sizes(TAKES)))


README = """Three takes with faults, made by `python -m tools.dev.make_takes` of a simulated tracker: one that is silent
for 0.8 s; packets lost, doubled, late, damaged and metres away; frames that were never decided, a conductor that was
started again, and a recording that ends in the middle of a message. A replay through today's tracking and prediction
must tell no difference (`tests/unit/tools/takes/test_replay.py`). After a change of either that is meant, make them
again.
"""

if __name__ == "__main__":
    main()
