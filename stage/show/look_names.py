"""Walls, cameras and fixtures that a look names, checked against the stage. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stage.files.problems import nearest
from stage.model.look import Look


def unknown_names(
    look: Look, walls: Sequence[str], fixtures: Sequence[str], cameras: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Each name that the stage does not have: its field in the look, the problem, the remedy."""
    for index, trim in enumerate(look.walls):
        if trim.name not in walls:
            yield f"walls[{index}].name", f"there is no wall {trim.name!r}", nearest(trim.name, walls)
    for index, card in enumerate(look.light_cards):
        if card.wall not in walls:
            yield f"light_cards[{index}].wall", f"there is no wall {card.wall!r}", nearest(card.wall, walls)
    for index, own in enumerate(look.inner.cameras):
        if own.name not in cameras:
            field = f"inner.cameras[{index}].name"
            yield field, f"there is no camera {own.name!r}", nearest(own.name, cameras)
    for index, level in enumerate(look.fixtures.fixed):
        if level.name not in fixtures:
            field = f"fixtures.fixed[{index}].name"
            yield field, f"there is no fixture {level.name!r}", nearest(level.name, fixtures)
