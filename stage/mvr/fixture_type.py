"""A fixture type in a GDTF file: its slots, kind and colours (GDTF 1.2, DIN SPEC 15800). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from stage.errors import InputError
from stage.model.fixture import COLOUR_CHANNELS, EVERY_KIND, UNIVERSE_SLOTS, Channel, Kind
from stage.mvr.temperature import Temperature, temperature_of

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
MOST_MODES = 8
"""So many names of modes are told."""
Chromaticity = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FixtureType:
    """One mode of a type. `channels` in the order of the slots; `primaries`: CIE xy of red, green and blue;
    `temperature`: of a lamp of kind cct. `problem`: why it cannot be used as it is, "" where it can."""

    kind: Kind
    bits: int
    channels: tuple[Channel, ...]
    primaries: tuple[Chromaticity, Chromaticity, Chromaticity] | None
    temperature: Temperature | None = None
    problem: str = ""


def fixture_type_of(root: Element, mode: str, where: str) -> FixtureType:
    """The mode of that name; where none has it, the first with a `problem`. Raises InputError where it has no light
    to set."""
    modes = list(root.iterfind("FixtureType/DMXModes/DMXMode"))
    if not modes:
        raise InputError(where, "DMXModes", "the fixture has no DMX mode", "Add it to the stage file yourself")
    chosen, problem = _mode(modes, mode, where)
    slots = _slots(chosen)
    kind = _kind({channel for channel, _ in slots.values()}, where)
    temperature = _temperature(chosen) if kind == "cct" else None
    bits, channels = _packed(_of_kind(slots, kind, falls=temperature is not None and temperature.falls))
    primaries = _primaries(root) if kind in ("rgb", "rgbw") else None
    return FixtureType(kind, bits, channels, primaries, temperature, problem)


def _mode(modes: Sequence[Element], wanted: str, where: str) -> tuple[Element, str]:
    """The mode that the plan means, and what is wrong where there is none of that name."""
    names = [each.get("Name", "") for each in modes]
    for same in (str, lambda name: " ".join(name.split()).casefold()):
        found = [each for each, name in zip(modes, names, strict=True) if same(name) == same(wanted)]
        if len(found) == 1 or (found and same is str):
            return found[0], ""
    if not wanted and len(modes) == 1:
        return modes[0], ""
    known = ", ".join(repr(name) for name in names[:MOST_MODES]) + (" ..." if len(names) > MOST_MODES else "")
    named = f"has no mode {wanted!r}" if wanted else "has several modes, and the plan names none"
    return modes[0], f"{where}: {named}. Choose one of {known} in the plan; below are the slots of {names[0]!r}"


def _temperature(mode: Element) -> Temperature:
    """Of the first channel that sets a colour temperature."""
    for logical in mode.iterfind("DMXChannels/DMXChannel/LogicalChannel"):
        attribute = logical.get("Attribute", "")
        if ATTRIBUTES.get(attribute) == "cct":
            return temperature_of(logical, attribute)
    return Temperature(None, None)


def _of_kind(slots: dict[int, tuple[Channel, bool]], kind: Kind, *, falls: bool) -> dict[int, tuple[Channel, bool]]:
    """The slots without channels that the kind has not: they stay at 0."""
    known = COLOUR_CHANNELS[kind] | EVERY_KIND
    named: dict[int, tuple[Channel, bool]] = {}
    for offset, (channel, fine) in slots.items():
        chosen: Channel = "cct_falling" if falls and channel == "cct" else channel
        named[offset] = (chosen if chosen in known else "zero", fine)
    return named


def _slots(mode: Element) -> dict[int, tuple[Channel, bool]]:
    """By offset from 1: the channel, and whether the slot is the fine one. Offsets beyond a universe are none."""
    slots: dict[int, tuple[Channel, bool]] = {}
    for channel in mode.iterfind("DMXChannels/DMXChannel"):
        logical = channel.find("LogicalChannel")
        attribute = logical.get("Attribute", "") if logical is not None else ""
        texts = [text.strip() for text in channel.get("Offset", "").split(",")]
        offsets = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 9]
        for number, offset in enumerate(offset for offset in offsets if 1 <= offset <= UNIVERSE_SLOTS):
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
