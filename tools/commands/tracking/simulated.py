"""What `openstage simulate tracker` is told, and what it says of itself."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction

from stage.errors import InputError
from stage.model.source import AnySource
from stage.model.stagefile import Stage
from tools.sim.faults import Faults
from tools.sim.sender import Address
from tools.sim.tracker import TrackerSettings


def source_named(stage: Stage, name: str | None) -> AnySource:
    """A source of a stage, the first unless named. Raises InputError."""
    for source in stage.sources:
        if name is None or source.name == name:
            return source
    known = ", ".join(source.name for source in stage.sources) or "none"
    raise InputError(stage.name, "sources", f"there is no source {name or ''}".rstrip(), f"Sources here: {known}")


def rate_of(text: str) -> Fraction:
    """Packets per second, exactly. Raises InputError."""
    try:
        rate_hz = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InputError("--rate", text, "is not a rate", "Give packets per second: 60, 59.94 or 24000/1001") from None
    if not 0 < rate_hz <= 10_000:
        raise InputError("--rate", text, "is out of range", "Give more than 0 and at most 10000 packets per second")
    return rate_hz


def address_of(text: str) -> tuple[str, int]:
    """HOST:PORT. Raises InputError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) <= 65_535:
        raise InputError("--to", text, "is not an address", "Give HOST:PORT, for example 127.0.0.1:40000")
    return host, int(port)


def announcement(settings: TrackerSettings, motion: str, address: Address, seconds: float | None) -> str:
    """The line that a person reads when it begins."""
    end = "until Ctrl-C" if seconds is None else f"for {seconds:g} s"
    rate = f"{float(settings.rate_hz):.6g} packets/s"
    source = settings.source
    who = (
        f"camera id {settings.camera_id}" if source.protocol == "freed" else f"{source.protocol} {source.subject or ''}"
    )
    return f"tracker: {motion}, {rate}, {who.strip()}, to {address[0]}:{address[1]}, {end}"


def summary(settings: TrackerSettings, motion: str, address: Address, faults: Faults, sent: int) -> dict[str, object]:
    """What was sent, for a machine."""
    return {
        "motion": motion,
        "protocol": settings.source.protocol,
        "to": f"{address[0]}:{address[1]}",
        "rate_hz": str(settings.rate_hz),
        "seed": settings.seed,
        "epoch_ns": settings.epoch_ns,
        "camera_id": settings.camera_id,
        "faults": asdict(faults),
        "datagrams_sent": sent,
    }
