"""A camera's prediction goes on from its memory as if nothing had been; rehearsals leave no trace in it."""

from __future__ import annotations

import math
from dataclasses import replace

import msgpack
import pytest

from stage.errors import MessageError
from stage.files.loading import find_stage, load_stage
from stage.maths.frame_clock import FrameClock
from stage.maths.pose import quaternion_from_pan_tilt_roll
from stage.messages.frames import Frame
from stage.messages.samples import LensState, TrackingSample
from stage.model.look import Look
from stage.show.camera_memory import MODULES, recall, remembered
from stage.show.camera_track import CameraTrack
from stage.show.decide import Conductor
from stage.units import NS_PER_S

STAGE = load_stage(find_stage("two-walls"))
RATE_HZ = 120
LATE_NS = 9_000_000
FRAMES = range(24, 24 * 9)
CLOCK = FrameClock(STAGE.rate_hz)
CAMERA = STAGE.cameras[0].name


def sample(number: int) -> TrackingSample:
    """A hand-held camera; silent for a second; a glitch; a jump of its tracker's origin."""
    captured_ns = round(number * NS_PER_S / RATE_HZ)
    t = captured_ns / NS_PER_S
    position = (0.3 * math.sin(1.7 * t), -2.5 + 0.05 * math.sin(9 * t), 1.5 + 0.1 * math.cos(2 * t))
    if number == 400:
        position = (position[0] + 5.0, *position[1:])
    if number >= 700:
        position = (position[0] + 0.2, *position[1:])
    return TrackingSample(
        camera=CAMERA,
        source="tracker",
        number=number,
        captured_ns=captured_ns,
        received_ns=captured_ns + LATE_NS,
        position_m=position,
        orientation=quaternion_from_pan_tilt_roll(12 * math.sin(t), 2 * math.sin(3 * t), 0.4),
        lens=LensState(24.0 + t),
        sender_counter=None,
        jumped=number == 700,
    )


SAMPLES = [sample(number) for number in range(RATE_HZ * 9) if not 500 <= number < 560]


def frames_of(conductor: Conductor, numbers: range, begin: int, rehearsals: int = 0) -> tuple[list[Frame], int]:
    """Decide frames with the samples from place `begin` on; returns the place after the last one taken."""
    made: list[Frame] = []
    for number in numbers:
        present_ns = CLOCK.present_ns(number)
        now_ns = present_ns - CLOCK.period_ns
        while begin < len(SAMPLES) and SAMPLES[begin].received_ns <= now_ns:
            for _ in range(rehearsals):
                conductor.decide(number, present_ns, now_ns, rehearsed=True)
            conductor.observe(SAMPLES[begin])
            begin += 1
        for _ in range(rehearsals):
            conductor.decide(number, present_ns, now_ns, rehearsed=True)
        frame = conductor.decide(number, present_ns, now_ns)
        conductor.drawn(frame, now_ns)
        made.append(replace(frame, light=None))  # follows the look; no camera remembers it
    return made, begin


@pytest.mark.parametrize("until", [26, 80, 105, 112, 143, 150])
def test_a_new_conductor_goes_on_from_a_memory_to_the_last_bit(until: int) -> None:
    before = Conductor(STAGE, Look())
    made, place = frames_of(before, range(FRAMES.start, until), 0)
    memory = before.memory(CAMERA, until - 1)
    after = Conductor(STAGE, Look())
    after.recall(memory, made[-1].choice)
    assert after.memory(CAMERA, until - 1) == memory
    rest = range(until, FRAMES.stop)
    assert frames_of(after, rest, place)[0] == frames_of(before, rest, place)[0]


def test_without_the_memory_frames_differ() -> None:
    """So the test above tests something."""
    before = Conductor(STAGE, Look())
    _, place = frames_of(before, range(FRAMES.start, 80), 0)
    rest = range(80, 100)
    assert frames_of(Conductor(STAGE, Look()), rest, place)[0] != frames_of(before, rest, place)[0]


def test_rehearsals_leave_no_trace() -> None:
    plain, _ = frames_of(Conductor(STAGE, Look()), FRAMES, 0)
    rehearsed, _ = frames_of(Conductor(STAGE, Look()), FRAMES, 0, rehearsals=2)
    assert rehearsed == plain


def track() -> CameraTrack:
    return CameraTrack(STAGE.cameras[0], RATE_HZ)


def changed(node: list[object]) -> bytes:
    return bytes(msgpack.packb(node))


def test_a_memory_of_other_fields_or_with_other_classes_is_refused() -> None:
    kind, name, fields = msgpack.unpackb(remembered(track()))
    bad = [
        b"",
        b"\xc1",
        changed(["o", name, {**fields, "other": 1}]),
        changed(["o", name, {key: value for key, value in fields.items() if key != "_watch"}]),
        changed(["o", "os:system", {}]),
        changed(["o", name, {**fields, "_watch": ["o", "subprocess:Popen", {}]}]),
        changed(["o", name, {**fields, "_watch": ["o", "stage.show.camera_track:deque", {}]}]),
        changed([kind, name]),
    ]
    for state in bad:
        fresh = track()
        before = remembered(fresh)
        with pytest.raises(MessageError):
            recall(fresh, state)
        assert remembered(fresh) == before


def test_only_modules_that_predict_may_be_named() -> None:
    assert all(module.startswith("stage.") for module in MODULES)
    assert replace(SAMPLES[0], number=1) != SAMPLES[0]
