"""The real tracking process under fire: eight sources over real UDP, malformed datagrams in between."""

from __future__ import annotations

from tools.bench.ingest.ingest import ingest_figures


def test_nothing_is_lost_nothing_wrong_and_every_refusal_counted() -> None:
    figures = ingest_figures(sources=8, rate_hz=240, seconds=2.0)
    assert (figures["lost"], figures["invented"], figures["wrong"]) == (0, 0, 0)
    assert (figures["packets_sent"], figures["samples"]) == (3840, 3840)
    assert figures["malformed_counted"] == figures["malformed_sent"]
    assert figures["process_alive"] is True
    assert figures["good"] is True


def test_clean_traffic_has_no_refusals() -> None:
    figures = ingest_figures(sources=1, rate_hz=60, seconds=0.5, malformed=False)
    assert figures["malformed_counted"] == {}
    assert figures["good"] is True


def test_a_flood_of_junk_loses_no_packet_that_the_kernel_had_room_for() -> None:
    """And every datagram is accounted for, whatever this machine has time for."""
    figures = ingest_figures(sources=4, rate_hz=120, seconds=1.0, malformed=False, junk_hz=5000)
    assert figures["good"] is True
    assert figures["junk_sent"] == 5000
