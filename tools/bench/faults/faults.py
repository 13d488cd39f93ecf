"""The table of faults: what a device or a network does wrong, and which alert must say so. Pure, seeded."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from stage.maths.pose import Pose
from stage.units import NS_PER_S
from tools.bench.faults.device import (
    RATE_HZ,
    START_S,
    STRANGER,
    Device,
    Sent,
    locked_off,
    moved,
    push_in,
    round_and_round,
    seconds,
    sway,
    whip_pans,
)

Make = Callable[[Device], Iterable[Sent]]
SPIKES = tuple(round((START_S + late_s) * RATE_HZ) for late_s in (0.1, 0.6, 1.3))
"""Packets with a stray pose."""
START = round(START_S * RATE_HZ)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One row. `alert`: the code that must be raised (None: none has to be); `from_s`: since when; `motion`: of the
    true camera, `first`: the number of its first packet. `scale`: the unit is wrong from the first packet on, and so is
    the wall's motion. `beside`: alerts that may be raised as well, where none must.
    `by_word`: its rotation may follow what the tracker says, however far that is: a head that stopped dead sends what a
    frozen one sends, and an inner view that is not where the camera looks is the worse mistake."""

    name: str
    make: Make
    alert: str | None = None
    from_s: float = START_S
    motion: Callable[[int], Pose] = sway
    first: int = 0
    scale: float = 1.0
    beside: tuple[str, ...] = ()
    by_word: bool = False


def clean(device: Device) -> Iterator[Sent]:
    """Nothing is wrong."""
    return (device.packet(index) for index in device.moments())


def spikes(**by: float) -> Make:
    """Single poses beside the path."""

    def make(device: Device) -> Iterator[Sent]:
        for index in device.moments():
            pose = device.pose(index)
            yield device.packet(index, moved(pose, **by) if index in SPIKES else pose)

    return make


def frozen(device: Device) -> Iterator[Sent]:
    """From the start on, for two seconds, the same bytes."""
    kept = device.packet(START)
    for index in device.moments():
        sent = device.packet(index)
        yield replace(sent, data=kept.data) if START <= index < START + 2 * RATE_HZ else sent


def dropped(for_s: float) -> Make:
    """Nothing comes for a while."""
    packets = round(for_s * RATE_HZ)

    def make(device: Device) -> Iterator[Sent]:
        return (device.packet(index) for index in device.moments() if not START <= index < START + packets)

    return make


def swapped(device: Device) -> Iterator[Sent]:
    """One of ten packets comes after the next one."""
    chance, held = random.Random(3), None
    for index in device.moments():
        sent = device.packet(index)
        if held is not None:
            yield replace(sent, arrives_ns=sent.arrives_ns)
            yield replace(held, arrives_ns=sent.arrives_ns + 50_000)
            held = None
        elif index > START and chance.random() < 0.1:
            held = sent
        else:
            yield sent


def damaged(device: Device) -> Iterator[Sent]:
    """A bit is wrong in one of twenty packets."""
    chance = random.Random(5)
    for index in device.moments():
        sent = device.packet(index)
        if index > START and chance.random() < 0.05:
            bit, data = chance.randrange(8 * len(sent.data)), bytearray(sent.data)
            data[bit // 8] ^= 1 << bit % 8
            sent = replace(sent, data=bytes(data))
        yield sent


def garbage(device: Device) -> Iterator[Sent]:
    """Between the packets, bytes of nobody."""
    chance = random.Random(9)
    for index in device.moments():
        sent = device.packet(index)
        yield sent
        if index > START:
            yield Sent(sent.arrives_ns + 1_000_000, chance.randbytes(chance.randrange(0, 60)))


def jumped(x: float, back_s: float | None = None) -> Make:
    """The tracker's origin is elsewhere from the start on."""

    def make(device: Device) -> Iterator[Sent]:
        until = START + round(back_s * RATE_HZ) if back_s is not None else 1 << 30
        for index in device.moments():
            pose = device.pose(index)
            yield device.packet(index, moved(pose, x=x) if START <= index < until else pose)

    return make


def drifts(device: Device) -> Iterator[Sent]:
    """The origin creeps from the first packet on."""
    for index in device.moments():
        yield device.packet(index, moved(device.pose(index), x=0.0015 * seconds(device.sent_ns(index))))


def renamed(device: Device) -> Iterator[Sent]:
    """From the start on, it says it is another device."""
    other = device.as_another()
    return (device.packet(index, source=other if index >= START else None) for index in device.moments())


def scaled(factor: float) -> Make:
    """Lengths in another unit, from the first packet on."""

    def make(device: Device) -> Iterator[Sent]:
        for index in device.moments():
            pose = device.pose(index)
            x, y, z = (factor * part for part in pose.position_m)
            yield device.packet(index, replace(pose, position_m=(x, y, z)))

    return make


def upside_down(device: Device) -> Iterator[Sent]:
    """The height has the other sign."""
    for index in device.moments():
        pose = device.pose(index)
        x, y, z = pose.position_m
        yield device.packet(index, replace(pose, position_m=(x, y, -z)))


def turned_round(device: Device) -> Iterator[Sent]:
    """The head says the opposite of where it looks."""
    return (device.packet(index, moved(device.pose(index), pan_deg=180.0)) for index in device.moments())


def only_turns(device: Device) -> Iterator[Sent]:
    """A head that tells no position."""
    return (device.packet(index, replace(device.pose(index), position_m=(0.0, 0.0, 0.0))) for index in device.moments())


def joined(sender: str) -> Make:
    """From the start on a second device sends as well, two metres away, half a packet later."""

    def make(device: Device) -> Iterator[Sent]:
        for index in device.moments():
            sent = device.packet(index)
            yield sent
            if index >= START:
                other = device.packet(index, moved(device.pose(index), x=2.0))
                later_ns = sent.arrives_ns + NS_PER_S // (2 * RATE_HZ)
                yield Sent(later_ns, other.data, sender or sent.sender)

    return make


FAULTS = (
    Wrong("clean", clean),
    Wrong("whip pans", clean, motion=whip_pans),
    Wrong("pan over 180", clean, motion=round_and_round, beside=("camera-facing",)),
    Wrong("count wraps", clean, first=65_536 - START),
    Wrong("spikes of 300 mm", spikes(x=0.3), "source-spikes"),
    Wrong("spikes of 60 mm", spikes(y=0.06), "source-spikes"),
    Wrong("spikes of 20 deg", spikes(pan_deg=20.0), "source-spikes"),
    Wrong("frozen", frozen, "source-frozen", by_word=True),
    Wrong("silent for 0.3 s", dropped(0.3)),
    Wrong("silent for 2 s", dropped(2.0), "source-stale"),
    Wrong("swapped", swapped),
    Wrong("damaged bits", damaged, beside=("source-spikes",)),
    Wrong("garbage", garbage),
    Wrong("origin jumps 0.5 m", jumped(0.5), "source-jumped"),
    Wrong("origin jumps, and back", jumped(-0.3, back_s=1.5), "source-jumped"),
    Wrong("another id", renamed, "source-refused"),
    Wrong("10 times too small", scaled(0.1), "camera-place", from_s=0.0, scale=0.1),
    Wrong("10 times too large", scaled(10.0), "camera-place", from_s=0.0, motion=push_in, scale=10.0),
    Wrong("height negative", upside_down, "camera-place", from_s=0.0),
    Wrong("pan turned round", turned_round, "camera-facing", from_s=0.0),
    Wrong("no position", only_turns, "source-no-position", from_s=0.0),
    Wrong("two senders", joined(STRANGER), "source-two-senders"),
    Wrong("two of one address", joined(""), "source-two-senders"),
    Wrong("locked off", clean, motion=locked_off),
)
"""Every fault. A drift needs ten seconds to be told from a slow dolly: it has a test of its own."""
