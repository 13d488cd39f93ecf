"""Figures as a table for people: a name a line, what belongs together in one line."""

from __future__ import annotations

from collections.abc import Mapping


def print_table(figures: Mapping[str, object], indent: str = "") -> None:
    """Print figures, groups of groups indented."""
    for name, value in figures.items():
        if isinstance(value, Mapping) and not any(isinstance(inner, Mapping) for inner in value.values()):
            print(f"{indent}{name:<28} {'   '.join(f'{inner} {_text(of)}' for inner, of in value.items())}")
        elif isinstance(value, Mapping):
            print(f"{indent}{name}")
            print_table(value, indent + "  ")
        else:
            print(f"{indent}{name:<28} {_text(value)}")


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if value == 0.0 or abs(value) >= 1e-3 else f"{value:.1e}"
    if isinstance(value, list):
        return "  ".join(_text(item) for item in value)
    return str(value)
