"""Lint rules about fixtures: each has slots of its own, and packets have somewhere to go. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from stage.files.finding import Finding
from stage.lint.subject import LintedStage, Rule
from stage.model.fixture import COLOUR_CHANNELS, EVERY_KIND, UNIVERSE_SLOTS, Fixture


def fixtures_overlap(linted: LintedStage) -> Iterator[Finding]:
    """No two fixtures listen to one slot."""
    taken: dict[tuple[int, int], Fixture] = {}
    for index, fixture in enumerate(linted.stage.fixtures):
        slots = [(fixture.universe, slot) for slot in range(fixture.address, fixture.last_slot + 1)]
        other = next((taken[slot] for slot in slots if slot in taken), None)
        if other is not None:
            problem = (
                f"slots {fixture.address} to {fixture.last_slot} of universe {fixture.universe} overlap those of "
                f"{other.name!r}, {other.address} to {other.last_slot}"
            )
            yield linted.error(f"fixtures[{index}].address", problem, f"Start at {other.last_slot + 1} or later")
        taken.update(dict.fromkeys(slots, fixture))


def fixture_outside_universe(linted: LintedStage) -> Iterator[Finding]:
    """A fixture ends within its universe, and the universe is one of the protocol's."""
    lights = linted.stage.lights
    first, last = lights.universes
    for index, fixture in enumerate(linted.stage.fixtures):
        if fixture.last_slot > UNIVERSE_SLOTS:
            latest = UNIVERSE_SLOTS - (fixture.last_slot - fixture.address)
            problem = f"ends at slot {fixture.last_slot}, beyond {UNIVERSE_SLOTS}"
            yield linted.error(f"fixtures[{index}].address", problem, f"Start at {latest} or earlier")
        if not first <= fixture.universe <= last:
            problem = f"{lights.protocol} has no universe {fixture.universe}"
            yield linted.error(f"fixtures[{index}].universe", problem, f"Use {first} to {last}")


def fixture_channels(linted: LintedStage) -> Iterator[Finding]:
    """A fixture has only channels of its kind."""
    for index, fixture in enumerate(linted.stage.fixtures):
        known = COLOUR_CHANNELS[fixture.kind] | EVERY_KIND
        for number, channel in enumerate(fixture.channels):
            if channel not in known:
                problem = f"a fixture of kind {fixture.kind!r} has no channel {channel!r}"
                remedy = f"Use one of {', '.join(sorted(known))}, or another kind"
                yield linted.error(f"fixtures[{index}].channels[{number}]", problem, remedy)


def fixture_at_its_aim(linted: LintedStage) -> Iterator[Finding]:
    """A fixture is not at its own aim: it would have no direction."""
    stage = linted.stage
    for index, fixture in enumerate(stage.fixtures):
        if fixture.position_m == (fixture.aim_m or stage.light_mark_m):
            field = "aim_m" if fixture.aim_m else "position_m"
            problem = "the fixture is at its own aim, so it has no direction"
            yield linted.error(f"fixtures[{index}].{field}", problem, "Move one of the two")


def lights_go_somewhere(linted: LintedStage) -> Iterator[Finding]:
    """Packets have a destination; addresses are of one kind."""
    lights = linted.stage.lights
    if not linted.stage.fixtures or not lights.on:
        return
    reached = bool(lights.destinations) or (lights.protocol == "sacn" and lights.multicast)
    if not reached:
        where = "lights.destinations"
        yield linted.error(where, "there is no destination", 'Name the nodes: destinations = ["192.168.0.20"]')
    if ip_address(lights.interface).version != 4:
        problem = f"{lights.interface} is not an IPv4 address"
        yield linted.error("lights.interface", problem, "Use the IPv4 address of the network card")


def lights_slower_than_walls(linted: LintedStage) -> Iterator[Finding]:
    """Lamps are updated as often as the walls."""
    rate, most = float(linted.stage.rate_hz), linted.stage.lights.rate_hz
    if linted.stage.fixtures and linted.stage.lights.on and rate > most:
        problem = f"lamps take {most:g} updates a second, the walls {rate:g} frames"
        remedy = "They follow up to one update late; use 24, 25 or 30 frames/s where that is visible"
        yield linted.warning("lights.rate_hz", problem, remedy)


FIXTURE_RULES: tuple[Rule, ...] = (
    fixtures_overlap,
    fixture_outside_universe,
    fixture_channels,
    fixture_at_its_aim,
    lights_go_somewhere,
    lights_slower_than_walls,
)
