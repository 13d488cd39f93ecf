"""Poses sent on by a whole running stage: tracker, conductor and sends are processes of their own, and other programs'
readers say where the camera on the walls is."""

from __future__ import annotations

import json
import math
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGINT
from typing import Any

import jsonschema
import pypsn
import pytest
from pythonosc.osc_packet import OscPacket

from stage.files.loading import find_stage
from stage.maths.pose import pan_tilt_roll_from_quaternion
from tests.e2e.lifeline import command_of
from tests.e2e.patience import PATIENCE_S
from tests.places import DATA
from tools.sim.stage_variant import write_variant
from tracking.protocols import freed

Told = tuple[tuple[float, ...], float]
"""Place in metres on the stage's axes, and pan in degrees."""
SCHEMA = json.loads((DATA / "opentrackio" / "schema.json").read_text())
PLACE_M, PAN_DEG = 0.002, 0.05
"""The camera stands still; what is sent a frame later differs by the tracker's noise alone."""


def freed_says(data: bytes) -> Told | None:
    packet = freed.decode(data)
    return (packet.x_mm / 1000.0, packet.y_mm / 1000.0, packet.z_mm / 1000.0), -packet.pan_deg


def pypsn_says(data: bytes) -> Told | None:
    packet = pypsn.parse_psn_packet(data)
    if not isinstance(packet, pypsn.psn_data_packet):
        return None
    tracker = next(each for each in packet.trackers if each.id == 1)
    x, y, z = tracker.pos
    return (x, z, y), -math.degrees(tracker.ori.y)


def python_osc_says(data: bytes) -> Told | None:
    told = {timed.message.address: timed.message.params for timed in OscPacket(data).messages}
    x, y, z, pan, *_ = told["/stage/camera/a/pose"]
    return (x, y, z), pan


def opentrackio_says(data: bytes) -> Told | None:
    sample = json.loads(data[16:])
    jsonschema.validate(sample, SCHEMA)
    (transform,) = sample["transforms"]
    return tuple(transform["translation"][axis] for axis in "xyz"), transform["rotation"]["pan"]


READERS: dict[str, tuple[Callable[[bytes], Told | None], str]] = {
    "freed": (freed_says, ""),
    "psn": (pypsn_says, ""),
    "osc": (python_osc_says, ""),
    "opentrackio": (opentrackio_says, 'point = "pupil"'),
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, socket.socket], Callable[[], Any]]]:
    """A running stage that sends to a socket for each protocol, and what its console says."""
    folder = tmp_path_factory.mktemp("sends")
    ears = {protocol: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for protocol in READERS}
    path = write_variant(find_stage("two-walls"), folder, scene="boxes")
    blocks = []
    for protocol, ear in ears.items():
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(PATIENCE_S)
        where = f'protocol = "{protocol}"\nhost = "127.0.0.1"\nport = {ear.getsockname()[1]}'
        blocks.append(f'\n[[sends]]\nname = "to-{protocol}"\n{where}\ncameras = ["a"]\n{READERS[protocol][1]}\n')
    path.write_text(path.read_text() + "".join(blocks))
    command = command_of("tools.cli", "run", str(path), "--offscreen", "--simulate", "still")
    command += ["--run-dir", str(folder / "run"), "--console-port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield ears, lambda: state_of(folder / "run", process)
    finally:
        process.send_signal(SIGINT)
        process.wait(PATIENCE_S)
        for ear in ears.values():
            ear.close()


def state_of(run_dir: Path, process: subprocess.Popen[bytes]) -> Any:
    """What the console shows, once a tracked camera is on the walls and every send tells of itself."""
    given_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < given_up:
        assert process.poll() is None, "the stage ended"
        try:
            url = json.loads((run_dir / "console.json").read_text())["url"]
            with urllib.request.urlopen(f"{url}api/state") as answer:
                state = json.load(answer)
            sends = [value for key, value in state.items() if key.startswith("send/")]
            tracked = [camera for camera in state["frame/"]["cameras"] if camera["sample_number"] is not None]
            if tracked and len(sends) == len(READERS) and all(send["packets"] for send in sends):
                return state
        except (OSError, KeyError, ValueError):
            pass
        time.sleep(0.1)
    raise AssertionError("never came")


@pytest.mark.parametrize("protocol", READERS)
def test_other_programs_read_where_the_camera_on_the_walls_is(
    protocol: str, sent: tuple[dict[str, socket.socket], Callable[[], Any]]
) -> None:
    ears, state = sent
    (camera,) = (each for each in state()["frame/"]["cameras"] if each["name"] == "a")
    ear, says = ears[protocol], READERS[protocol][0]
    ear.setblocking(False)
    while True:  # what was sent before the tracker was heard
        try:
            ear.recv(4096)
        except BlockingIOError:
            break
    ear.settimeout(PATIENCE_S)
    told = None
    while told is None:
        told = says(ear.recv(4096))
    place, pan_deg = told
    assert place == pytest.approx(camera["position_m"], abs=PLACE_M)
    assert pan_deg == pytest.approx(pan_tilt_roll_from_quaternion(tuple(camera["orientation"]))[0], abs=PAN_DEG)


def test_the_console_tells_of_every_send(sent: tuple[dict[str, socket.socket], Callable[[], Any]]) -> None:
    state = sent[1]()
    sends = {key: value for key, value in state.items() if key.startswith("send/")}
    assert {value["name"] for value in sends.values()} == {f"to-{protocol}" for protocol in READERS}
    assert [value["error"] for value in sends.values()] == [""] * len(READERS)
