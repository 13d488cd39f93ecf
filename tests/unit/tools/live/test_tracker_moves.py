"""Asking for moves at the command line, and hearing what a running stage hears."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from stage.bus.zmq_bus import ZmqBus
from stage.clock import MonotonicClock
from stage.errors import InputError
from stage.files.loading import find_stage, load_stage
from stage.messages.takes import Datagram
from stage.units import NS_PER_S
from tests.unit.tracking.listening.test_listening import ENDS, PORT, device, made
from tools.live.tracker_ears import HeardDatagram, PortEars, StageEars
from tools.live.tracker_moves import Answers, Asking
from tracking.listening.streams import Listening
from tracking.receiver import Ear


class Scripted:
    """Ears to which a person moves the tracker as asked, and who then presses Enter."""

    def __init__(self, enter: int, told: io.StringIO, script: list[tuple[list[tuple[int, bytes]], str]]) -> None:
        self._enter, self._told, self._script = enter, told, script
        self._moves = 0
        self.where = "here"

    def heard(self, wait_ns: int) -> Iterator[HeardDatagram]:
        if self._script and self._told.getvalue().count(", then press Enter") > self._moves:
            self._moves += 1
            datagrams, typed = self._script.pop(0)
            yield from (HeardDatagram(at_ns, "10.0.0.5", data) for at_ns, data in datagrams)
            os.write(self._enter, f"{typed}\n".encode())

    def close(self) -> None:
        pass


def asked(script: list[tuple[list[tuple[int, bytes]], str]], first: list[tuple[int, bytes]]) -> tuple[Any, str]:
    read, write = os.pipe()
    listening = Listening(PORT)
    for at_ns, data in first:
        listening.hear(at_ns, "10.0.0.5", data)
    (stream,) = listening.streams.values()
    told = io.StringIO()
    ears = cast(PortEars, Scripted(write, told, script))
    try:
        return Asking((ears, listening), stream, told, Answers(read)).outcome(), told.getvalue()
    finally:
        os.close(read)
        os.close(write)


def test_every_move_is_asked_for_and_taken() -> None:
    moves = made(device("freed", axes=["+y", "-x", "+z"], pan_sign=-1))
    outcome, told = asked([(moves[name], "") for name in ENDS], moves["right"][:5])
    assert outcome.settings == {"axes": ["+y", "-x", "+z"], "pan_sign": -1}
    assert told.count(", then press Enter") == len(ENDS)


def test_a_move_that_nobody_made_is_asked_for_again_and_one_may_be_left_out() -> None:
    moves = made(device("freed"))
    still = moves["right"][:6]
    script = [
        (still, ""),
        (moves["right"], ""),
        *((moves[name], "") for name in ("forward", "up", "pan left", "tilt up")),
    ]
    outcome, told = asked([*script, (still, "skip")], still)
    assert told.count("nothing moved") == 1
    assert outcome.settings["axes"] == ["+x", "+y", "+z"]
    assert outcome.problems == ()


def test_lines_that_come_together_are_answers_one_by_one_and_the_end_skips() -> None:
    read, write = os.pipe()
    os.write(write, b"\nskip\n")
    answers = Answers(read)
    assert [answers.line() for _ in range(3)] == ["", "skip", None]
    os.close(write)
    assert [answers.line() for _ in range(2)] == ["skip", "skip"]
    os.close(read)


def test_a_port_is_heard_with_sender_and_time() -> None:
    clock = MonotonicClock()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        with pytest.raises(InputError, match="in use"):
            PortEars(Ear("127.0.0.1", port), clock)
    with closing(PortEars(Ear("127.0.0.1", port), clock)) as ears:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            before_ns = clock.now_ns()
            sender.sendto(b"one", ("127.0.0.1", port))
        (heard,) = list(ears.heard(20 * NS_PER_S))
    assert (heard.sender, heard.data) == ("127.0.0.1", b"one")
    assert before_ns - NS_PER_S < heard.received_ns <= clock.now_ns()


def test_while_the_stage_runs_its_tracking_process_is_heard(run_dir: Path) -> None:
    path = find_stage("two-walls")
    stage = load_stage(path)
    port = stage.sources[0].port
    with pytest.raises(InputError, match="not by the stage that runs"):
        StageEars(run_dir, path, port + 7)
    bus = ZmqBus.in_directory(run_dir)
    publisher = bus.publisher("tracking")
    with closing(StageEars(run_dir, path, port)) as ears:
        found: list[HeardDatagram] = []
        while not found:
            publisher.publish(Datagram(0, "10.0.0.5", 5, b"refused"))
            publisher.publish(Datagram(9, "10.0.0.5", 5, b"of another port"))
            found = list(ears.heard(NS_PER_S // 20))
    bus.close()
    assert {(each.sender, each.data) for each in found} == {("10.0.0.5", b"refused")}
