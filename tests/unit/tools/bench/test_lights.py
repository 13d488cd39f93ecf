"""The bench of lights and the simulated node: what they make of frames and packets."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import numpy as np
import pytest
from typer.testing import CliRunner

from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.lights import artnet, sacn
from stage.lint.lint import lint_file
from stage.messages.frames import Frame
from stage.model.look import Exposure, Look
from stage.units import NS_PER_S
from tools.bench.lights import FADES, lags_of, lit_variant
from tools.cli import app
from tools.live.free_port import free_port
from tools.sim.light_receiver import LightReceiver, Received, accounts_of

MS = 1_000_000
FRAME_NS = 40 * MS
CID = UUID("ef07c8dd-0064-4401-a3a2-459ef8e6143e")
SOURCE = sacn.Source(CID, "OpenStage", 90)
EXPOSURE = FADES[0]


def fade(frames: int) -> list[Frame]:
    """Exposure from 0 to -2, one frame still at either end."""
    evs = [0.0, *np.linspace(0.0, -2.0, frames - 2), -2.0]
    looks = [replace(Look(), exposure=Exposure(ev=ev)) for ev in evs]
    return [
        Frame(
            number=n,
            present_ns=n * FRAME_NS,
            decided_ns=0,
            scene="boxes",
            scene_time_s=0.0,
            outer_number=0,
            outer_scene_time_s=0.0,
            look=look,
            cameras=(),
        )
        for n, look in enumerate(looks)
    ]


def packet(received_ns: int, level: float, sequence: int = 0, terminated: bool = False) -> Received:
    slots = round(level).to_bytes(2, "big") * 12 + bytes(488)
    return Received(
        received_ns=received_ns,
        universe=1,
        sequence=sequence,
        priority=90,
        source="OpenStage",
        cid=CID,
        terminated=terminated,
        slots=slots,
        packet=b"",
    )


@pytest.mark.parametrize("late_ms", [0.0, 7.0, 55.0])
def test_packets_are_as_late_as_they_are(late_ms: float) -> None:
    frames = fade(50)
    packets = [packet(each.present_ns + int(late_ms * MS), 60_000 * each.look.exposure.gain) for each in frames]
    lags_ms = lags_of(frames, packets, EXPOSURE.light)
    assert len(lags_ms) > 30
    assert lags_ms == pytest.approx([late_ms] * len(lags_ms), abs=0.2)


def test_lamps_that_do_not_move_tell_no_lag() -> None:
    frames = fade(50)
    assert lags_of(frames, [packet(each.present_ns, 60_000) for each in frames], EXPOSURE.light) == []
    assert lags_of(frames, [], EXPOSURE.light) == []


def test_the_stage_of_the_bench_sends_to_this_machine_alone(tmp_path: Path) -> None:
    path = lit_variant(None, tmp_path, 5000, "24", None)
    assert [str(finding) for finding in lint_file(path) if finding.field.startswith(("fixtures", "lights"))] == []
    text = path.read_text(encoding="utf-8")
    assert 'destinations = ["127.0.0.1:5000"]' in text
    assert "multicast = false" in text


def test_an_account_counts_what_came() -> None:
    times = [0, 30 * MS, 50 * MS, 2 * NS_PER_S]
    received = [packet(at, 0.0, number, terminated=at > NS_PER_S) for number, at in enumerate(times)]
    account = accounts_of([*received, packet(3 * NS_PER_S, 0.0, 2)])[1]
    assert (account.packets, account.terminated, account.out_of_order) == (5, 1, 1)
    assert account.shortest_gap_ns == 20 * MS
    assert account.most_in_a_second() == 3


def test_the_node_reads_both_protocols_and_counts_what_is_neither() -> None:
    receiver = LightReceiver(MonotonicClock())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        for datagram in (
            b"nonsense",
            sacn.sync_packet(SOURCE, 1, 7),
            sacn.data_packet(SOURCE, 3, 200, bytes(512), options=sacn.TERMINATED),
            artnet.dmx_packet(9, 1, b"\1\2"),
        ):
            mouth.sendto(datagram, ("127.0.0.1", receiver.port))
        first, second = receiver.receive(NS_PER_S), receiver.receive(NS_PER_S)
    receiver.close()
    assert first is not None
    assert (first.universe, first.sequence, first.priority, first.source, first.terminated) == (
        3, 200, 90, "OpenStage", True,
    )  # fmt: skip
    assert second is not None
    assert (second.universe, second.priority, second.slots) == (9, -1, b"\1\2")
    assert (receiver.refused, receiver.syncs) == (1, 1)


def test_a_port_that_cannot_be_had_is_bad_input() -> None:
    with pytest.raises(InputError, match="cannot listen"):
        LightReceiver(MonotonicClock(), host="192.0.2.1")


def test_the_command_prints_what_came() -> None:
    port = free_port(socket.SOCK_DGRAM)

    has_listened = Event()

    def send() -> None:
        """Until the command has ended, however long it takes to begin."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            for sequence in count():
                mouth.sendto(sacn.data_packet(SOURCE, 3, sequence % 256, bytes(512)), ("127.0.0.1", port))
                if has_listened.wait(0.02):
                    return

    sender = Thread(target=send)
    sender.start()
    try:
        shown = CliRunner().invoke(app, ["simulate", "lights", "--port", str(port), "--seconds", "0.6", "--json"])
    finally:
        has_listened.set()
        sender.join()
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.output)["universes"]["3"]["packets"] > 0


LIT = """
schema = "stage/1"
name = "lit"
scene = "marker_board"
walls = [{ name = "main", kind = "flat", cabinets = { columns = 2, rows = 2, size_px = [64, 64], pitch_mm = 10 } }]
outputs = [{ name = "one", size_px = [128, 128], tiles = [{ tile = "main/all" }] }]
[[fixtures]]
name = "key"
position_m = [1.0, -5.0, 3.0]
address = ADDRESS
"""


@pytest.mark.parametrize(("address", "code", "words"), [("10", 0, "1/10-12"), ("511", 1, "beyond 512")])
def test_the_patch_is_checked_without_sending(address: str, code: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / "lit.toml"
    path.write_text(LIT.replace("ADDRESS", address), encoding="utf-8")
    shown = CliRunner().invoke(app, ["lights", "check", str(path)])
    assert shown.exit_code == code, shown.output
    assert words in shown.output
