"""A simulated tracker of any protocol whose poses, bytes and arrivals can be made wrong, one by one. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from stage.maths.pose import Pose, quaternion_from_pan_tilt_roll
from stage.model.source import AnySource
from stage.model.stagefile import Stage
from stage.units import NS_PER_S
from tools.sim.wire.table import datagram
from tools.sim.wire.told import Told, device_values

RATE_HZ = 60
HOME_M = (0.0, -3.5, 1.6)
NOISE_M, NOISE_DEG = 0.0001, 0.005
SENDER, STRANGER = "192.0.2.10", "192.0.2.11"
START_S, END_S = 4.0, 9.0
"""When a fault begins, and how long a run takes."""
SPECIES: dict[str, dict[str, Any]] = {
    "freed": {"camera_id": 1, "counter": "none"},
    "freed, counting": {"protocol": "freed", "camera_id": 1, "counter": "user-16"},
    "osc": {"preset": "freed2osc", "id": "1"},
    "opentrackio": {"source_number": 1},
    "psn": {"tracker": 1},
}
"""Sources of every protocol, by the name in the table."""
OTHERS: dict[str, dict[str, Any]] = {
    "freed": {"camera_id": 2},
    "osc": {"id": "2"},
    "opentrackio": {"source_number": 2},
    "psn": {"tracker": 2},
}
"""The same, told to be another one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A datagram on its way."""

    arrives_ns: int
    data: bytes
    sender: str = SENDER


def seconds(moment_ns: int) -> float:
    """The same in seconds."""
    return moment_ns / NS_PER_S


def sway(moment_ns: int) -> Pose:
    """A camera on a shoulder: a metre a second at most, while its operator pans to and fro."""
    t = seconds(moment_ns)
    x, y, z = HOME_M
    turn = quaternion_from_pan_tilt_roll(25.0 * math.sin(1.7 * t), 4.0 * math.sin(1.1 * t), 0.0)
    return Pose((x + 0.35 * math.sin(2.3 * t), y + 0.15 * math.sin(1.3 * t), z + 0.04 * math.sin(3.1 * t)), turn)


def locked_off(moment_ns: int) -> Pose:
    """A camera on a tripod."""
    return Pose(HOME_M, quaternion_from_pan_tilt_roll(5.0, 0.0, 0.0))


def push_in(moment_ns: int) -> Pose:
    """A slow dolly: ten centimetres a second, to and fro."""
    x, y, z = HOME_M
    return Pose((x, y + 0.2 * math.sin(0.5 * seconds(moment_ns)), z), quaternion_from_pan_tilt_roll(5.0, 0.0, 0.0))


def round_and_round(moment_ns: int) -> Pose:
    """The sway, panning on over 180 degrees."""
    pose = sway(moment_ns)
    return Pose(pose.position_m, quaternion_from_pan_tilt_roll(120.0 + 25.0 * seconds(moment_ns), 0.0, 0.0))


def whip_pans(moment_ns: int) -> Pose:
    """Pans of 400 degrees a second at their fastest, from rest to rest, while the operator walks."""
    t = seconds(moment_ns) % 2.0
    share = min(t / 0.5, 1.0) if t < 1.0 else 1.0 - min((t - 1.0) / 0.5, 1.0)
    eased = share - math.sin(2.0 * math.pi * share) / (2.0 * math.pi)
    return Pose(sway(moment_ns).position_m, quaternion_from_pan_tilt_roll(100.0 * eased - 50.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Device:
    """`source`: what it is in the stage file. `first`: its first packet's number."""

    source: AnySource
    motion: Callable[[int], Pose] = sway
    first: int = 0
    noise: random.Random = field(default_factory=lambda: random.Random(7))

    def moments(self) -> range:
        """The numbers of its packets in a run."""
        return range(round(END_S * RATE_HZ))

    def sent_ns(self, index: int) -> int:
        """When packet `index` of the run leaves."""
        return round((index + 0.4) * NS_PER_S / RATE_HZ)

    def pose(self, index: int) -> Pose:
        """What it measures for packet `index`."""
        pose, chance = self.motion(self.sent_ns(index)), self.noise
        x, y, z = (part + chance.gauss(0.0, NOISE_M) for part in pose.position_m)
        turn = quaternion_from_pan_tilt_roll(*(chance.gauss(0.0, NOISE_DEG) for _ in range(3)))
        return Pose((x, y, z), (pose @ Pose(orientation=turn)).orientation)

    def packet(self, index: int, pose: Pose | None = None, source: AnySource | None = None) -> Sent:
        """Packet `index`, with another pose or as another device where said."""
        source = source or self.source
        place_m, angles_deg = device_values(self.pose(index) if pose is None else pose, source)
        sent_ns = self.sent_ns(index)
        told = Told(
            n=self.first + index,
            place_m=place_m,
            angles_deg=angles_deg,
            camera_id=getattr(source, "camera_id", None) or 1,
            captured_ns=sent_ns,
        )
        return Sent(sent_ns + 400_000, datagram(told, source))

    def as_another(self) -> AnySource:
        """The source of a device that says it is another."""
        return self.source.model_copy(update=OTHERS[self.source.protocol])


def stage_of(species: str, **settings: Any) -> Stage:
    """A flat wall, one camera, and a source of this species."""
    told = {"protocol": species, **SPECIES[species], **settings}
    return Stage.model_validate(
        {
            "schema": "stage/1",
            "name": "faults",
            "scene": "boxes",
            "walls": [
                {
                    "name": "main",
                    "kind": "flat",
                    "cabinets": {"columns": 8, "rows": 4, "size_px": [128, 128], "pitch_mm": 5.2},
                }
            ],
            "outputs": [{"name": "o", "size_px": [1024, 512], "tiles": [{"tile": "main/all"}]}],
            "sources": [{"name": "tracker", "rate_hz": RATE_HZ, "port": 40_000, **told}],
            "cameras": [
                {
                    "name": "a",
                    "source": "tracker",
                    "sensor_mm": [24.0, 13.5],
                    "home": {"position_m": HOME_M},
                    "lens": {"points": [{"focal_length_mm": 24.0}]},
                }
            ],
        }
    )


def moved(pose: Pose, x: float = 0.0, y: float = 0.0, pan_deg: float = 0.0) -> Pose:
    """A pose beside another."""
    px, py, pz = pose.position_m
    turned = pose @ Pose(orientation=quaternion_from_pan_tilt_roll(pan_deg, 0.0, 0.0))
    return replace(turned, position_m=(px + x, py + y, pz))
