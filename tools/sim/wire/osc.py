"""OSC datagrams of simulated senders, from the OSC 1.0 specification alone: a bundle with one message a rule."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import numpy as np

from stage.model.sources.osc import OscSource
from tools.sim.wire.told import Told
from tools.sim.wire.turns import Matrix, about, in_device_axes, place_in_device_axes, quaternion_xyzw, turn_matrix

UNIT_M = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}
F_STOP = 4.0


def osc_bytes(told: Told, source: OscSource) -> bytes:
    """A bundle that is stamped with the moment of capture."""
    values = told_values(told, source)
    id_ = source.id or "1"
    messages = []
    for rule in source.rules:
        address = rule.address.replace("{id}", id_).replace("*", "tracker")
        messages.append(message(address, [_value(name, values, id_) for name in rule.arguments]))
    return bundle(messages, (told.captured_ns << 32) // 10**9)


def told_values(told: Told, source: OscSource) -> dict[str, float]:
    """What a sender with this source's frame and units tells, by the names of its rules."""
    turn = turn_matrix(*told.angles_deg)
    place = place_in_device_axes(np.asarray(told.place_m), source.frame) / UNIT_M[source.position_unit]
    per_degree = 1.0 if source.angle_unit == "deg" else math.pi / 180.0
    angles = dict(zip(("pan", "tilt", "roll"), told.angles_deg, strict=True))
    device_turn = in_device_axes(turn, source.frame)
    angles |= {f"r{axis}": angle for axis, angle in euler_angles(device_turn, source.euler).items()}
    qx, qy, qz, qw = quaternion_xyzw(device_turn)
    values = dict(zip("xyz", map(float, place), strict=True)) | {n: a * per_degree for n, a in angles.items()}
    values |= {"qw": float(qw), "qx": float(qx), "qy": float(qy), "qz": float(qz)}
    return values | {
        "focal_length_mm": told.lens.focal_length_mm,
        "focus_distance_m": 3.0,
        "focus_distance_mm": 3000.0,
        "f_stop": F_STOP,
        "entrance_pupil_m": told.entrance_pupil_m,
        "zoom": float(told.zoom_raw),
        "focus": float(told.focus_raw),
        "iris": 0.0,
        "zoom_share": _share(told.zoom_raw, source.zoom.minimum, source.zoom.maximum),
        "focus_share": _share(told.focus_raw, source.focus.minimum, source.focus.maximum),
        "counter": float(told.n % 65_536),
        "time_s": told.captured_ns / 1e9,
        "_": 0.0,
    }


def euler_angles(turn: Matrix, order: str) -> dict[str, float]:
    """Degrees about each axis, so that the product of the turns in this order, the outermost first, is `turn`."""
    i, j, k = ("xyz".index(axis) for axis in order)
    sign = 1.0 if (i, j, k) in ((0, 1, 2), (1, 2, 0), (2, 0, 1)) else -1.0
    first = math.atan2(-sign * turn[j, k], turn[k, k])
    rest = about(order[0], -math.degrees(first)) @ turn
    second = math.atan2(sign * rest[i, k], rest[k, k])
    inner = about(order[1], -math.degrees(second)) @ rest
    m, n = (k + 1) % 3, (k + 2) % 3
    last = math.atan2(inner[n, m], inner[m, m])
    return {order[0]: math.degrees(first), order[1]: math.degrees(second), order[2]: math.degrees(last)}


def _value(name: str, values: dict[str, float], id_: str) -> float | str:
    if name == "id":
        return id_
    return -values[name[1:]] if name.startswith("-") else values[name]


def _share(raw: int, least: int, most: int) -> float:
    return (raw - least) / (most - least)


def message(address: str, arguments: Sequence[float | str]) -> bytes:
    """An address, its type tags, and its arguments: strings, and numbers of 32 bits."""
    tags = "".join("s" if isinstance(each, str) else "f" for each in arguments)
    told = [text(each) if isinstance(each, str) else struct.pack(">f", each) for each in arguments]
    return text(address) + text("," + tags) + b"".join(told)


def text(words: str) -> bytes:
    """A string with its ending zero, filled up to a multiple of four bytes."""
    ended = words.encode() + b"\0"
    return ended + bytes(-len(ended) % 4)


def bundle(messages: Sequence[bytes], time_tag: int) -> bytes:
    """Messages of one moment: seconds in the upper 32 bits of the tag."""
    head = b"#bundle\0" + struct.pack(">Q", time_tag)
    return head + b"".join(struct.pack(">i", len(each)) + each for each in messages)
