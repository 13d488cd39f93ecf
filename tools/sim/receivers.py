"""Where a simulated tracker sends, and what source it is the device of where no stage says so."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from stage.errors import InputError
from stage.model.source import AnySource, Source
from stage.model.sources.freed import VENDORS
from stage.model.sources.osc import PRESETS
from tools.sim.wire.table import WIRES

EVERYWHERE = ("0.0.0.0", "::")
HERE = "127.0.0.1"
ID_KEY = {"freed": "camera_id", "opentrackio": "source_number", "osc": "id", "psn": "tracker"}
KIND_KEY = {"freed": "vendor", "osc": "preset"}


class Receiver(NamedTuple):
    """Where datagrams go; `card`: the address of the network card that sends to a multicast group."""

    host: str
    port: int
    card: str | None = None


def receiver_of(source: AnySource) -> Receiver:
    """Where a source of a stage hears its device: on this machine, where it listens on all networks."""
    host = HERE if source.host in EVERYWHERE else source.host
    return Receiver(host, source.port) if source.group is None else Receiver(source.group, source.port, host)


def bare_source(protocol: str, kind: str | None, id_: int) -> AnySource:
    """A source that hears a device of this protocol and kind (a FreeD vendor, an OSC preset) under this number. Raises
    InputError."""
    if protocol not in WIRES:
        raise InputError("--protocol", protocol, "is not simulated", f"Choose {', '.join(WIRES)}")
    given: dict[str, Any] = {"protocol": protocol, "name": "simulated", "group": ""}
    given[ID_KEY[protocol]] = str(id_) if protocol == "osc" else id_
    if kind is not None:
        known = {"freed": VENDORS, "osc": PRESETS}.get(protocol, {})
        if kind not in known or kind == "none":
            choices = ", ".join(name for name in known if name != "none")
            remedy = f"Choose {choices}" if choices else f"Leave it out for {protocol}"
            raise InputError("--kind", kind, f"is not a kind of {protocol}", remedy)
        given[KIND_KEY[protocol]] = kind
    adapter: TypeAdapter[AnySource] = TypeAdapter(Source)
    try:
        return adapter.validate_python(given)
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        raise InputError("--camera-id", str(id_), f"is not a number of {protocol}: {problem}", "Give another") from None


def kind_of(source: AnySource) -> str | None:
    """The FreeD vendor or OSC preset of a source."""
    key = KIND_KEY.get(source.protocol)
    return None if key is None else str(getattr(source, key))
