"""Series over time as a picture (SVG): one panel a figure, one line a process. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

WIDTH, HEIGHT, LEFT, GAP = 960, 260, 70, 40
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8e44ad", "#b8860b", "#16808a", "#a23b72", "#555555", "#6b8e23", "#d2691e")


class Line(Protocol):
    """A series: moments in hours, and values."""

    hours: list[float]
    values: list[float]


def picture_of(series: Mapping[tuple[str, int, str], Line], figures: Sequence[str]) -> str:
    """The picture of all series of these figures."""
    panels = [_panel(number, figure, series) for number, figure in enumerate(figures)]
    height = len(figures) * (HEIGHT + GAP) + GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 200}" height="{height}" font-family="sans-serif"'
    return "\n".join((f'{head} font-size="12"><rect width="100%" height="100%" fill="white"/>', *panels, "</svg>\n"))


def _panel(number: int, figure: str, series: Mapping[tuple[str, int, str], Line]) -> str:
    lines = {key: each for key, each in series.items() if key[2] == figure}
    roles = sorted({role for role, _, _ in lines})
    longest = max((max(each.hours, default=0.0) for each in lines.values()), default=0.0) or 1.0
    most = max((max(each.values, default=0.0) for each in lines.values()), default=0.0) or 1.0
    top = GAP + number * (HEIGHT + GAP)
    parts = [
        f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{escape(figure)}</text>',
        f'<rect x="{LEFT}" y="{top}" width="{WIDTH - LEFT}" height="{HEIGHT}" fill="none" stroke="#999"/>',
        f'<text x="{LEFT - 6}" y="{top + 12}" text-anchor="end">{most:.0f}</text>',
        f'<text x="{LEFT - 6}" y="{top + HEIGHT}" text-anchor="end">0</text>',
        f'<text x="{WIDTH}" y="{top + HEIGHT + 14}" text-anchor="end">{longest:.2f} h</text>',
    ]
    for (role, _, _), each in lines.items():
        points = " ".join(
            f"{LEFT + hours / longest * (WIDTH - LEFT):.1f},{top + HEIGHT * (1 - value / most):.1f}"
            for hours, value in zip(each.hours, each.values, strict=True)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{_colour(roles, role)}"/>')
    for row, role in enumerate(roles):
        parts.append(
            f'<text x="{WIDTH + 12}" y="{top + 14 + row * 15}" fill="{_colour(roles, role)}">{escape(role)}</text>'
        )
    return "\n".join(parts)


def _colour(roles: Sequence[str], role: str) -> str:
    return COLOURS[roles.index(role) % len(COLOURS)]
