"""The account of a shot: which frame was on the wall when, and none whose record was not kept."""

from __future__ import annotations

from stage.files.loading import find_stage, load_stage
from stage.maths.frame_clock import FrameClock
from stage.messages.frames import Frame, FrameReport
from stage.show.home import home_state
from stage.units import NS_PER_S
from tests.looks import a_look
from tools.proof.live import LiveRun, LiveSettings, trackers_of
from tools.proof.shot import account

PATH = find_stage("two-walls")
STAGE = load_stage(PATH)
CLOCK = FrameClock(STAGE.rate_hz)


def frame(number: int) -> Frame:
    return Frame(
        number=number,
        present_ns=CLOCK.present_ns(number),
        decided_ns=CLOCK.present_ns(number - 1),
        scene=STAGE.scene,
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=a_look(),
        cameras=tuple([home_state(camera) for camera in STAGE.cameras]),
    )


def report(number: int, late_ns: int = 0) -> FrameReport:
    presented_ns = CLOCK.present_ns(number) + late_ns
    return FrameReport(
        node="render",
        number=number,
        present_ns=CLOCK.present_ns(number),
        received_ns=presented_ns,
        drawn_ns=presented_ns,
        presented_ns=presented_ns,
        late_ns=late_ns,
        skipped=0,
        cpu_ns=0,
        outer_drawn=False,
    )


def shown(frames: list[int], reports: list[FrameReport]) -> list[int | None]:
    """What was on the wall at each frame of a run."""
    seen = LiveRun(STAGE, PATH, trackers_of(STAGE, LiveSettings(PATH, "still", 1.0), 0))
    seen.frames.update({number: frame(number) for number in frames})
    seen.reports.update({each.number: each for each in reports})
    return [each.shown for each in account(seen, STAGE.cameras[0])]


def test_each_frame_is_on_the_wall_in_its_own_period() -> None:
    assert shown([10, 11, 12], [report(10), report(11), report(12)]) == [10, 11, 12]


def test_a_late_frame_leaves_the_one_before_on_the_wall() -> None:
    late = report(11, late_ns=NS_PER_S // 30)
    assert shown([10, 11, 12], [report(10), late, report(12)]) == [10, 10, 12]


def test_a_frame_decided_before_the_run_is_not_told_of_though_it_was_shown_in_it() -> None:
    assert shown([10, 11], [report(9), report(11)]) == [None, 11]
