"""`openstage shot`: a finite, headless run of the real processes, with its pictures and its account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stage.errors import EXIT_FAILED, InputError
from tools.commands.out_folder import out_folder
from tools.commands.tracking.motion_options import print_recording_notes


def shot(
    stage: Annotated[str, typer.Argument(help="A stage file, or a bundled stage by name (two-walls, volume).")],
    scene: Annotated[str | None, typer.Option(help="The set; unset: the stage's own.")] = None,
    motion: Annotated[
        str, typer.Option(help="survey, still, dolly, crane, handheld, whip-pan or a recorded motion's file.")
    ] = "dolly",
    seconds: Annotated[float, typer.Option(help="How long to shoot.", min=0.2, max=3600)] = 4.0,
    out: Annotated[Path, typer.Option(help="Folder for pictures, video and report.json.")] = Path("shot"),
    frames: Annotated[str, typer.Option(help="Frames to write as PNG: numbers from 0, or `all`.")] = "0",
    camera: Annotated[str | None, typer.Option(help="Whose picture; unset: the first camera's.")] = None,
    video: Annotated[bool, typer.Option(help="Write witness.mp4, what the camera sees.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of the motion and of the tracker's noise.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json's summary as JSON.")] = False,
) -> None:
    """Run the real processes over UDP and ZeroMQ, then write pictures of what was on the walls, and an account of it.

    Exit 1 if a picture that is drawn again is not the one that was on the wall.

    Example: openstage shot two-walls --motion dolly --seconds 4 --frames 0,24,48 --out shot/
    """
    from stage.files.loading import find_stage
    from tools.live.progress import progress
    from tools.proof.live import LiveSettings, live_run
    from tools.proof.rig import Rig
    from tools.proof.shot import ShotPictures, account, report_document, write_report

    print_recording_notes(motion)
    chosen_indices = _indices(frames)
    path = find_stage(stage).resolve()
    folder = out_folder(out)
    with progress("shot", as_json) as tell:
        rig = Rig(path, scene)
        filmed = rig.camera(camera)
        with live_run(LiveSettings(path, motion, seconds, scene, seed=seed), tell) as seen:
            accounts = account(seen, filmed)
        tell("drawing what was on the walls again, to compare")
        pictures = ShotPictures(seen, rig, filmed)
        same, compared = pictures.compare_previews()
        chosen = [a for a in accounts if chosen_indices is None or a.index in chosen_indices]
        pictures.write_stills(folder, chosen, tell)
        if video:
            pictures.write_video(folder / "witness.mp4", accounts, tell)
        pictures.close()
        document = report_document(seen, rig, filmed, accounts, same, compared)
        write_report(folder / "report.json", document)
        rig.close()
    summary = {key: value for key, value in document.items() if key != "frames"}
    if as_json:
        print(json.dumps(summary, indent=2))
    else:
        _print(summary, out)
    if same != compared:
        raise typer.Exit(EXIT_FAILED)


def _indices(text: str) -> set[int] | None:
    """`0,24,48` or `all` (None)."""
    if text == "all":
        return None
    try:
        chosen = {int(part) for part in text.split(",")}
    except ValueError as error:
        raise InputError("--frames", text, "is not a list of frame numbers", "Give 0,24,48 or all") from error
    if min(chosen) < 0:
        raise InputError("--frames", text, "has a number below 0", "Frames count from 0")
    return chosen


def _print(summary: dict[str, object], out: Path) -> None:
    print(f"{summary['stage']}: {summary['frames_decided']} frames decided, {summary['frames_drawn']} drawn, ", end="")
    print(f"{summary['frames_late']} late, {summary['frames_repeated']} repeated on the wall")
    print(f"previews drawn again: {summary['previews_identical']} of {summary['previews_compared']} identical")
    latency = summary["latency"]
    if isinstance(latency, dict):
        drawn, error = latency["packet_to_drawn_ms"], latency["pupil_error_mm"]
        print(f"packet to drawn frame: {drawn['p50']:.1f} ms (p99 {drawn['p99']:.1f}); ", end="")
        print(f"pupil error at the present time {error['p50']:.2f} mm (p99 {error['p99']:.2f})")
    print(f"written to {out}")
