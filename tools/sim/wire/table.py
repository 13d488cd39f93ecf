"""The table of what simulated devices write, by protocol. Nothing of `tracking/` has a part in these bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stage.model.source import AnySource
from tools.sim.wire.freed import freed_bytes
from tools.sim.wire.opentrackio import opentrackio_bytes
from tools.sim.wire.osc import osc_bytes
from tools.sim.wire.psn import psn_bytes
from tools.sim.wire.told import Told

WIRES: dict[str, Callable[[Told, Any], bytes]] = {
    "freed": freed_bytes,
    "opentrackio": opentrackio_bytes,
    "osc": osc_bytes,
    "psn": psn_bytes,
}


def datagram(told: Told, source: AnySource) -> bytes:
    """What a device of this source sends."""
    return WIRES[source.protocol](told, source)
