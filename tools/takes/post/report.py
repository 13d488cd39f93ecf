"""The camera report: one page that script, post and the day's producers read. Pure."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

from tools.takes.post.curve import Curve

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #bbb;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}th{background:#eee}.bad{color:#a00;font-weight:700}"
)


def report(summary: dict[str, Any], curves: list[Curve]) -> str:
    """A page of HTML that needs nothing else; printed, it is a PDF."""
    info = summary["info"]
    title = f"{info['slate'] or 'no slate'} take {info['take']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        _table(
            [
                ("Stage", info["stage"]),
                ("Rolled", info["rolled_at"]),
                ("Time code", f"{info['start_timecode']} at {info['rate']} frames/s"),
                ("Frames", f"{summary['frames']} ({info['pre_roll']} before the roll)"),
                ("Lost, late, skipped", f"{summary['lost']}, {summary['late']}, {summary['skipped']}"),
                ("Sets", ", ".join(summary["scenes"])),
                ("Look", summary["look"] or ""),
                ("Circled, print, rating", _marks(info)),
                ("Note", info["note"]),
                ("Software", info["software"]),
            ]
        ),
        "<h2>Cameras</h2>",
        _rows(("Camera", "Frames", "Tracked", "Over a gap", "Held", "Focal length mm"), [_camera(c) for c in curves]),
        "<h2>Changes</h2>",
        _rows(
            ("Seconds", "Frame", "Who", "What"),
            [(c["at_s"], c["frame"] or "", c["who"], c["text"]) for c in summary["changes"]],
        ),
        "<h2>Alerts</h2>",
        _rows(("Seconds", "Alert", "Detail"), [(a["at_s"], a["alert"], a["detail"]) for a in summary["alerts"]]),
    ]
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return head + "\n".join(parts) + "</html>\n"


def _camera(curve: Curve) -> tuple[object, ...]:
    counts = Counter(row.quality for row in curve.rows)
    lengths = [row.lens.focal_length_mm for row in curve.rows] or [0.0]
    span = f"{min(lengths):.1f}" if min(lengths) == max(lengths) else f"{min(lengths):.1f} to {max(lengths):.1f}"
    return (curve.camera, len(curve.rows), counts["tracked"], counts["gap"], counts["held"], span)


def _marks(info: dict[str, Any]) -> str:
    marks = [word for word, on in (("circled", info["circled"]), ("print", info["printed"])) if on]
    return ", ".join([*marks, *([] if info["rating"] is None else [f"{info['rating']} of 5"])]) or "none"


def _table(rows: list[tuple[str, object]]) -> str:
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"


def _rows(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "<p>None.</p>"
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"
