"""PosiStageNet data packets, from the field table of its specification (2.03) alone."""

from __future__ import annotations

import struct

import numpy as np

from stage.model.sources.psn import PsnSource
from tools.sim.wire.told import Told
from tools.sim.wire.turns import in_device_axes, place_in_device_axes, turn_matrix, turn_vector


def psn_bytes(told: Told, source: PsnSource) -> bytes:
    """A packet of one frame with one tracker: position, orientation, status."""
    axis = turn_vector(in_device_axes(turn_matrix(*told.angles_deg), source.frame))
    place = place_in_device_axes(np.asarray(told.place_m), source.frame)
    fields = chunk(0, struct.pack("<3f", *place)) + chunk(2, struct.pack("<3f", *axis)) + chunk(3, struct.pack("<f", 1))
    tracker = chunk(source.tracker, fields, nested=True)
    header = struct.pack("<QBBBB", told.captured_ns // 1000, 2, 3, told.n % 256, 1)
    return chunk(0x6755, chunk(0, header) + chunk(1, tracker, nested=True), nested=True)


def chunk(number: int, data: bytes, *, nested: bool = False) -> bytes:
    """A chunk: its id, the length of its data, whether its data are chunks; then the data."""
    return number.to_bytes(2, "little") + (len(data) + (0x8000 if nested else 0)).to_bytes(2, "little") + data
