"""The sends process' loop, in this process: records in, real datagrams out."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from stage.bus.memory_bus import MemoryBus
from stage.clock import MonotonicClock
from stage.files.loading import find_stage, load_stage
from stage.messages.samples import LensState, SendState, TrackingSample
from stage.model.sends import FreedSend, OpenTrackIoSend, OscSend
from stage.model.stagefile import Stage
from stage.process.service import Service
from tracking.protocols.freed import decode
from tracking.sends.postman import AGAIN_NS, Postman
from tracking.sends.service import SendLoop


@pytest.fixture
def receiver() -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.settimeout(20.0)
    return udp


def stage_with(*sends: FreedSend | OpenTrackIoSend | OscSend) -> Stage:
    return load_stage(find_stage("two-walls")).model_copy(update={"sends": sends})


def sample(camera: str, number: int) -> TrackingSample:
    lens = LensState(35.0, zoom_raw=number)
    return TrackingSample(
        camera=camera, source="t", number=number, captured_ns=10**9, received_ns=10**9, position_m=(0.0, 0.0, 1.0),
        orientation=(1.0, 0.0, 0.0, 0.0), lens=lens, sender_counter=None,
    )  # fmt: skip


def test_every_sample_goes_out_and_its_state_is_told(receiver: socket.socket, tmp_path: Path) -> None:
    with closing(receiver):
        port = receiver.getsockname()[1]
        stage = stage_with(FreedSend(name="keyer", protocol="freed", host="127.0.0.1", port=port, on="sample"))
        bus = MemoryBus()
        service = Service("sends", tmp_path / "stage.toml", tmp_path, bus, MonotonicClock())
        states = bus.subscriber("send.state")
        tracking = bus.publisher("tracking")
        loop = SendLoop(service, stage)
        camera = stage.cameras[0].name
        for number in range(5):
            tracking.publish(sample(camera, number))
            loop.turn()
            assert decode(receiver.recv(100)).zoom_raw == number
        loop._state_ns = 0
        loop.turn()
        newest = [record for record in states.receive(0) if isinstance(record, SendState)][-1]
        assert (newest.name, newest.to, newest.packets, newest.error) == ("keyer", f"127.0.0.1:{port}", 5, "")
        assert newest.cameras == tuple(each.name for each in stage.cameras)
        loop.close()


def test_an_address_that_cannot_be_found_is_told_and_looked_for_again() -> None:
    send = OscSend.model_validate({"name": "ue", "protocol": "osc", "host": "nowhere.invalid", "port": 8000})
    postman = Postman(send, send.host)
    with closing(postman):
        while not postman.error:
            postman.post([b"x"], 0)
        assert "nowhere.invalid:8000 cannot be reached" in postman.error
        postman._host = "127.0.0.1"
        postman.post([b"x"], AGAIN_NS - 1)
        assert postman.packets == 0
        postman.post([b"x"], AGAIN_NS)
        assert (postman.packets, postman.error) == (1, "")
        assert postman.rate_hz(AGAIN_NS) == 1.0
        assert postman.rate_hz(3 * AGAIN_NS) == 0.0


def test_without_a_host_every_camera_has_its_multicast_group(tmp_path: Path) -> None:
    stage = stage_with(OpenTrackIoSend.model_validate({"name": "o", "protocol": "opentrackio", "first_number": 3}))
    service = Service("sends", tmp_path / "stage.toml", tmp_path, MemoryBus(), MonotonicClock())
    loop = SendLoop(service, stage)
    (line,) = loop._lines
    assert list(line.postmen) == [f"239.135.1.{3 + index}" for index in range(len(stage.cameras))]
    loop.close()
