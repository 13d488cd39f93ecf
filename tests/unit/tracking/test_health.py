"""Counters, guard and health: arithmetic on the times given."""

from __future__ import annotations

import pytest

from stage.errors import PacketError
from stage.messages.samples import Validity
from tracking.counter import COUNTER_4, COUNTER_16, RESTART_AFTER, SenderCounter
from tracking.health import SourceMeter
from tracking.timing.source_clocks import SourceClocks

S = 1_000_000_000
CLOCKS = SourceClocks[None](1 << 16)
MS = 1_000_000


def fed(counter: SenderCounter, users: list[int]) -> list[str]:
    """What came of each packet: its counter, or why it was refused."""
    told = []
    for number in users:
        try:
            counter.take(number)
            told.append(str(number))
        except PacketError as error:
            told.append(error.reason)
    return told


def test_counter_without_faults_wraps_in_peace() -> None:
    counter = SenderCounter(COUNTER_16)
    assert fed(counter, [65_534, 65_535, 0, 1]) == ["65534", "65535", "0", "1"]
    assert counter.lost == 0


def test_lost_packets_are_counted() -> None:
    counter = SenderCounter(COUNTER_16)
    fed(counter, [10, 11, 15, 16, 18])
    assert counter.lost == 4


def test_a_late_packet_is_refused_and_no_longer_lost() -> None:
    counter = SenderCounter(COUNTER_16)
    assert fed(counter, [1, 2, 4, 3, 5]) == ["1", "2", "4", "out-of-order", "5"]
    assert counter.lost == 0


def test_a_packet_that_comes_twice_is_refused() -> None:
    counter = SenderCounter(COUNTER_16)
    assert fed(counter, [1, 1, 2, 3, 2, 4]) == ["1", "duplicate", "2", "3", "duplicate", "4"]
    assert counter.lost == 0


def test_a_restarted_device_is_followed_at_once_or_after_a_few() -> None:
    counter = SenderCounter(COUNTER_16)
    assert fed(counter, [40_000, 0, 1]) == ["40000", "0", "1"]
    assert counter.lost == 0
    near = SenderCounter(COUNTER_16)
    told = fed(near, [30, *range(RESTART_AFTER + 3)])
    assert told == ["30"] + ["duplicate"] * RESTART_AFTER + [str(RESTART_AFTER + n) for n in range(3)]


def test_a_counter_of_four_bits() -> None:
    counter = SenderCounter(COUNTER_4)
    assert fed(counter, [n % 16 for n in (14, 15, 16, 18, 17, 19)]) == [
        "14", "15", "0", "2", "out-of-order", "3",
    ]  # fmt: skip
    fed(counter, [6])
    assert counter.lost == 2


def test_a_counter_that_stands_still_is_noticed() -> None:
    counter = SenderCounter(COUNTER_16)
    fed(counter, [5] * RESTART_AFTER)
    assert not counter.stands_still
    fed(counter, [5, 5])
    assert counter.stands_still
    fed(counter, [6])
    assert not counter.stands_still


def fifty_hertz(seconds: float = 1.0, meter: SourceMeter | None = None) -> SourceMeter:
    meter = meter or SourceMeter("t", 50.0)
    for n in range(int(50 * seconds) + 1):
        meter.accept(n * 20 * MS, "10.0.0.7")
    return meter


def test_a_steady_source() -> None:
    health = fifty_hertz().health(1 * S, None, [], CLOCKS)
    assert (health.source, health.validity, health.rate_hz, health.jitter_ms) == ("t", Validity.LIVE, 50.0, 0.0)
    assert (health.accepted, health.gaps, health.rejected, health.sender) == (51, 0, (), "10.0.0.7")
    assert (health.warning, health.observed_ns) == ("", 1 * S)


def test_a_source_that_never_spoke_is_lost() -> None:
    health = SourceMeter("t", 50.0).health(5 * S, None, [], CLOCKS)
    assert (health.validity, health.rate_hz, health.jitter_ms, health.accepted) == (Validity.LOST, 0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("silent_ms", "validity"),
    [
        (0, Validity.LIVE),
        (60, Validity.LIVE),
        (61, Validity.STALE),
        (1000, Validity.STALE),
        (1001, Validity.LOST),
    ],
)
def test_live_stale_lost_by_arithmetic(silent_ms: int, validity: Validity) -> None:
    assert fifty_hertz().validity(1 * S + silent_ms * MS) is validity


def test_a_lost_source_has_no_rate() -> None:
    assert fifty_hertz().health(3 * S, None, [], CLOCKS).rate_hz == 0.0


def test_jitter_is_the_spread_of_the_intervals() -> None:
    meter = SourceMeter("t", 50.0)
    for n in range(51):
        meter.accept(n * 20 * MS + (3 * MS if n % 2 else 0), "a")
    health = meter.health(1 * S, None, [], CLOCKS)
    assert health.jitter_ms == pytest.approx(3.0, abs=0.01)
    assert health.rate_hz == pytest.approx(50.0)


def test_gaps_are_silences_or_what_the_counter_says() -> None:
    meter = SourceMeter("t", 50.0)
    for moment_ms in (0, 20, 80, 141, 160, 400):
        meter.accept(moment_ms * MS, "a")
    assert meter.health(400 * MS, None, [], CLOCKS).gaps == 2
    assert meter.health(400 * MS, 17, [], CLOCKS).gaps == 17


def test_refusals_are_counted_by_reason_and_told_once() -> None:
    meter = SourceMeter("t", 50.0)
    for _ in range(3):
        meter.count("type", "type: message 0x00 is not D1", "10.0.0.9", 0)
    meter.count("checksum", "checksum: bad", "10.0.0.9", 0)
    assert meter.health(0, None, [], CLOCKS).rejected == (("checksum", 1), ("type", 3))
    assert [(news.reason, news.sender) for news in meter.take_news()] == [
        ("type", "10.0.0.9"),
        ("checksum", "10.0.0.9"),
    ]
    meter.count("type", "again", "10.0.0.9", 0)
    assert meter.take_news() == []


def test_what_is_refused_instead_of_silence_is_told_with_its_count_and_cause() -> None:
    meter = fifty_hertz()
    assert meter.health(1 * S, None, [], CLOCKS).refusal == ""
    for n in range(50):
        meter.count("camera-id", "camera-id: camera id 1, this source wants 2", "10.0.0.9", 1 * S + n * 20 * MS)
    assert meter.health(2 * S, None, [], CLOCKS).refusal == "50 packets refused: camera id 1, this source wants 2"
    assert meter.health(4 * S, None, [], CLOCKS).refusal == "", "nothing comes any more: silent, not refused"
    meter.accept(4 * S, "10.0.0.7")
    meter.count("padding", "padding: 3 bytes", "10.0.0.7", 4 * S)
    assert meter.health(4 * S, None, [], CLOCKS).refusal == "", "others can be used"


def test_another_rate_than_the_stage_file_says_is_a_warning() -> None:
    meter = fifty_hertz(3.0, SourceMeter("t", 100.0))
    assert meter.health(3 * S, None, ["far away"], CLOCKS).warning == (
        "far away; sends 50.0 packets/s, not 100: check the device, or set rate_hz"
    )
    assert fifty_hertz(3.0).health(3 * S, None, [], CLOCKS).warning == ""
    assert meter.health(9 * S, None, [], CLOCKS).warning == ""
