"""What our simulated devices send, read by others' decoders: pypsn, python-osc, and OpenTrackIO's published schema."""

from __future__ import annotations

import json
import math
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pypsn
from pythonosc.osc_packet import OscPacket

from stage.model.source import AnySource
from stage.model.sources.opentrackio import OpenTrackIoSource
from stage.model.sources.osc import OscSource
from stage.model.sources.psn import PsnSource
from tools.sim.wire.table import datagram
from tools.sim.wire.told import Told

SCHEMA = Path(__file__).parents[2] / "tests" / "data" / "opentrackio" / "schema.json"
SMPTE = "held against SMPTE's schema 1.0.1; values read by us, no decoder of others"
COUNT = 20

Told6 = tuple[str, str, str, int, int, float, float]


def outward_rows() -> list[Told6]:
    """(direction, protocol, who reads, sent, understood, place mm, rotation degrees) for every reader we have."""
    return [
        _row("psn", f"read now by pypsn {version('pypsn')}", PsnSource(protocol="psn", name="s", tracker=7), _pypsn),
        _row(
            "osc",
            f"read now by python-osc {version('python-osc')}",
            OscSource.model_validate({"protocol": "osc", "name": "s", "id": "7"}),
            _python_osc,
        ),
        _row("opentrackio", SMPTE, OpenTrackIoSource(protocol="opentrackio", name="s"), _schema),
    ]


def _told(n: int) -> Told:
    """A pose whose pan alone is turned, which every reader tells in its own way."""
    return Told(n, (0.1 * n, -2.0 + 0.05 * n, 1.5), (3.0 * n, 0.0, 0.0), captured_ns=10**9 + n * 10**7)


def _row(protocol: str, reader: str, source: AnySource, read: Any) -> Told6:
    understood, place_mm, turn_deg = 0, 0.0, 0.0
    for n in range(COUNT):
        told = _told(n)
        place, pan_deg = read(datagram(told, source))
        understood += 1
        place_mm = max(place_mm, 1000.0 * float(np.abs(np.subtract(place, told.place_m)).max()))
        turn_deg = max(turn_deg, abs(pan_deg - told.angles_deg[0]))
    return "out", protocol, reader, COUNT, understood, place_mm, turn_deg


def _pypsn(sent: bytes) -> tuple[tuple[float, ...], float]:
    """In its left-handed frame with y up, a turn to the left about the vertical is negative."""
    (tracker,) = pypsn.parse_psn_packet(sent).trackers
    x, y, z = tracker.pos
    return (x, z, y), -math.degrees(tracker.ori.y)


def _python_osc(sent: bytes) -> tuple[tuple[float, ...], float]:
    told = {timed.message.address: timed.message.params for timed in OscPacket(sent).messages}
    x, y, z, pan, _, _ = told["/stage/camera/7/pose"]
    return (x, y, z), pan


def _schema(sent: bytes) -> tuple[tuple[float, ...], float]:
    sample = json.loads(sent[16:])
    jsonschema.validate(sample, json.loads(SCHEMA.read_text()))
    (transform,) = sample["transforms"]
    return tuple(transform["translation"][axis] for axis in "xyz"), transform["rotation"]["pan"]
