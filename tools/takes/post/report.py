"""The camera report: what script, post and the day's producers read, as tables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from tools.takes.post.curve import Curve

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #bbb;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}th{background:#eee}"
)
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title; `head` () where the first cell of each row is its name."""

    title: str
    head: Cells
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A title and tables."""

    title: str
    tables: tuple[Table, ...]


def report_of(summary: dict[str, Any], curves: Sequence[Curve]) -> Report:
    """The report of a take."""
    changes = [(c["at_s"], c["frame"] or "", c["who"], c["text"]) for c in summary["changes"]]
    alerts = [(a["at_s"], a["alert"], a["detail"]) for a in summary["alerts"]]
    margins = [(m["camera"], m["frames"], m["missed"], f"{m['worst_deg']:.2f}") for m in summary["margins"]]
    cameras = ("Camera", "Frames", "Tracked", "Over a gap", "Held", "Focal length mm")
    tables = (
        _table("", (), _about(summary)),
        _table("Cameras", cameras, [_camera(curve) for curve in curves]),
        _table("Margins", ("Camera", "Frames compared", "Outer view in picture", "Worst degrees"), margins),
        _table("Changes", ("Seconds", "Frame", "Who", "What"), changes),
        _table("Alerts", ("Seconds", "Alert", "Detail"), alerts),
    )
    info = summary["info"]
    return Report(f"{info['slate'] or 'no slate'} take {info['take']}", tables)


def html(report: Report) -> str:
    """A page that needs nothing else."""
    title = escape(report.title)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return "\n".join([head + f"<h1>{title}</h1>", *(_as_html(table) for table in report.tables)]) + "</html>\n"


def _about(summary: dict[str, Any]) -> list[tuple[object, ...]]:
    info, age, check = summary["info"], summary["tracking_age_ms"], summary["check"]
    ages = "" if age is None else f"{age['p50']:.1f} ms at the middle, {age['worst']:.1f} ms at most"
    return [
        ("Stage", info["stage"]),
        ("Rolled", info["rolled_at"]),
        ("Time code", f"{info['start_timecode']} at {info['rate']} frames/s"),
        ("Frames", f"{summary['frames']} ({info['pre_roll']} before the roll)"),
        ("Lost, never decided", f"{summary['lost']}, {info['skipped']}"),
        ("Late, not drawn", f"{summary['late']}, {summary['skipped']}"),
        ("Age of the tracking on the wall", ages),
        ("Parallax at the last check", check or "no check was made in this run"),
        ("Sets", ", ".join(summary["scenes"])),
        ("Look", summary["look"] or ""),
        ("Circled, print, rating", _marks(info)),
        ("Note", info["note"]),
        ("Software", info["software"]),
    ]


def _camera(curve: Curve) -> tuple[object, ...]:
    counts = Counter(row.quality for row in curve.rows)
    lengths = [row.lens.focal_length_mm for row in curve.rows] or [0.0]
    span = f"{min(lengths):.1f}" if min(lengths) == max(lengths) else f"{min(lengths):.1f} to {max(lengths):.1f}"
    return (curve.camera, len(curve.rows), counts["tracked"], counts["gap"], counts["held"], span)


def _marks(info: dict[str, Any]) -> str:
    marks = [word for word, on in (("circled", info["circled"]), ("print", info["printed"])) if on]
    return ", ".join([*marks, *([] if info["rating"] is None else [f"{info['rating']} of 5"])]) or "none"


def _table(title: str, head: Cells, rows: Sequence[tuple[object, ...]]) -> Table:
    return Table(title, head, tuple(tuple(str(cell) for cell in row) for row in rows))


def _as_html(table: Table) -> str:
    title = f"<h2>{escape(table.title)}</h2>" if table.title else ""
    if not table.rows:
        return f"{title}<p>None.</p>"
    top = f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in table.head)}</tr>" if table.head else ""
    return f"{title}<table>{top}{''.join(_row(row, named=not table.head) for row in table.rows)}</table>"


def _row(cells: Cells, named: bool) -> str:
    first = "th" if named else "td"
    rest = "".join(f"<td>{escape(cell)}</td>" for cell in cells[1:])
    return f"<tr><{first}>{escape(cells[0])}</{first}>{rest}</tr>"
