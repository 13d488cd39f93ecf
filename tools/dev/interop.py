"""Do we understand other implementations, and they us? Their packets go over UDP through the real tracking process, and
every pose is compared with what they say it is; what our simulated devices send is read by their decoders. Each row
says what it rests on: a program that runs now, packets that one made once, published bytes, or documents alone.

    python -m tools.dev.interop
"""

from __future__ import annotations

import json
import math
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from socket import SOCK_DGRAM
from typing import NamedTuple

import numpy as np
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from rich.console import Console
from rich.table import Table

from stage.bus.bus import Subscriber
from stage.errors import EXIT_FAILED
from stage.manager.table import Process
from stage.maths.pose import rotation_matrix
from stage.messages.samples import SourceHealth, TrackingSample
from stage.units import NS_PER_S
from tools.dev.interop_out import outward_rows
from tools.live.free_port import free_port
from tools.live.live_stage import LiveStage, live_stage, wait_for_record
from tools.sim.wire.turns import Matrix, about, device_matrix, turn_matrix

DATA = Path(__file__).parents[2] / "tests" / "data"
QUIET_NS = NS_PER_S
PYTHON_OSC = f"python-osc {version('python-osc')}"
FREED_BASIS = {
    "bytes": "bytes published in other decoders' tests; none of them runs here",
    "values": "values of two published examples, made into bytes by us",
    "documents": "manual and vendors' documents alone: no other implementation",
}
"""What FreeD messages rest on (`basis` in the vectors)."""
FARTHEST_M = 40.0
"""Vectors that say places beyond any stage are for decoders, not for a camera."""
HEAD = """schema = "stage/1"
name = "interop"
scene = "none"
walls = [{ kind = "flat", name = "w", cabinets = { columns = 1, rows = 1, size_px = [16, 9], pitch_mm = 10.0 } }]
outputs = [{ name = "o", size_px = [16, 9], tiles = [{ tile = "w/all" }] }]
"""
SOURCE = """
[[sources]]
name = "{name}"
port = {port}
group = ""
{settings}
[[cameras]]
name = "{name}"
source = "{name}"
sensor_mm = [24.0, 13.5]
lens = {{ points = [{{ focal_length_mm = 35.0 }}] }}
"""


class Sent(NamedTuple):
    """The datagrams of one pose, and what it is: place in metres and rotation (3, 3) on the stage."""

    datagrams: tuple[bytes, ...]
    place_m: Matrix
    turn: Matrix


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made packets of a protocol, for a source with these settings."""

    name: str
    protocol: str
    made_by: str
    settings: str
    poses: tuple[Sent, ...]


class Row(NamedTuple):
    """What came of it. Errors are the largest; infinite where poses are missing."""

    direction: str
    protocol: str
    made_by: str
    sent: int
    understood: int
    place_mm: float
    turn_deg: float

    @property
    def good(self) -> bool:
        """Whether everything was understood, as exactly as 32 bits say it."""
        return self.understood == self.sent > 0 and self.place_mm < 0.05 and self.turn_deg < 0.001


def main() -> int:
    """Print the table; 1 where anything was misunderstood."""
    rows = [*inward_rows(makers()), *(Row(*told) for told in outward_rows())]
    table = Table("direction", "protocol", "what it rests on", "poses", "understood", "place mm", "rotation deg", "")
    for row in rows:
        numbers = (str(row.sent), str(row.understood), f"{row.place_mm:.4f}", f"{row.turn_deg:.6f}")
        table.add_row(row.direction, row.protocol, row.made_by, *numbers, "good" if row.good else "BAD")
    Console(width=150).print(table)
    return 0 if all(row.good for row in rows) else EXIT_FAILED


def makers() -> tuple[Maker, ...]:
    """Everybody whose packets we have, or can have made."""
    vrchat, plain = (f'protocol = "osc"\npreset = "{name}"\nid = "7"' for name in ("vrchat", "openstage"))
    otrk, psn = 'protocol = "opentrackio"\ncounter = "none"', 'protocol = "psn"\ntracker = {}'
    return (
        *_freed_makers(),
        Maker("otrk", "opentrackio", "packets made once by SMPTE's camdkit", otrk, tuple(_smpte())),
        Maker("vr", "osc", f"{PYTHON_OSC} sends now, laid out as VRChat's documents say", vrchat, tuple(_vrchat())),
        Maker("plain", "osc", f"{PYTHON_OSC} sends now, at our own address", plain, tuple(_openstage())),
        Maker("psnjs", "psn", "packets made once by psn-js 2.1.1", psn.format(2), tuple(_psn_js(2))),
        Maker("split", "psn", "the same, frames in several packets", psn.format(55), tuple(_psn_js(55))),
        Maker("robospot", "psn", "one packet captured from a RoboSpot server", psn.format(0), tuple(_robospot())),
    )


def _freed_makers() -> Iterator[Maker]:
    """No FreeD program could be had: what each message rests on is a row of its own."""
    for basis, made_by in FREED_BASIS.items():
        vectors = tuple(_freed(basis))
        yield from _apart(Maker(f"freed-{basis}", "freed", f"{made_by}", 'protocol = "freed"', vectors))


def _apart(maker: Maker) -> Iterator[Maker]:
    """A source for every pose, where they are no motion: one that leaps about is doubted."""
    return (replace(maker, name=f"{maker.name}{n}", poses=(pose,)) for n, pose in enumerate(maker.poses))


def _together(rows: Iterable[Row]) -> Iterator[Row]:
    """One row for all sources of a maker."""
    for _, group in groupby(rows, lambda row: (row.protocol, row.made_by)):
        alike = list(group)
        yield alike[0]._replace(
            sent=sum(row.sent for row in alike),
            understood=sum(row.understood for row in alike),
            place_mm=max(row.place_mm for row in alike),
            turn_deg=max(row.turn_deg for row in alike),
        )


def inward_rows(made: Sequence[Maker]) -> list[Row]:
    """Send all packets to a tracking process of its own; what its samples say."""
    with tempfile.TemporaryDirectory(prefix="openstage-") as folder:
        ports = [free_port(SOCK_DGRAM) for _ in made]
        path = Path(folder) / "stage.toml"
        named = zip(made, ports, strict=True)
        path.write_text(HEAD + "".join(SOURCE.format(name=m.name, port=p, settings=m.settings) for m, p in named))
        with live_stage(path, [Process("tracking", "tracking.service")]) as live:
            heard = live.bus.subscriber("tracking.sample", "tracking.health")
            wait_for_record(live, heard, SourceHealth)
            rows = (
                _row(maker, _sent_and_heard(live, heard, maker, port)) for maker, port in zip(made, ports, strict=True)
            )
            return list(_together(rows))


def _sent_and_heard(live: LiveStage, heard: Subscriber, maker: Maker, port: int) -> list[TrackingSample]:
    """The samples of a maker's packets, in their order."""
    samples: list[TrackingSample] = []
    with socket.socket(socket.AF_INET, SOCK_DGRAM) as udp:
        for datagram in (each for pose in maker.poses for each in pose.datagrams):
            udp.sendto(datagram, ("127.0.0.1", port))
    until_ns = live.clock.now_ns() + QUIET_NS
    while len(samples) < len(maker.poses) and live.clock.now_ns() < until_ns:
        for record in heard.receive(NS_PER_S // 20):
            if isinstance(record, TrackingSample) and record.source == maker.name:
                samples.append(record)
                until_ns = live.clock.now_ns() + QUIET_NS
    return samples


def _row(maker: Maker, samples: Sequence[TrackingSample]) -> Row:
    sent = len(maker.poses)
    if len(samples) != sent:
        return Row("in", maker.protocol, maker.made_by, sent, len(samples), place_mm=math.inf, turn_deg=math.inf)
    pairs = list(zip(samples, maker.poses, strict=True))
    place_mm = max(1000.0 * float(np.linalg.norm(np.subtract(s.position_m, pose.place_m))) for s, pose in pairs)
    turn_deg = max(_between_deg(rotation_matrix(s.orientation), pose.turn) for s, pose in pairs)
    return Row("in", maker.protocol, maker.made_by, sent, len(samples), place_mm=place_mm, turn_deg=turn_deg)


def _between_deg(a: Matrix, b: Matrix) -> float:
    return math.degrees(2.0 * math.asin(min(1.0, float(np.linalg.norm(a - b)) / math.sqrt(8.0))))


def _freed(basis: str) -> Iterator[Sent]:
    """Messages of places on a stage that rest on this."""
    for vector in json.loads((DATA / "freed/vectors.json").read_text())["vectors"]:
        told = vector["decoded"]
        place = np.array([told["x_mm"], told["y_mm"], told["z_mm"]]) / 1000.0
        if vector["basis"] == basis and float(np.abs(place).max()) < FARTHEST_M:
            yield Sent(
                (bytes.fromhex(vector["hex"]),),
                place,
                turn_matrix(-told["pan_deg"], told["tilt_deg"], told["roll_deg"]),
            )


def _smpte() -> Iterator[Sent]:
    """Datagrams of the reference sender: JSON, CBOR, segments in both ways of counting. A camera is where its entrance
    pupil is, ahead of the place that is told."""
    for sample in json.loads((DATA / "opentrackio/packets.json").read_text())["samples"]:
        (transform,) = sample["payload_json"]["transforms"]
        angles, place = transform["rotation"], transform["translation"]
        turn = turn_matrix(angles["pan"], angles["tilt"], angles["roll"])
        pupil_m = sample["payload_json"].get("lens", {}).get("entrancePupilOffset", 0.0)
        pupil = np.array([place[axis] for axis in "xyz"]) + turn @ np.array([0.0, pupil_m, 0.0])
        yield Sent(tuple(bytes.fromhex(text) for text in sample["packets_hex"]), pupil, turn)


def _osc_message(address: str, values: Iterable[float]) -> OscMessage:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build()


def _vrchat() -> Iterator[Sent]:
    """Unity's axes and order of turns, place and rotation in a bundle with a time tag."""
    stage_from_unity = device_matrix(("+x", "+z", "+y"))
    for n in range(20):
        place, angles = (0.1 * n, 1.5 + 0.01 * n, -2.0 + 0.05 * n), (3.0 * n, -8.0 * n, 2.0 * n)
        builder = OscBundleBuilder(int(1_000 + n))
        builder.add_content(_osc_message("/tracking/trackers/7/position", place))
        builder.add_content(_osc_message("/tracking/trackers/7/rotation", angles))
        turn = about("y", angles[1]) @ about("x", angles[0]) @ about("z", angles[2])
        yield Sent(
            (builder.build().dgram,), stage_from_unity @ np.array(place), stage_from_unity @ turn @ stage_from_unity.T
        )


def _openstage() -> Iterator[Sent]:
    for n in range(20):
        values = (0.1 * n, -2.0 + 0.05 * n, 1.5, 5.0 * n, -2.0 * n, 1.0 * n)
        yield Sent(
            (_osc_message("/stage/camera/7/pose", values).dgram,), np.array(values[:3]), turn_matrix(*values[3:])
        )


def _psn_js(tracker: int) -> Iterator[Sent]:
    """Frames with this tracker among others; x right, y up, z depth."""
    stage_from_server = device_matrix(("+x", "+z", "+y"))
    for frame in json.loads((DATA / "interop/psn-js.json").read_text())["frames"]:
        told = frame["trackers"].get(str(tracker))
        if told is not None:
            turn = stage_from_server @ _rodrigues(told["ori"]) @ stage_from_server.T
            datagrams = tuple(bytes.fromhex(text) for text in frame["hex"])
            yield Sent(datagrams, stage_from_server @ np.array(told["pos"]), turn)


def _robospot() -> Iterator[Sent]:
    packet = json.loads((DATA / "psn/vectors.json").read_text())["packets"][0]
    x, y, z = packet["decoded"]["trackers"]["0"]["pos"]
    yield Sent((bytes.fromhex(packet["hex"]),), np.array([x, z, y]), np.eye(3))


def _rodrigues(vector: Sequence[float]) -> Matrix:
    """The rotation about an axis by its length (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    x, y, z = np.asarray(vector) / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross)


if __name__ == "__main__":
    sys.exit(main())
