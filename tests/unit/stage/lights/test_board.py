"""What fixtures are told, and when it is sent: on clocks of the test's own."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from stage.files.loading import find_stage, load_stage
from stage.lights import sacn
from stage.lights.board import IDENTIFY_NS, PATIENCE_NS, LightBoard
from stage.lights.pacing import KEEP_ALIVE_NS, Pacing
from stage.lights.rivals import LOST_NS, Rivals
from stage.lights.sequence_book import SequenceBook
from stage.maths.light_cube import FACES
from stage.messages.frames import Frame, Show
from stage.messages.lights import LightField
from stage.model.fixture import Fixture, Lights
from stage.model.look import FixtureLevel, Fixtures, Look
from stage.model.stagefile import Stage
from stage.units import NS_PER_S

MS = 1_000_000
FRAME_NS = 40 * MS
PX = 2
CID = UUID("ef07c8dd-0064-4401-a3a2-459ef8e6143e")
DESK = UUID("11111111-0064-4401-a3a2-459ef8e6143e")


def stage_of(*fixtures: Fixture, **lights: object) -> Stage:
    """Two walls, and lamps whose peak is the light of a sphere of 100 nits."""
    given = fixtures or (lamp("key", 1), lamp("fill", 4))
    changes = {"fixtures": given, "lights": Lights.model_validate(lights)}
    return load_stage(find_stage("two-walls")).model_copy(update=changes)


def lamp(name: str, address: int, **values: object) -> Fixture:
    place = {"name": name, "position_m": (0.0, -5.0, 3.0), "address": address, "spread_deg": 120.0}
    return Fixture.model_validate({**place, "peak_lux": 100.0 * np.pi, **values})


def shot(number: int, fixtures: Fixtures | None = None, released: bool = False) -> Frame:
    look = replace(Look(), fixtures=fixtures or Fixtures())
    return Frame(
        number=number,
        present_ns=number * FRAME_NS,
        decided_ns=0,
        scene="boxes",
        scene_time_s=0.0,
        outer_number=0,
        outer_scene_time_s=0.0,
        look=look,
        cameras=(),
        show=Show(lights_released=released),
    )


def field(number: int, light: float, oldest: int | None = None) -> LightField:
    faces = np.full((FACES * PX * PX, 3), light, np.float32).tobytes()
    up = (0.0, 0.0, 1.0)
    return LightField(
        node="render",
        scene="boxes",
        mark_m=(0.0, 0.0, 1.0),
        face_px=PX,
        faces=faces,
        sun_toward=up,
        sun=(0.0, 0.0, 0.0),
        oldest_number=oldest or number,
        newest_number=number,
    )


def level(board: LightBoard, now_ns: int, fixture: int = 0) -> float:
    told = board.told(now_ns)
    assert told is not None
    return told.fixtures[fixture].level


def test_nothing_is_told_before_a_frame_is_on_the_wall_and_its_light_is_known() -> None:
    board = LightBoard(stage_of(), 0)
    assert board.told(10 * MS) is None
    board.hear(shot(1))
    assert board.told(1 * FRAME_NS) is None, "no light yet: lamps keep what they have"
    board.hear(field(1, 0.5))
    assert board.told(1 * FRAME_NS) is not None


def test_a_frame_and_its_light_count_from_its_present_time_on() -> None:
    board = LightBoard(stage_of(), 0)
    for number, light in ((1, 0.2), (2, 0.4), (3, 0.6)):
        board.hear(shot(number))
        board.hear(field(number, light))
    steps = [(1 * FRAME_NS, 0.2), (2 * FRAME_NS - 1, 0.2), (2 * FRAME_NS, 0.4), (3 * FRAME_NS, 0.6)]
    assert [level(board, now_ns) for now_ns, _ in steps] == pytest.approx([light for _, light in steps], rel=0.05)
    assert board.next_ns(3 * FRAME_NS) is None


def test_a_delay_puts_lamps_behind_the_wall() -> None:
    board = LightBoard(stage_of(delay_ms=10.0), 0)
    for number, light in ((1, 0.2), (2, 0.4)):
        board.hear(shot(number))
        board.hear(field(number, light))
    assert board.next_ns(0) == FRAME_NS + 10 * MS
    assert level(board, 2 * FRAME_NS + 10 * MS - 1) == pytest.approx(0.2, rel=0.05)
    assert level(board, 2 * FRAME_NS + 10 * MS) == pytest.approx(0.4, rel=0.05)


def test_after_a_while_without_light_lamps_with_fixed_values_are_told_theirs() -> None:
    board = LightBoard(stage_of(), 0)
    board.hear(shot(1, Fixtures(fixed=(FixtureLevel("key", (2.0, 1.0, 0.0), 0.5),))))
    told = board.told(PATIENCE_NS)
    assert told is not None
    assert told.universes[1][:6] == bytes((128, 64, 0, 0, 0, 0))


def board_with(fixtures: Fixtures, light: float = 0.5) -> LightBoard:
    board = LightBoard(stage_of(), 0)
    board.hear(shot(1, fixtures))
    board.hear(field(1, light))
    return board


def test_master_blackout_follow_and_fixed_values_of_the_look() -> None:
    cases = {
        "plain": (Fixtures(), (0.5, 0.5), ("scene", "scene")),
        "master": (Fixtures(master=0.5), (0.25, 0.25), ("scene", "scene")),
        "blackout": (Fixtures(blackout=True), (0.0, 0.0), ("off", "off")),
        "alone": (Fixtures(follow=False), (0.0, 0.0), ("off", "off")),
        "fixed": (Fixtures(fixed=(FixtureLevel("fill", level=0.8),), master=0.5), (0.25, 0.4), ("scene", "fixed")),
    }
    for name, (fixtures, levels, sources) in cases.items():
        told = board_with(fixtures).told(FRAME_NS)
        assert told is not None
        assert [state.level for state in told.fixtures] == pytest.approx(levels, rel=0.05), name
        assert tuple(state.source for state in told.fixtures) == sources, name


def test_a_fixture_is_identified_for_two_seconds_even_in_a_blackout() -> None:
    board = board_with(Fixtures(blackout=True))
    board.identify("fill", FRAME_NS)
    told = board.told(FRAME_NS)
    assert told is not None
    assert told.universes[1][:6] == bytes((0, 0, 0, 255, 255, 255))
    assert told.fixtures[1].source == "identify"
    assert board.next_ns(FRAME_NS) == FRAME_NS + IDENTIFY_NS
    after = board.told(FRAME_NS + IDENTIFY_NS)
    assert after is not None
    assert after.universes[1][:6] == bytes(6)


def test_a_smoothed_fixture_goes_63_percent_of_the_way_in_its_time_constant() -> None:
    board = LightBoard(stage_of(lamp("key", 1, smoothing_ms=100.0)), 0)
    for number, light in ((1, 0.2), (2, 0.8)):
        board.hear(shot(number))
        board.hear(field(number, light))
    assert level(board, FRAME_NS) == pytest.approx(0.2, rel=0.05)
    start_ns = 2 * FRAME_NS - 1
    before = level(board, start_ns)
    moved = level(board, start_ns + 100 * MS)
    assert (moved - before) / (0.8 * before / 0.2 - before) == pytest.approx(1 - np.exp(-101 / 100), abs=0.2)
    assert level(board, start_ns + 2 * NS_PER_S) == pytest.approx(0.8, rel=0.05)


def test_released_lights_and_the_age_of_the_light_are_told() -> None:
    board = LightBoard(stage_of(), 0)
    board.hear(shot(9, released=True))
    board.hear(field(9, 0.5, oldest=4))
    told = board.told(9 * FRAME_NS)
    assert told is not None
    assert told.released
    assert told.lag_frames == 5


def test_a_source_of_120_frames_a_second_is_sent_at_most_44_times() -> None:
    pacing, sent = Pacing(44.0), []
    for number in range(1200):
        now_ns = number * NS_PER_S // 120
        slots = {1: number.to_bytes(2, "big"), 2: b"still"}
        for universe in pacing.due(slots, now_ns):
            pacing.sent(universe, slots[universe], now_ns)
            sent.append((universe, now_ns))
    moving = [now_ns for universe, now_ns in sent if universe == 1]
    assert min(after - before for before, after in itertools.pairwise(moving)) >= NS_PER_S / 44
    assert len(moving) == 400, "every third frame of 120: 40 Hz"
    assert pacing.rate_hz(10 * NS_PER_S) <= 44.0


def test_a_still_universe_is_repeated_twice_and_then_kept_alive() -> None:
    pacing, sent = Pacing(44.0), []
    for now_ns in range(0, 5 * NS_PER_S, 5 * MS):
        for universe in pacing.due({1: b"still"}, now_ns):
            pacing.sent(universe, b"still", now_ns)
            sent.append(now_ns)
    assert sent[:3] == [0, 100 * MS, 200 * MS]
    gaps = {after - before for before, after in itertools.pairwise(sent[2:])}
    assert gaps == {KEEP_ALIVE_NS}


def desk_packet(sequence: int, priority: int = 100, universe: int = 1, options: int = 0, cid: UUID = DESK) -> bytes:
    return sacn.data_packet(sacn.Source(cid, "desk", priority), universe, sequence, bytes(512), options=options)


def test_a_desk_of_higher_priority_has_its_universe_until_it_leaves_or_is_lost() -> None:
    rivals = Rivals(CID, 90)
    rivals.hear(desk_packet(1), 0)
    assert rivals.owned(0) == {1: "desk"}
    assert rivals.owned(LOST_NS) == {}
    rivals.hear(desk_packet(2, universe=3), LOST_NS)
    rivals.hear(desk_packet(3, universe=3, options=sacn.TERMINATED), LOST_NS)
    assert rivals.owned(LOST_NS) == {}


def test_what_is_no_rival_takes_nothing() -> None:
    rivals = Rivals(CID, 90)
    rivals.hear(desk_packet(1, priority=90), 0)
    rivals.hear(desk_packet(1, cid=CID), 0)
    rivals.hear(b"nonsense", 0)
    assert rivals.owned(0) == {}
    assert rivals.malformed == 1


def test_an_old_packet_of_a_desk_does_not_keep_it_alive() -> None:
    rivals = Rivals(CID, 90)
    rivals.hear(desk_packet(20), 0)
    rivals.hear(desk_packet(10), LOST_NS - 1)
    assert rivals.owned(LOST_NS) == {}


def test_a_crowd_of_sources_does_not_fill_the_memory() -> None:
    rivals = Rivals(CID, 90)
    for number in range(500):
        rivals.hear(desk_packet(1, cid=UUID(int=number + 1)), 0)
    assert len(rivals._heard) == 64


def test_sequence_numbers_outlive_their_process(run_dir: Path) -> None:
    book = SequenceBook(run_dir)
    book[7], book[63_999] = 41, 255
    again = SequenceBook(run_dir)  # as after SIGKILL: the first was never closed
    assert (again[7], again[63_999], again[1]) == (41, 255, 0)
    book.close()
    again.close()
