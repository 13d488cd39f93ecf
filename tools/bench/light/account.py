"""The figures of a comparison with the path tracer, next to their limits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import mean

from tools.tracing.likeness import Likeness

MEAN_FLIP_BY_DAY, FLIP_BY_DAY, FLIP_BY_NIGHT = 0.08, 0.10, 0.12
FLOOR_BY_DAY, FLOOR_BY_NIGHT = 0.03, 0.06
MEDIAN, RATIO = 0.03, (0.98, 1.02)


@dataclass(frozen=True, slots=True)
class Row:
    """One set under one light: its figures, and what the reference leaves out."""

    scene: str
    look: str
    pose: str
    night: bool
    figures: Likeness
    notes: tuple[str, ...] = ()

    @property
    def proves(self) -> bool:
        """Whether the reference is quiet enough for its FLIP to mean anything."""
        return self.figures.floor <= (FLOOR_BY_NIGHT if self.night else FLOOR_BY_DAY)

    @property
    def faults(self) -> list[str]:
        """What is beyond its limit, in words."""
        of, limit = self.figures, FLIP_BY_NIGHT if self.night else FLIP_BY_DAY
        found = []
        if not self.proves:
            found.append(f"the reference's own noise is {of.floor:.3f}: give more --spp")
        if of.flip_without_foliage > limit:
            found.append(f"FLIP {of.flip_without_foliage:.3f} > {limit:.2f}")
        if of.median > MEDIAN:
            found.append(f"median error {of.median:.3f} > {MEDIAN:.2f}")
        if not RATIO[0] <= of.mean_ratio <= RATIO[1]:
            found.append(f"mean luminance {of.mean_ratio:.3f} of the reference's")
        return found


@dataclass(frozen=True, slots=True)
class Account:
    """All rows of a run."""

    rows: tuple[Row, ...]

    @property
    def good(self) -> bool:
        """Whether everything is within its limits."""
        return not any(row.faults for row in self.rows) and self.day_mean <= MEAN_FLIP_BY_DAY

    @property
    def day_mean(self) -> float:
        """Mean FLIP by day, foliage counted apart; 0 without a row by day."""
        day = [row.figures.flip_without_foliage for row in self.rows if not row.night]
        return mean(day) if day else 0.0

    def document(self) -> dict[str, object]:
        """As JSON."""
        rows = [
            {"set": row.scene, "look": row.look, "pose": row.pose, "night": row.night, **asdict(row.figures),
             "faults": row.faults, "notes": row.notes}
            for row in self.rows
        ]  # fmt: skip
        means = {name: mean(row.figures.flip for row in rows) for name, rows in self._by_set().items()}
        return {"good": self.good, "mean_flip_by_day": self.day_mean, "mean_flip_of_sets": means, "rows": rows}

    def text(self) -> str:
        """A table for people."""
        lines = [_line("set", "look", "pose", HEADS)]
        for name, rows in self._by_set().items():
            lines += [_line(name, row.look, row.pose, _values(row.figures)) for row in rows]
            lines.append(_line(name, "mean", "", (f"{mean(row.figures.flip for row in rows):.3f}",)))
        lines.append(f"mean FLIP by day, without foliage: {self.day_mean:.3f}, at most {MEAN_FLIP_BY_DAY:.2f}")
        lines += [f"{row.scene}, {row.look}, {row.pose}: {'; '.join(row.faults)}" for row in self.rows if row.faults]
        notes = dict.fromkeys(f"{row.scene}: {note}" for row in self.rows for note in row.notes)
        return "\n".join([*lines, *notes])

    def _by_set(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.scene, []).append(row)
        return found


HEADS = ("FLIP", "floor", "bare", "foliage", "surface", "HDR", "median", "95 %", "mean")


def _line(name: str, look: str, pose: str, values: Sequence[str]) -> str:
    return f"{name:<18} {look:<14} {pose:<8} " + " ".join(f"{value:>7}" for value in values)


def _values(of: Likeness) -> tuple[str, ...]:
    numbers = (of.flip, of.floor, of.flip_without_foliage, of.flip_of_foliage, of.flip_of_surfaces, of.flip_hdr,
               of.median, of.worst, of.mean_ratio)  # fmt: skip
    return tuple("-" if value is None else f"{value:.3f}" for value in numbers)
