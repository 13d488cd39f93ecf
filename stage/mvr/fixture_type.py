"""A fixture type in a GDTF file: its slots, kind and colours (GDTF 1.2, DIN SPEC 15800). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from stage.errors import InputError
from stage.model.fixture import Channel, Kind

ATTRIBUTES: dict[str, Channel] = {
    "Dimmer": "dimmer",
    "ColorAdd_R": "red",
    "ColorAdd_G": "green",
    "ColorAdd_B": "blue",
    "ColorAdd_W": "white",
    "ColorRGB_Red": "red",
    "ColorRGB_Green": "green",
    "ColorRGB_Blue": "blue",
    "CTC": "cct",
    "CTO": "cct",
    "CTB": "cct",
    "Tint": "tint",
    "Shutter1": "full",
    "Pan": "half",
    "Tilt": "half",
}
"""GDTF attribute to channel; slots of any other are kept at 0."""
Chromaticity = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FixtureType:
    """One mode of a type. `channels` in the order of the slots; `primaries`: CIE xy of red, green and blue."""

    kind: Kind
    bits: int
    channels: tuple[Channel, ...]
    primaries: tuple[Chromaticity, Chromaticity, Chromaticity] | None


def fixture_type_of(root: Element, mode: str, where: str) -> FixtureType:
    """The mode of that name (the first where none has it). Raises InputError where it has no light to set."""
    modes = list(root.iterfind("FixtureType/DMXModes/DMXMode"))
    if not modes:
        raise InputError(where, "DMXModes", "the fixture has no DMX mode", "Add it to the stage file yourself")
    chosen = next((each for each in modes if each.get("Name") == mode), modes[0])
    slots = _slots(chosen)
    known = {channel for channel, _ in slots.values()}
    kind = _kind(known, where)
    bits, channels = _packed(slots)
    return FixtureType(kind, bits, channels, _primaries(root) if kind in ("rgb", "rgbw") else None)


def _slots(mode: Element) -> dict[int, tuple[Channel, bool]]:
    """By offset from 1: the channel, and whether the slot is the fine one."""
    slots: dict[int, tuple[Channel, bool]] = {}
    for channel in mode.iterfind("DMXChannels/DMXChannel"):
        logical = channel.find("LogicalChannel")
        attribute = logical.get("Attribute", "") if logical is not None else ""
        offsets = [int(text) for text in channel.get("Offset", "").split(",") if text.strip().isdecimal()]
        for number, offset in enumerate(offsets):
            slots[offset] = (ATTRIBUTES.get(attribute, "zero"), number > 0)
    return slots


def _kind(known: set[Channel], where: str) -> Kind:
    if {"red", "green", "blue"} <= known:
        return "rgbw" if "white" in known else "rgb"
    if "dimmer" not in known:
        raise InputError(
            where, "DMXMode", "has neither a dimmer nor red, green and blue", "Add it to the stage file yourself"
        )
    return "cct" if "cct" in known else "dimmer"


def _packed(slots: dict[int, tuple[Channel, bool]]) -> tuple[int, tuple[Channel, ...]]:
    """16 bit where every channel has a coarse slot and then a fine one; else 8 bit, with fine slots at 0."""
    last = max(slots)
    listed = [slots.get(offset, ("zero", False)) for offset in range(1, last + 1)]
    pairs = list(zip(listed[::2], listed[1::2], strict=False))
    deep = last % 2 == 0 and all(b[1] and not a[1] and a[0] == b[0] for a, b in pairs)
    if deep:
        return 16, tuple(coarse for (coarse, _), _ in pairs)
    return 8, tuple("zero" if fine else channel for channel, fine in listed)


def _primaries(root: Element) -> tuple[Chromaticity, Chromaticity, Chromaticity] | None:
    """The primaries of the emitters named red, green and blue, or whose names begin so."""
    found: dict[str, Chromaticity] = {}
    for emitter in root.iterfind("FixtureType/PhysicalDescriptions/Emitters/Emitter"):
        name = emitter.get("Name", "").lower()
        colour = next((each for each in ("red", "green", "blue") if name.startswith(each)), None)
        try:
            x, y = [float(text) for text in emitter.get("Color", "").split(",")][:2]
        except ValueError:
            continue
        if colour is not None and colour not in found and 0.0 < x < 1.0 and 0.0 < y < 1.0:
            found[colour] = (x, y)
    return (found["red"], found["green"], found["blue"]) if len(found) == 3 else None
