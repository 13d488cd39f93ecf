"""What a datagram could be: the settings of a source that reads it, found by trying every protocol. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

from stage.errors import PacketError
from stage.model.sources.osc import ID, PRESETS, OscSource
from stage.osc.wire import OscCall, calls_of
from tracking.protocols import freed, opentrackio, psn
from tracking.protocols.opentrackio_sample import sample_of
from tracking.protocols.osc import OscRules

FURTHEST = 16
"""Bytes that a device may put before a FreeD message."""
ANY = "any"
NAMED = re.compile(r"/(\d+|[^/]*\d)(?=/|$)")
"""A part of an address that counts: the id of a camera or prop."""
ARGUMENTS = {
    3: {"position": "x y z", "location": "x y z", "rotation": "rx ry rz", "orientation": "rx ry rz"},
    4: {"rotation": "qx qy qz qw", "orientation": "qx qy qz qw", "quat": "qx qy qz qw"},
    6: {"": "x y z rx ry rz"},
    7: {"": "x y z qx qy qz qw"},
}
"""What so many numbers are likely to be, by a word of the address ("" = whatever it is)."""


class Named(NamedTuple):
    """A stream that a datagram belongs to: its protocol, its id in the sender's words, and the settings of a source
    that reads it (keys of the stage file). `remark`: what is unusual about it, "" where nothing is."""

    protocol: str
    id: str
    settings: dict[str, Any]
    remark: str = ""


def names_of(datagram: bytes) -> list[Named]:
    """Everything in a datagram that some source could read; nothing where no protocol knows it."""
    for protocol in (_opentrackio, _psn, _osc, _freed):
        try:
            if found := list(protocol(datagram)):
                return found
        except PacketError:
            continue
    return []


def _opentrackio(datagram: bytes) -> Iterator[Named]:
    segment = opentrackio.decode_segment(datagram, accept_bad_checksum=True)
    if not segment.whole:
        yield Named("opentrackio", ANY, {}, "samples in several datagrams")
        return
    sample = sample_of(opentrackio.decode_payload(segment.encoding, segment.payload))
    settings: dict[str, Any] = {}
    if sample.source_number is not None and 1 <= sample.source_number <= 200:
        settings = {"source_number": sample.source_number, "group": ""}
    elif sample.source_id is not None:
        settings = {"source_id": sample.source_id}
    remark = "checksum of version 1.0.0" if segment.old_checksum else ""
    if not segment.checksum_good:
        settings["accept_bad_checksum"] = True
        remark = "wrong checksum"
    encoding = "CBOR" if segment.encoding == opentrackio.CBOR else "JSON"
    id_ = str(settings.get("source_number", settings.get("source_id", ANY)))
    yield Named("opentrackio", id_, settings, ", ".join(filter(None, (encoding, remark))))


def _psn(datagram: bytes) -> Iterator[Named]:
    packet = psn.decode(datagram)
    for tracker in packet.trackers if isinstance(packet, psn.PsnData) else ():
        yield Named("psn", str(tracker.id), {"tracker": tracker.id, "group": ""})


def _freed(datagram: bytes) -> Iterator[Named]:
    """FreeD with the first way of summing that is right; last of all with a sum that nobody knows.

    Behind other bytes only whole and with the usual sum: one byte of it is right by chance once in 256 times.
    """
    at_the_start = [(0, *way) for way in product(freed.CHECKSUMS, (False, True))]
    behind = [(offset, freed.FREED_SUM, False) for offset in range(1, FURTHEST + 1)]
    for offset, checksum, padding in (*at_the_start, *behind):
        body = datagram[offset:]
        if body[:1] == bytes((freed.D1,)) and (packets := _messages(body, checksum, padding)):
            for packet in packets:
                yield _freed_name(packet, offset, checksum, padding)
            return
    if datagram[:1] == bytes((freed.D1,)) and len(datagram) >= freed.LENGTH:
        packet = freed.decode(datagram, accept_bad_checksum=True, allow_padding=True)
        named = _freed_name(packet, 0, freed.FREED_SUM, len(datagram) > freed.LENGTH)
        settings = {**named.settings, "accept_bad_checksum": True}
        yield named._replace(settings=settings, remark=_joined(named.remark, "a checksum that no known device has"))


def _messages(body: bytes, checksum: str, padding: bool) -> list[freed.FreedPacket]:
    try:
        return freed.decode_all(body, allow_padding=padding, checksum=checksum)
    except PacketError:
        return []


def _freed_name(packet: freed.FreedPacket, offset: int, checksum: str, padding: bool) -> Named:
    settings: dict[str, Any] = {"camera_id": packet.camera_id}
    remarks: list[str] = []
    for key, value, usual, remark in (
        ("checksum", checksum, freed.FREED_SUM, f"checksum of the kind {checksum!r}"),
        ("allow_padding", padding, False, "bytes after the message"),
        ("body_offset", offset, 0, f"{offset} bytes before the message"),
    ):
        if value != usual:
            settings[key] = value
            remarks.append(remark)
    return Named("freed", str(packet.camera_id), settings, ", ".join(remarks))


def _osc(datagram: bytes) -> Iterator[Named]:
    """OSC by a preset whose rules know an address, else by what its numbers are likely to be."""
    calls = calls_of(datagram)
    lengths = {len(call.arguments) for call in calls}
    for preset in PRESETS:
        rules = _rules_of(preset)
        try:
            parts = OscRules(rules).parts(datagram)
        except PacketError:
            continue
        if any(len(rules[part.rule].arguments) not in lengths for part in parts):
            continue
        ids = dict.fromkeys(part.id for part in parts)
        for id_ in ids:
            yield Named("osc", id_ or ANY, _with_id({"preset": preset}, id_), f"preset {preset!r}")
        if ids:
            return
    for id_ in dict.fromkeys(_id_of(call.address) for call in calls):
        rules_ = [rule for call in calls if _id_of(call.address) == id_ and (rule := _likely(call)) is not None]
        if rules_:
            remark = "rules guessed: " + "; ".join(f"{r['address']} = {' '.join(r['arguments'])}" for r in rules_)
            yield Named("osc", id_ or ANY, _with_id({"preset": "none", "rules": rules_}, id_), remark)


def _rules_of(preset: str) -> tuple[Any, ...]:
    if not PRESETS[preset].get("rules"):
        return ()
    return OscSource.model_validate({"name": "x", "protocol": "osc", "preset": preset}).rules


def _with_id(settings: dict[str, Any], id_: str) -> dict[str, Any]:
    return {**settings, "id": id_} if id_ else settings


def _id_of(address: str) -> str:
    found = NAMED.search(address)
    return found[1] if found else ""


def _likely(call: OscCall) -> dict[str, Any] | None:
    """A rule for an address by the number of its numbers."""
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in call.arguments):
        return None
    words = ARGUMENTS.get(len(call.arguments), {})
    arguments = next((told for word, told in words.items() if word in call.address.lower()), None)
    if arguments is None:
        return None
    return {"address": NAMED.sub(f"/{ID}", call.address, count=1), "arguments": arguments.split()}


def _joined(*remarks: str) -> str:
    return ", ".join(filter(None, remarks))


Protocol = Callable[[bytes], Iterator[Named]]
