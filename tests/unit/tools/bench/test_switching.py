"""The bench of switching: what it makes of frames, reports, answers, memory and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stage.files.loading import load_stage
from stage.messages.commands import CommandResult
from stage.messages.frames import Frame, FrameReport, Preview
from stage.model.look import Look
from stage.show.first_frame import first_frame
from tests.looks import a_look
from tools.bench.switching.heard import (
    Heard,
    decided_late_p99_ms,
    frames_to_show,
    late_because_of,
    lateness,
    slope_per_100,
)
from tools.bench.switching.pictures import MOST_PICTURES, Again, chosen_previews, picture_figures
from tools.bench.switching.switching import commands
from tools.sim.stage_variant import write_variant

PERIOD_NS = 40_000_000
TWO_WALLS = Path("presets/stages/two-walls.toml")
SETS = ("boxes", "marker_board")


def frame(number: int, look: Look) -> Frame:
    return Frame(
        number=number,
        present_ns=number * PERIOD_NS,
        decided_ns=(number - 1) * PERIOD_NS,
        scene="boxes",
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=look,
        cameras=(),
    )


def result(frame_number: int) -> CommandResult:
    return CommandResult(
        number="1",
        name="look.recall",
        who="bench",
        accepted=True,
        text="",
        frame_number=frame_number,
        done_ns=(frame_number - 1) * PERIOD_NS - 1000,
    )


def report(number: int, late_ns: int, skipped: int = 0) -> FrameReport:
    return FrameReport(
        node="render",
        number=number,
        present_ns=0,
        received_ns=0,
        drawn_ns=10_000_000,
        presented_ns=0,
        late_ns=late_ns,
        skipped=skipped,
        cpu_ns=0,
        outer_drawn=False,
    )


def test_a_recall_that_lands_on_the_next_frame_takes_one() -> None:
    bright = a_look(2.0)
    heard = Heard({n: frame(n, a_look() if n < 5 else bright) for n in range(1, 9)}, [], [result(5)])
    assert frames_to_show(heard) == {"p50": 1.0, "p99": 1.0, "not_on_the_promised_frame": 0}


def test_a_frame_that_does_not_show_what_was_promised_is_counted() -> None:
    heard = Heard({n: frame(n, a_look()) for n in range(1, 9)}, [], [result(5)])
    assert frames_to_show(heard)["not_on_the_promised_frame"] == 1


def test_late_is_more_than_half_a_frame_and_skipped_frames_add_up() -> None:
    reports = [report(1, 0), report(2, PERIOD_NS), replace(report(3, PERIOD_NS // 4), skipped=2)]
    figures = lateness(reports, PERIOD_NS)
    assert (figures["frames"], figures["late"], figures["skipped"]) == (3, 1, 2)
    assert figures["drawing_p50_ms"] == 10.0


def test_a_decision_is_late_by_what_lies_between_its_tick_and_it() -> None:
    on_tick = frame(3, a_look())
    late = replace(on_tick, decided_ns=on_tick.decided_ns + 2_000_000)
    assert decided_late_p99_ms([on_tick], PERIOD_NS) == 0.0
    assert decided_late_p99_ms([late], PERIOD_NS) == 2.0


def test_only_what_is_late_beyond_the_undisturbed_share_counts_against_switching() -> None:
    quiet = Heard(reports=[report(n, PERIOD_NS if n < 2 else 0) for n in range(20)])
    as_quiet = Heard(reports=[report(n, PERIOD_NS if n < 1 else 0) for n in range(10)])
    worse = Heard(reports=[report(n, PERIOD_NS if n < 3 else 0) for n in range(10)])
    assert late_because_of(quiet, as_quiet, PERIOD_NS) == 0.0
    assert late_because_of(quiet, worse, PERIOD_NS) == pytest.approx(2.0)


def test_the_slope_of_memory_is_per_100_changes() -> None:
    assert slope_per_100([(0, 50.0), (50, 51.0), (100, 52.0)]) == pytest.approx(2.0)


def test_looks_alternate_and_sets_take_turns() -> None:
    given = list(commands(("boxes", "snow"), 40, 4))
    sets = [arguments["scene"] for name, arguments in given if name == "scene.switch"]
    assert sets == ["snow", "boxes", "snow", "boxes"]
    recalls = [arguments["part"] for name, arguments in given if name == "look.recall"]
    assert len(recalls) == 40
    assert all(one != other for one, other in pairwise(recalls))


def test_first_frames_are_compared_before_others() -> None:
    previews = [Preview("render", "main", n, 1, 1, b"") for n in range(MOST_PICTURES + 50)]
    last = previews[-1].frame_number
    heard = Heard({n: frame(n, a_look()) for n in range(len(previews))}, [], [result(last)], previews)
    chosen = [preview.frame_number for preview in chosen_previews(heard)]
    assert len(set(chosen)) == MOST_PICTURES
    assert last in chosen


@pytest.fixture(scope="module")
def stage_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_variant(TWO_WALLS, tmp_path_factory.mktemp("stage"), scene=SETS[0])


@pytest.fixture(scope="module")
def again(stage_path: Path) -> Iterator[Again]:
    drawer = Again(stage_path, SETS)
    yield drawer
    drawer.close()


@pytest.fixture
def shown(stage_path: Path) -> Frame:
    return replace(first_frame(load_stage(stage_path)), number=7, look=a_look(1.0))


@pytest.mark.parametrize("output", ["main", "side"])
@pytest.mark.parametrize(
    "other", [{"look": a_look(3.0)}, {"scene": SETS[1]}], ids=["the look before", "the set before"]
)
def test_an_output_that_shows_another_look_or_set_is_mixed(
    again: Again, shown: Frame, output: str, other: dict[str, object]
) -> None:
    right = picture_of(again, shown, output)
    wrong = picture_of(again, replace(shown, **other), output)  # type: ignore[arg-type]
    heard = Heard({7: shown})
    assert again.apart(heard, right) == 0
    assert again.apart(heard, wrong) > 20


def test_one_stripe_of_the_frame_before_is_mixed(again: Again, shown: Frame) -> None:
    right = picture_of(again, shown, "main")
    before = picture_of(again, replace(shown, scene=SETS[1]), "main")
    pixels = np.frombuffer(right.pixels, np.uint8).reshape(right.height_px, right.width_px, 4).copy()
    old = np.frombuffer(before.pixels, np.uint8).reshape(pixels.shape)
    pixels[40:44] = old[40:44]
    torn = replace(right, pixels=pixels.tobytes())
    figures = picture_figures(again, Heard({7: shown}, previews=[right, torn]))
    assert (figures["compared"], figures["mixed"], figures["outputs"]) == (2, 1, 1)


def picture_of(again: Again, drawn: Frame, output: str) -> Preview:
    """What a render process would send of it."""
    again._renderer.draw(drawn)
    picture = again._renderer.readback.preview(output)
    return Preview("render", output, 7, picture.shape[1], picture.shape[0], picture.tobytes())
