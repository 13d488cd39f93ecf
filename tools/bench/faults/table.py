"""Every fault of every protocol, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.bench.faults.device import SPECIES
from tools.bench.faults.faults import FAULTS, Wrong
from tools.bench.faults.run import Outcome, outcome

MOST_PX = 2.0
MOST_DEG = 3.0
"""The margin that a look has unless it says otherwise: more than that at once shows the outer view to the camera."""
LATEST_S = 1.0
BESIDE = {"source-stale", "margin-missed"}
"""Alerts that may be raised where none has to be: packets are missing, or more margin was needed."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fault of a species, and what came of it."""

    fault: str
    species: str
    wanted: str | None
    came: Outcome
    beside: tuple[str, ...] = ()
    by_word: bool = False

    @property
    def faults(self) -> list[str]:
        """What is not as it must be."""
        found = []
        if self.came.step_px > MOST_PX:
            found.append(f"a step of {self.came.step_px:.1f} px")
        if self.came.turn_deg > MOST_DEG and not self.by_word:
            found.append(f"a turn of {self.came.turn_deg:.1f} deg")
        if self.wanted is not None and (self.came.alert_s is None or self.came.alert_s > LATEST_S):
            found.append(f"{self.wanted} late or missing")
        if self.wanted is None and (false := set(self.came.alerts) - BESIDE - set(self.beside)):
            found.append(f"raised {', '.join(sorted(false))}")
        return found


def rows(
    faults: Sequence[Wrong] = FAULTS,
    species: Sequence[str] = tuple(SPECIES),
    tell: Callable[[str], None] = lambda _: None,
) -> list[Row]:
    """Run them all."""
    found = []
    for wrong in faults:
        tell(wrong.name)
        found += [
            Row(wrong.name, one, wrong.alert, outcome(wrong, one), wrong.beside, wrong.by_word) for one in species
        ]
    return found


def printed(table: Sequence[Row]) -> list[str]:
    """The table in lines: steps of place (px) and rotation (deg) beyond true motion, and when the alert was raised."""
    species = list(dict.fromkeys(row.species for row in table))
    lines = [f"{'fault':<24}{'alert':<20}" + "".join(f"{name:>26}" for name in species)]
    for fault in dict.fromkeys(row.fault for row in table):
        mine = {row.species: row for row in table if row.fault == fault}
        wanted = next(iter(mine.values())).wanted or "-"
        lines.append(f"{fault:<24}{wanted:<20}" + "".join(f"{_cell(mine[name]):>26}" for name in species))
    wrong = [f"{row.fault}, {row.species}: {'; '.join(row.faults)}" for row in table if row.faults]
    limits = f"px (at most {MOST_PX:g}) and degrees (at most {MOST_DEG:g}) beyond true motion"
    return [*lines, f"{limits}, alert after s (at most {LATEST_S:g})", *wrong]


def _cell(row: Row) -> str:
    after = "" if row.wanted is None else "  never" if row.came.alert_s is None else f" {row.came.alert_s:5.2f} s"
    return f"{row.came.step_px:.2f} px {row.came.turn_deg:.2f} deg{after}"
