"""`openstage simulate tracker` as a person and as the manager start it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stage.errors import InputError
from tools.commands.simulate import simulate_app
from tools.sim.receivers import bare_source
from tracking.protocols.freed import FreedPacket, decode
from tracking.readers.table import reader_of

STAGE = """
schema = "stage/1"
name = "s"
scene = "none"
walls = [{ kind = "flat", name = "w", cabinets = { columns = 1, rows = 1, size_px = [16, 9], pitch_mm = 10.0 } }]
outputs = [{ name = "o", size_px = [16, 9], tiles = [{ tile = "w/all" }] }]

[[sources]]
name = "first"
port = 40001

[[sources]]
name = "second"
host = "0.0.0.0"
port = PORT
rate_hz = 100.0
camera_id = 9
axes = ["-y", "+x", "+z"]

[[cameras]]
name = "a"
source = "second"
sensor_mm = [24.0, 13.5]
home = { position_m = [1.0, 2.0, 3.0] }
rig = { position_m = [0.0, 0.0, -0.2] }
lens = { points = [{ zoom_raw = 1365, focal_length_mm = 24.0, entrance_pupil_m = 0.1 }] }
"""
PATIENCE_S = 100.0
"""Only a limit for what never comes."""


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(PATIENCE_S)
        yield udp


def simulate(*arguments: str) -> Any:
    return CliRunner().invoke(simulate_app, ["tracker", *arguments], catch_exceptions=False)


def where(udp: socket.socket) -> str:
    return f"127.0.0.1:{udp.getsockname()[1]}"


def received(udp: socket.socket, count: int) -> list[FreedPacket]:
    return [decode(udp.recv(100)) for _ in range(count)]


def test_sends_and_reports(receiver: socket.socket, tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    done = simulate(
        *("--motion", "still", "--rate", "100", "--to", where(receiver), "--seconds", "0.05", "--no-noise"),
        *("--camera-id", "3", "--zoom", "7", "--focus", "8", "--seed", "2", "--truth", str(truth), "--json"),
    )
    assert done.exit_code == 0
    summary = json.loads(done.stdout)
    assert (summary["datagrams_sent"], summary["rate_hz"], summary["camera_id"]) == (5, "100", 3)
    packets = received(receiver, 5)
    assert packets == [
        FreedPacket(
            camera_id=3,
            pan_deg=0.0,
            tilt_deg=0.0,
            roll_deg=0.0,
            x_mm=0.0,
            y_mm=-3500.0,
            z_mm=1600.0,
            zoom_raw=7,
            focus_raw=8,
            user=n,
        )
        for n in range(5)
    ]
    header, *lines = [json.loads(line) for line in truth.read_text().splitlines()]
    assert (header["motion"], header["epoch_ns"]) == ("still", summary["epoch_ns"])
    assert [line["n"] for line in lines] == [0, 1, 2, 3, 4]
    assert lines[0]["sent_ns"] >= summary["epoch_ns"]


def test_is_the_tracker_of_a_stage(receiver: socket.socket, tmp_path: Path) -> None:
    """Address, id, rate and axes of the source; home, rig and lens of the camera on it."""
    path = tmp_path / "stage.toml"
    path.write_text(STAGE.replace("PORT", str(receiver.getsockname()[1])))
    done = simulate(
        *("--stage", str(path), "--source", "second", "--motion", "still", "--no-noise"),
        *("--seconds", "0.03", "--json"),
    )
    summary = json.loads(done.stdout)
    assert (summary["to"], summary["rate_hz"]) == (where(receiver), "100")
    (packet, *_) = received(receiver, summary["datagrams_sent"])
    # the tracked point is 0.2 m above the sensor; stage x is the device's -y, stage y its x
    assert (packet.camera_id, packet.zoom_raw) == (9, 1365)
    assert (packet.x_mm, packet.y_mm, packet.z_mm) == (2000.0, -1000.0, 3200.0)


def test_faults_are_applied(receiver: socket.socket) -> None:
    done = simulate("--to", where(receiver), "--seconds", "0.1", "--duplicate", "1", "--json")
    assert json.loads(done.stdout)["datagrams_sent"] == 12
    assert [packet.user for packet in received(receiver, 12)] == [n // 2 for n in range(12)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--motion", "wobble"), "Choose one of still, dolly"),
        (("--motion", "none.tum"), "cannot be read"),
        (("--rate", "fast"), "24000/1001"),
        (("--rate", "0"), "more than 0"),
        (("--rate", "1/0"), "is not a rate"),
        (("--to", "localhost"), "HOST:PORT"),
        (("--to", "localhost:70000"), "HOST:PORT"),
        (("--protocol", "artnet"), "Choose freed"),
        (("--stage", "two-walls", "--camera-id", "300"), "is not a number of freed"),
        (("--source", "a"), "Give --stage"),
        (("--stage", "two-walls", "--source", "nobody"), "Sources here: tracker-a"),
        (("--truth", "no-such-folder/truth.jsonl"), "cannot be written"),
    ],
)
def test_bad_input_says_what_to_do(arguments: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError, match=told):
        simulate(*arguments, "--seconds", "0.01")


@pytest.mark.parametrize("arguments", [("--loss", "1.5"), ("--camera-id", "65536"), ("--jitter-ms", "-1")])
def test_numbers_out_of_range_are_bad_input(arguments: tuple[str, ...]) -> None:
    assert simulate(*arguments).exit_code == 2


def test_signal_handlers_are_put_back(receiver: socket.socket) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    simulate("--to", where(receiver), "--seconds", "0.02")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly_when_told_to(receiver: socket.socket, tmp_path: Path, number: signal.Signals) -> None:
    truth = tmp_path / "truth.jsonl"
    command = [sys.executable, "-m", "tools.cli", "simulate", "tracker", "--to", where(receiver), "--json"]
    with subprocess.Popen([*command, "--truth", str(truth)], stdout=subprocess.PIPE, text=True) as running:
        received(receiver, 3)
        running.send_signal(number)
        summary = json.loads(running.communicate(timeout=PATIENCE_S)[0])
    assert running.returncode == 0
    lines = truth.read_text().splitlines()
    assert len(lines) - 1 in (summary["datagrams_sent"], summary["datagrams_sent"] + 1)
    assert json.loads(lines[-1])["n"] == len(lines) - 2


def test_help_shows_an_example() -> None:
    assert "openstage simulate tracker --motion dolly" in simulate("--help").stdout


@pytest.mark.parametrize("protocol", ["freed", "opentrackio", "osc", "psn"])
def test_every_protocol_is_sent_and_its_own_reader_takes_it(protocol: str, receiver: socket.socket) -> None:
    to = where(receiver)
    done = simulate("--protocol", protocol, "--camera-id", "3", "--to", to, "--seconds", "0.05", "--json")
    summary = json.loads(done.stdout)
    assert summary["protocol"] == protocol
    reader = reader_of(bare_source(protocol, None, 3))
    for _ in range(summary["datagrams_sent"]):
        (packet,) = reader.packets(receiver.recv(2000), "127.0.0.1", 0)
        assert reader.reading(packet).subject in ("3", "urn:uuid:0dcf70f7-8555-4ef3-9a55-999d9b0f2682")


@pytest.mark.parametrize(("options", "problem"), [
    (["--protocol", "dmx"], "is not simulated. Choose freed, opentrackio, osc, psn"),
    (["--protocol", "psn", "--kind", "sony"], "is not a kind of psn. Leave it out for psn"),
    (["--protocol", "osc", "--kind", "none"], "is not a kind of osc. Choose openstage"),
    (["--camera-id", "256"], "is not a number of freed"),
    (["--stage", "two-walls", "--protocol", "psn"], "--protocol: psn: is freed in the stage file"),
])  # fmt: skip
def test_devices_that_are_not_simulated_are_told(options: list[str], problem: str) -> None:
    with pytest.raises(InputError) as refused:
        simulate(*options, "--seconds", "0")
    assert problem in str(refused.value)
