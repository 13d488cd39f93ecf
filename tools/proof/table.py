"""The check's result as a table for people."""

from __future__ import annotations

import math
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.proof.figure import Figure
from tools.proof.filmed.report import MOST_RMS_PX, FilmedReport
from tools.proof.latency import LatencyFigures
from tools.proof.picture import LEAST_SHARPNESS, MOST_SHIMMER, WallPicture
from tools.proof.whole_check import WholeCheck


def print_check(done: WholeCheck, out: Path | None) -> None:
    """A table for people: shows at a glance whether the stage is right, and where it is not."""
    show, result = Console(), done.result
    show.print(
        f"[bold]{result.stage}[/] · set {result.scene} · camera {result.camera} · {result.motion}", highlight=False
    )
    show.print(f"{result.frames} frames on {result.renderer}", style="dim", highlight=False)
    unseen = [name for name, wall in result.walls.items() if wall is None]
    if unseen:
        show.print(f"not seen by the camera: {', '.join(unseen)}", highlight=False)
    if result.errors.any:
        analytic = ", ".join(f"{name} {wall.analytic_mean:.4f}" for name, wall in result.walls.items() if wall)
        show.print(f"deliberate errors: {result.errors}; the formula gives a mean of (px): {analytic}", highlight=False)
    show.print(_figure_table(done.figures))
    for figure in done.figures:
        if not figure.good:
            show.print(f"[bold red]{figure.name}[/]: {figure.remedy}.", highlight=False)
    if result.witness is None:
        show.print("witness picture: no marker board wholly on the walls")
    if (tracked := result.tracked) is not None:
        show.print(
            f"tracking chain: pupil {tracked.position_rms_mm:.2f} mm rms, {tracked.rotation_rms_deg:.4f} deg rms at "
            f"the present time, predicted {tracked.horizon_ms:.1f} ms (held: {tracked.hold_rms_mm:.2f} mm)",
            highlight=False,
        )
    _print_latency(show, done.latency)
    if out is not None:
        show.print(f"pictures: {out}", highlight=False)
    show.print("[bold green]GOOD[/]" if done.good else "[bold red]NOT GOOD[/]")


def _figure_table(figures: tuple[Figure, ...]) -> Table:
    table = Table("figure", "value", "limit", "", title="Everything that counts")
    for column in table.columns[1:3]:
        column.justify = "right"
    for figure in figures:
        value = f"{figure.value:.4g}"
        limit = f"{'>=' if figure.at_least else '<='} {figure.limit:g}"
        table.add_row(figure.name, value if figure.good else f"[bold red]{value}[/]", limit, figure.unit)
    return table


def _print_latency(show: Console, latency: LatencyFigures | None) -> None:
    if latency is None:
        show.print("latency: not measured")
        return
    drawn, presented, frames = (
        latency.packet_to_drawn_ms,
        latency.packet_to_presented_ms,
        latency.packet_to_presented_frames,
    )
    error, cost = latency.pupil_error_mm, latency.cost_px
    show.print(
        f"latency: packet to drawn {drawn.p50:.1f} ms (p99 {drawn.p99:.1f}), to presented {presented.p50:.1f} ms "
        f"(p99 {presented.p99:.1f}) = {frames.p50:.2f} frames; {latency.frames} frames, {latency.skipped} skipped, "
        f"{latency.late} late; after prediction {error.p50:.2f} mm (p99 {error.p99:.2f}) "
        f"of pupil error = at most {cost.p50:.2f} px (p99 {cost.p99:.2f})",
        highlight=False,
    )


def print_picture(stage: str, scene: str, renderer: str, walls: dict[str, WallPicture], good: bool) -> None:
    """Sharpness and shimmer of every wall, for people."""
    show = Console()
    show.print(f"[bold]{stage}[/] · set {scene} · {renderer}", highlight=False)
    columns = ("MTF50, cycles/px", "direct render", "sharpness", "SSIM", "shimmer")
    table = Table("wall", *columns, title="Picture, against the same wall 16 times supersampled")
    for name, wall in walls.items():
        sharp = "no edge found" if wall.sharpness is None else f"{wall.sharpness:.1%}"
        if wall.sharpness is not None and wall.sharpness < LEAST_SHARPNESS:
            sharp = f"[bold red]{sharp} < {LEAST_SHARPNESS:.0%}[/]"
        figures = [f"{each:.3f}" if each else "-" for each in (wall.mtf50, wall.mtf50_direct)]
        table.add_row(name, *figures, sharp, f"{wall.ssim:.4f}", _cell(wall.shimmer, MOST_SHIMMER))
    show.print(table)
    if not walls:
        show.print("[red]The camera sees too little of every wall[/]")
    show.print("[bold green]GOOD[/]" if good else "[bold red]NOT GOOD[/]")


def _cell(value: float, limit: float) -> str:
    """A figure, red if it is over its limit."""
    return f"{value:.4f}" if value <= limit else f"[bold red]{value:.4f} > {limit:g}[/]"


def print_filmed(report: FilmedReport) -> None:
    """What photographs say of the walls, for people."""
    show = Console()
    show.print(
        f"{report.markers} markers in {report.pictures} pictures, {report.rms_px:.2f} px rms; everything is measured "
        f"against wall {report.reference}",
        highlight=False,
    )
    if report.unseen:
        show.print(f"in no picture: {', '.join(report.unseen)}", highlight=False)
    if report.disagreements:
        table = Table("what", "is not as the stage file says", "amount", "+-", "what to do")
        for one in report.disagreements:
            amount = "" if math.isnan(one.amount) else f"{one.amount:.3g} {one.unit}"
            table.add_row(one.name, one.what, amount, f"{one.deviation:.2g}" if one.deviation else "", one.remedy)
        show.print(table)
    if report.rms_px > MOST_RMS_PX:
        show.print(
            f"[bold red]The pictures do not fit any walls like these: {report.rms_px:.2f} px rms, at most {MOST_RMS_PX}"
            "[/]. Are they sharp, of one lens setting, and of this stage file's chart?",
            highlight=False,
        )
    show.print("[bold green]GOOD[/]" if report.good else "[bold red]NOT GOOD[/]")
